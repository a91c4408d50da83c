import { setImmediate } from 'node:timers/promises';

/** Ctrl-C. */
export class Interrupted extends Error {}

/** Reports progress on stderr: stdout is for the figures. Ends the work when it was interrupted. */
export class Progress {
  readonly #interruption: AbortSignal;

  constructor(interruption: AbortSignal) {
    this.#interruption = interruption;
  }

  /** Throws `Interrupted`. */
  say(line: string): void {
    this.check();
    process.stderr.write(`bench: ${line}\n`);
  }

  /** Throws `Interrupted`. */
  check(): void {
    if (this.#interruption.aborted) throw new Interrupted('interrupted');
  }

  /** Yields to signals and timers in synchronous work. Throws `Interrupted`. */
  async breathe(): Promise<void> {
    await setImmediate();
    this.check();
  }
}
