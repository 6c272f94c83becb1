import type { RowSink } from '../measure/carry-out.js';
import { renderNdjson } from '../report/json.js';
import { mainRows } from '../report/rows.js';
import type { CommandContext } from './context.js';
import type { OutputChoice } from './output-options.js';

/** Writes rows as they come, one JSON object a line, to stdout or to the file the user named. */
export class RowOutput {
  readonly #choice: Pick<OutputChoice, 'file'>;
  readonly #context: Pick<CommandContext, 'writeStdout'>;
  readonly #onGone: () => void;
  #isReaderGone = false;

  /** @param onGone called when nobody reads any more */
  constructor(
    choice: Pick<OutputChoice, 'file'>,
    context: Pick<CommandContext, 'writeStdout'>,
    onGone: () => void,
  ) {
    this.#choice = choice;
    this.#context = context;
    this.#onGone = onGone;
  }

  get isReaderGone(): boolean {
    return this.#isReaderGone;
  }

  readonly write: RowSink = async (tables) => {
    const text = renderNdjson(mainRows(tables));
    if (text === '' || this.#isReaderGone) return;
    const { file } = this.#choice;
    if (file === null ? await this.#context.writeStdout(text) : file.write(text)) return;
    this.#isReaderGone = true;
    this.#onGone();
  };

  /** Puts the rows in place of the file. */
  finish(): void {
    this.#choice.file?.finish();
  }
}
