import { EngineHttpError, InvalidResponse } from './failures.ts';
import { linesOf, tooLong } from './lines.ts';
import { type Fields, fieldsOf } from './shape.ts';

/**
 * Reads a pull to its end. Docker answers 200 before it knows whether the image exists, so a failure is a line of the
 * stream. Throws EngineHttpError, and InvalidResponse for what is no such stream.
 */
export async function followPull(stream: AsyncIterable<Buffer>, onProgress: (status: string) => void): Promise<void> {
  for await (const line of linesOf(stream)) {
    if (line === tooLong) throw new InvalidResponse('a line without an end');
    const { id, status, error, errorDetail } = parse(line);
    const { message = error } = fieldsOf(errorDetail ?? {}, 'errorDetail');
    if (message !== undefined) throw new EngineHttpError(0, typeof message === 'string' ? message : 'no reason given');
    if (typeof status === 'string') onProgress(typeof id === 'string' ? `${id}: ${status}` : status);
  }
}

function parse(line: string): Fields {
  try {
    return fieldsOf(JSON.parse(line), 'a line of progress');
  } catch {
    throw new InvalidResponse(`a line of progress that is no JSON, of ${line.length} characters`);
  }
}
