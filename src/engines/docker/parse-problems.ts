import { InvalidResponse } from './failures.ts';
import { cleanLine, lineOf } from './shape.ts';

const maximumReasons = 3;

/**
 * Collects the invalid fields of an answer about one container. Each invalid field gets a safe fallback and a recorded
 * reason, so that it makes neither the container nor its engine unusable.
 */
export class ParseProblems {
  readonly #reasons = new Set<string>();
  #isMore = false;

  /** Returns the value, or `fallback` if `read` throws InvalidResponse. */
  read<T>(read: () => T, fallback: T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InvalidResponse)) throw error;
      this.add(error.message);
      return fallback;
    }
  }

  /** A single line of text. Control characters are replaced, and long text is truncated. */
  line(value: unknown, what: string): string {
    return this.read(() => lineOf(value, what), undefined) ?? cleanLine(value);
  }

  /** Maps each entry and omits invalid ones. */
  each<T>(entries: readonly unknown[], read: (entry: unknown) => T): T[] {
    return entries.flatMap((entry) => this.read(() => [read(entry)], []));
  }

  add(reason: string): void {
    if (this.#reasons.size < maximumReasons) this.#reasons.add(reason);
    else if (!this.#reasons.has(reason)) this.#isMore = true;
  }

  /** Spread this into the result: empty if everything was valid. */
  marks(): { readonly unclear?: string } {
    if (this.#reasons.size === 0) return {};
    return { unclear: [...this.#reasons, ...(this.#isMore ? ['and more'] : [])].join('; ') };
  }
}
