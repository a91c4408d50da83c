import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

/** Answers of this process that may be large at the same time. */
const places = 4;

/**
 * Large answers take turns, of all engines together: a hundred engines that pour at the same time do not fill the memory.
 * What waits is not read, and its deadline runs.
 */
export class LargeResponseLimiter {
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  /** Resolves with what gives the place back; also, without a place, when the answer is broken off. */
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
    // Called and broken off in the same moment: the place is for the next.
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
