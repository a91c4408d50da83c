import { Refusal } from './docker-failures.ts';

/** A line of progress, or an event, is some hundred bytes; labels may make it some thousand. */
const maximumLine = 2 ** 20;

/** The lines of a stream that is JSON by the line. Throws Refusal for one without an end. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maximumLine) throw new Refusal(0, 'a line without an end');
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}
