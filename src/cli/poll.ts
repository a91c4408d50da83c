import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, ServerAwayError } from './api-client.ts';
import { IncompleteOperation } from './exit-codes.ts';
import type { Io } from './io.ts';

const everyMs = 300;
/** Tolerated time without an answer, for example while a server or its store restarts. */
const timeoutMs = 30_000;

interface PollOptions {
  /** The message about what continues when the command stops waiting. */
  readonly goesOn: string;
  /** Default: no limit. */
  readonly timeoutSeconds?: number | undefined;
}

/**
 * Repeats `check` until it returns a value. Throws what `check` throws, and `NotDone` at Ctrl-C or after the timeout.
 */
export async function poll<T>(
  io: Io,
  { goesOn, timeoutSeconds = Number.POSITIVE_INFINITY }: PollOptions,
  check: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + timeoutSeconds * 1000;
  const interrupt = new AbortController();
  const stop = io.onInterrupt?.(() =>
    interrupt.abort(new IncompleteOperation(130, `not waited for any longer: ${goesOn}`)),
  );
  const interrupted = new Promise<never>((_, reject) => {
    interrupt.signal.addEventListener('abort', () => reject(interrupt.signal.reason), { once: true });
  });
  // Ctrl-C may come after the last race.
  interrupted.catch(() => undefined);
  const checks = new TolerantCheck(check);
  try {
    for (;;) {
      const found = await Promise.race([checks.once(), interrupted]);
      if (found !== undefined) return found;
      if (performance.now() >= end)
        throw new IncompleteOperation(1, `not done after ${timeoutSeconds} seconds: ${goesOn}`);
      await Promise.race([sleep(everyMs), interrupted]);
    }
  } finally {
    stop?.();
  }
}

/** Seconds until a time of `performance.now()`; at least one. */
export function secondsUntil(endMs: number): number {
  return Math.max(1, Math.round((endMs - performance.now()) / 1000));
}

class TolerantCheck<T> {
  readonly #check: () => Promise<T | undefined>;
  #answered = performance.now();

  constructor(check: () => Promise<T | undefined>) {
    this.#check = check;
  }

  async once(): Promise<T | undefined> {
    try {
      const found = await this.#check();
      this.#answered = performance.now();
      return found;
    } catch (error) {
      const isAway = error instanceof ServerAwayError || (error instanceof ApiError && error.status === 503);
      if (!isAway || performance.now() - this.#answered > timeoutMs) throw error;
      return undefined;
    }
  }
}
