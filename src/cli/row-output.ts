import type { RowSink } from '../measure/compare.js';
import { toNdjson } from '../report/json.js';
import type { CommandContext } from './context.js';
import { OutputFile } from './output-file.js';
import type { OutputChoice } from './run-request.js';

/** Writes rows as they come, one JSON object a line, to stdout or to the file the user named. */
export class RowOutput {
  readonly #choice: Pick<OutputChoice, 'file'>;
  readonly #context: Pick<CommandContext, 'writeStdout'>;
  readonly #onGone: () => void;
  #file: OutputFile | null = null;
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

  /** The rows of the CPUs where there are any, else the results. */
  readonly write: RowSink = async ({ results, cpus }) => {
    const text = toNdjson(cpus.length > 0 ? cpus : results);
    if (text === '' || this.#isReaderGone) return;
    const { file } = this.#choice;
    if (file !== null) {
      this.#file ??= new OutputFile('--output', file);
      this.#file.write(text);
    } else if (!(await this.#context.writeStdout(text))) {
      this.#isReaderGone = true;
      this.#onGone();
    }
  };

  close(): void {
    this.#file?.close();
  }
}
