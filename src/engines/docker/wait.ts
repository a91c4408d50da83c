import type { ContainerExit } from '../../model/container.ts';
import { InvalidResponse } from './failures.ts';
import { cleanLine, fieldsOf, integerOf } from './shape.ts';

const mostBytes = 64 * 1024;

/** Docker's answer to `wait`, which begins at once and ends when the container does. Throws InvalidResponse. */
export async function readExit(stream: AsyncIterable<Buffer>): Promise<ContainerExit> {
  let text = '';
  for await (const bytes of stream) {
    text += bytes;
    if (text.length > mostBytes) throw new InvalidResponse('an answer that does not end');
  }
  const { StatusCode, Error: failure } = fieldsOf(parse(text), 'the answer');
  const message = cleanLine(fieldsOf(failure ?? {}, 'Error').Message);
  return {
    exitCode: integerOf(StatusCode, 'StatusCode', { least: -(2 ** 31) }),
    ...(message === '' ? {} : { error: message }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidResponse('an answer that is no JSON');
  }
}
