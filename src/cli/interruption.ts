import { setImmediate } from 'node:timers/promises';
import type { CommandContext, EndingSignal } from './context.js';

/** Signals reach a program only between the pieces of its work, so long work pauses this often. */
const PAUSE_EVERY_MS = 50;

/** Whether the user has ended a command that computes. */
export class Interruption {
  readonly #leave: () => void;
  #signal: EndingSignal | null = null;
  #pausedMs = performance.now();

  /** @param stop ends at once what goes on elsewhere */
  constructor({ onInterrupt }: Pick<CommandContext, 'onInterrupt'>, stop = () => {}) {
    this.#leave = onInterrupt((signal) => {
      this.#signal = signal;
      stop();
    });
  }

  /** With what the user has ended it; `null` as long as nobody has. */
  get signal(): EndingSignal | null {
    return this.#signal;
  }

  /** Lets a signal come through, if it is time for that. */
  async pause(): Promise<void> {
    if (performance.now() - this.#pausedMs < PAUSE_EVERY_MS) return;
    await setImmediate();
    this.#pausedMs = performance.now();
  }

  /** From here on a signal ends the program again. */
  end(): void {
    this.#leave();
  }
}
