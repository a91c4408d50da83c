import { setTimeout } from 'node:timers/promises';

/** Stands for an answer that did not come in time. */
export const late = Symbol('late');

/** The answer, or `late` after that time. What is late goes on until its own end, which is nobody's business then. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T | typeof late> {
  const enough = new AbortController();
  const timer = setTimeout(ms, late, { signal: enough.signal });
  try {
    return await Promise.race([answer, timer]);
  } finally {
    enough.abort();
    for (const each of [answer, timer]) each.catch(() => undefined);
  }
}
