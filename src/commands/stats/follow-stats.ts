import { pause } from '../../runtime/pause.ts';

const everyMs = 1_000;

/**
 * Reads again and again until the signal aborts: a second after each answer, or as long as the answer took, so that a large
 * cluster keeps the server busy half of the time at most. Nothing is read before the reader asks for it.
 */
export async function* followStats<T>(read: () => Promise<T>, signal: AbortSignal): AsyncGenerator<T> {
  while (!signal.aborted) {
    const begun = performance.now();
    const answer = await read();
    const tookMs = performance.now() - begun;
    yield answer;
    await pause(Math.max(everyMs, tookMs), signal);
  }
}
