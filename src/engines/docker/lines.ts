import { setTimeout as pause } from 'node:timers/promises';

/** A progress line or event has some hundred bytes; labels may add some thousand. */
const maximumLine = 2 ** 20;
/** The maximum read rate; a faster engine is throttled. Ten times the rate of the busiest engine. */
const bytesPerMs = 1024;
const linesPerMs = 2;
const maxPauseMs = 1_000;

/** Replaces a line that exceeds the limit; its content is dropped. */
export const tooLong = Symbol('too long');

/**
 * Splits a stream of JSON lines, at a limited rate that leaves CPU time for other work; unread data stays with the
 * engine. An oversized line yields `tooLong` immediately.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string | typeof tooLong> {
  const decoder = new TextDecoder();
  let rest = '';
  let isSkipping = false;
  for await (const chunk of stream) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [index, text] of lines.entries()) {
      const isWhole = index < lines.length - 1;
      if (!isSkipping) rest += text;
      if (rest.length > maximumLine) {
        isSkipping = true;
        rest = '';
        yield tooLong;
      }
      if (!isWhole) continue;
      if (!isSkipping && rest.trim() !== '') yield rest;
      isSkipping = false;
      rest = '';
    }
    await pause(Math.min(chunk.length / bytesPerMs + lines.length / linesPerMs, maxPauseMs));
  }
  if (rest.trim() !== '') yield rest;
}
