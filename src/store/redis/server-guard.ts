import type { Redis } from 'ioredis';

/** How long a Redis that was refused is not asked again, and how long one that was accepted is trusted. */
const refusedForMs = 1_000;
const trustedForMs = 10_000;

interface Verdict {
  readonly answer: Promise<void>;
  /** By `performance.now()`. */
  until: number;
}

/**
 * Whether the Redis on the other end is one for us. Asked on each new connection, because it may be another Redis after a
 * failover, and from time to time, because its settings may change.
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

  /** Throws why Redis is refused. Costs a question to Redis only where the last answer is old. */
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
