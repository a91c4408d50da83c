import type { ErrorBody } from '../api/error.ts';
import { ApiError, streamedError } from './api-client.ts';

/** Parses JSON lines. Throws ApiError if the last line is an error. */
export async function* jsonLines<T>(stream: AsyncIterable<Buffer>): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const each of lines) if (each !== '') yield parseLine<T>(each);
  }
  if (rest !== '') throw new ApiError(502, 'the answer ended in the middle of a line: try again', undefined);
}

function parseLine<T>(text: string): T {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'error' in value) {
    throw streamedError(value.error as ErrorBody);
  }
  return value as T;
}
