import { performance } from 'node:perf_hooks';

/** A step of the demo failed. */
class StepFailed extends Error {
  constructor(step: string, cause: unknown) {
    super(`${step}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'StepFailed';
  }
}

/** Ctrl-C. */
export class Interrupted extends Error {}

/** Prints what happens. No new step begins once `interruption` is aborted. */
export class Narrator {
  readonly interruption: AbortSignal;
  #steps = 0;

  constructor(interruption: AbortSignal) {
    this.interruption = interruption;
  }

  say(text = ''): void {
    process.stdout.write(`${text}\n`);
  }

  /** Prints the title, runs the step, and prints its duration; details are printed below it. */
  async step<T>(title: string, work: (report: (detail: string) => void) => Promise<T>): Promise<T> {
    if (this.interruption.aborted) throw new Interrupted('interrupted');
    this.#steps += 1;
    this.say(`\n${String(this.#steps).padStart(2)}. ${title}`);
    const started = performance.now();
    try {
      const result = await work((detail) => this.say(`      ${detail}`));
      this.say(`    ok, ${((performance.now() - started) / 1000).toFixed(1)} s`);
      return result;
    } catch (error) {
      this.say('    FAILED');
      throw new StepFailed(title, error);
    }
  }
}
