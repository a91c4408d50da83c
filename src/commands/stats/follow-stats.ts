import { pause } from '../../runtime/pause.ts';

const everyMs = 1_000;

/**
 * Reads repeatedly until the signal aborts. The pause is a second, or as long as the last read took, so that a large
 * cluster keeps the server busy at most half of the time. Reads only when the reader asks for the next value.
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
