import { setImmediate } from 'node:timers/promises';

/** Ctrl-C. */
export class Interrupted extends Error {}

/** Tells what goes on, on stderr: stdout is for the figures. Ends the work when it was interrupted. */
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

  /** Lets signals and timers through, in work that never waits. Throws `Interrupted`. */
  async breathe(): Promise<void> {
    await setImmediate();
    this.check();
  }
}
