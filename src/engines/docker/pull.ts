import type { PullProgress } from '../../model/engine-image.ts';
import { EngineHttpError, InvalidResponse } from './failures.ts';
import { linesOf, tooLong } from './lines.ts';
import { cleanLine, type Fields, fieldsOf } from './shape.ts';

const mostCharacters = 200;

/**
 * Reads a pull to its end. Docker responds with 200 before it knows whether the image exists, so errors are lines of
 * the stream. Throws EngineHttpError, and InvalidResponse for another format.
 */
export async function followPull(
  stream: AsyncIterable<Buffer>,
  onProgress: (progress: PullProgress) => void,
): Promise<void> {
  for await (const line of linesOf(stream)) {
    if (line === tooLong) throw new InvalidResponse('a line without an end');
    const { id, status, error, errorDetail, progressDetail } = parse(line);
    const { message = error } = fieldsOf(errorDetail ?? {}, 'errorDetail');
    if (message !== undefined) throw new EngineHttpError(0, typeof message === 'string' ? message : 'no reason given');
    if (typeof status === 'string') onProgress(progressOf(status, id, progressDetail));
  }
}

/** Omits invalid fields: progress is only displayed. */
function progressOf(status: string, id: unknown, detail: unknown): PullProgress {
  const { current, total } = (detail ?? {}) as Fields;
  return {
    ...(isLayer(id) && { layer: id }),
    status: cleanLine(status).slice(0, mostCharacters),
    ...(isBytes(current) && { current }),
    ...(isBytes(total) && { total }),
  };
}

/** In the first line, the id is the tag. */
function isLayer(id: unknown): id is string {
  return typeof id === 'string' && /^[0-9a-f]{12,64}$/.test(id);
}

function isBytes(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function parse(line: string): Fields {
  try {
    return fieldsOf(JSON.parse(line), 'a line of progress');
  } catch {
    throw new InvalidResponse(`a line of progress that is no JSON, of ${line.length} characters`);
  }
}
