import { setTimeout as pause } from 'node:timers/promises';

/** A line of progress, or an event, is some hundred bytes; labels may make it some thousand. */
const maximumLine = 2 ** 20;
/** How fast we read; an engine that is faster waits. Ten times what the busiest one has to tell. */
const bytesPerMs = 1024;
const linesPerMs = 2;
const longestPauseMs = 1_000;

/** Stands for a line that is longer than any that makes sense. Nothing of it is kept. */
export const tooLong = Symbol('too long');

/**
 * The lines of a stream that is JSON by the line, read at a pace that leaves the process to others: what is not read
 * stays with the engine. A line above the limit is `tooLong` as soon as it is.
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
    await pause(Math.min(chunk.length / bytesPerMs + lines.length / linesPerMs, longestPauseMs));
  }
  if (rest.trim() !== '') yield rest;
}
