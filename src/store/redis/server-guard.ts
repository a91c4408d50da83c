import type { Redis } from 'ioredis';

/** How long a refusal and an acceptance are cached. */
const refusedForMs = 1_000;
const trustedForMs = 10_000;

interface Verdict {
  readonly answer: Promise<void>;
  /** By `performance.now()`. */
  until: number;
}

/**
 * Checks whether the connected Redis is suitable. Repeated on each new connection, because it may be another Redis
 * after a failover, and periodically, because its settings may change.
 */
export class ServerGuard {
  readonly #check: () => Promise<void>;
  #verdict: Verdict | undefined;

  constructor(client: Redis, check: () => Promise<void>) {
    this.#check = check;
    client.on('close', () => {
      this.#verdict = undefined;
    });
  }

  /** Throws the reason if Redis is refused. Queries Redis only if the last check is old. */
  pass(): Promise<void> {
    if (!this.#verdict || performance.now() >= this.#verdict.until) return this.askAgain();
    return this.#verdict.answer;
  }

  askAgain(): Promise<void> {
    const verdict: Verdict = { answer: this.#check(), until: performance.now() + trustedForMs };
    this.#verdict = verdict;
    verdict.answer.catch(() => {
      verdict.until = performance.now() + refusedForMs;
    });
    return verdict.answer;
  }
}
