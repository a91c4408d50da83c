import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

/** How many large responses this process reads at the same time. */
const places = 4;

/**
 * Limits concurrent large responses across all engines, so that a hundred engines cannot exhaust the memory. Waiting
 * responses are not read, and their deadlines run.
 */
export class LargeResponseLimiter {
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  /** Resolves with a function that releases the slot; also without a slot if the response is aborted. */
  async take(response: IncomingMessage): Promise<() => void> {
    if (this.#taken >= places) {
      const isMine = await this.#wait(response);
      if (!isMine) return () => undefined;
    } else this.#taken += 1;
    return () => this.#give();
  }

  async #wait(response: IncomingMessage): Promise<boolean> {
    if (response.destroyed) return false;
    const stop = new AbortController();
    const broken = once(response, 'close', { signal: stop.signal }).then(
      () => false,
      () => false,
    );
    const { promise, call } = callable();
    this.#waiting.add(call);
    const isMine = await Promise.race([promise, broken]);
    stop.abort();
    // If it was granted and aborted at once, the slot goes to the next waiter.
    if (!isMine && !this.#waiting.delete(call)) this.#give();
    return isMine;
  }

  #give(): void {
    const [next] = this.#waiting;
    if (!next) this.#taken -= 1;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}

function callable(): { readonly promise: Promise<true>; readonly call: () => void } {
  let call = () => {};
  const promise = new Promise<true>((resolve) => {
    call = () => resolve(true);
  });
  return { promise, call };
}
