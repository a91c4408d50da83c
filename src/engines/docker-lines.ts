import { setTimeout as pause } from 'node:timers/promises';
import { Nonsense } from './docker-failures.ts';

/** A line of progress, or an event, is some hundred bytes; labels may make it some thousand. */
const maximumLine = 2 ** 20;
/** How fast we read; an engine that is faster waits. Ten times what the busiest one has to tell. */
const bytesPerMs = 1024;
const linesPerMs = 2;
const longestPauseMs = 1_000;

/**
 * The lines of a stream that is JSON by the line, read at a pace that leaves the process to others: what is not read
 * stays with the engine. Throws Nonsense for a line without an end.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maximumLine) throw new Nonsense('a line without an end');
    yield* lines.filter((line) => line.trim() !== '');
    await pause(Math.min(chunk.length / bytesPerMs + lines.length / linesPerMs, longestPauseMs));
  }
  if (rest.trim() !== '') yield rest;
}
