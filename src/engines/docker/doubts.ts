import { InvalidResponse } from './failures.ts';
import { cleanLine, lineOf } from './shape.ts';

const maximumReasons = 3;

/**
 * Collects what could not be read of an answer about one container. Each field that makes no sense becomes a safe value
 * and a reason, so that doubt about a field costs neither the container nor its engine.
 */
export class Doubts {
  readonly #reasons = new Set<string>();
  #isMore = false;

  /** The value, or `fallback` where `read` throws InvalidResponse. */
  read<T>(read: () => T, fallback: T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InvalidResponse)) throw error;
      this.add(error.message);
      return fallback;
    }
  }

  /** A text of one line. Control characters are replaced, and a long text is cut. */
  line(value: unknown, what: string): string {
    return this.read(() => lineOf(value, what), undefined) ?? cleanLine(value);
  }

  /** What `read` makes of each entry. Entries that make no sense are left out. */
  each<T>(entries: readonly unknown[], read: (entry: unknown) => T): T[] {
    return entries.flatMap((entry) => this.read(() => [read(entry)], []));
  }

  add(reason: string): void {
    if (this.#reasons.size < maximumReasons) this.#reasons.add(reason);
    else if (!this.#reasons.has(reason)) this.#isMore = true;
  }

  /** To be spread into what was read: empty where everything made sense. */
  marks(): { readonly unclear?: string } {
    if (this.#reasons.size === 0) return {};
    return { unclear: [...this.#reasons, ...(this.#isMore ? ['and more'] : [])].join('; ') };
  }
}
