import type { DockerProgress } from '../../model/docker-progress.ts';
import type { PullProgress } from '../../model/engine-image.ts';
import { InvalidResponse } from './failures.ts';
import { tooLong } from './lines.ts';
import { progressOf } from './progress.ts';
import { cleanLine } from './shape.ts';

const maxCharacters = 200;
/** In the first line, the id is the tag. */
const layerId = /^[0-9a-f]{12,64}$/;

/**
 * Reads a pull to its end. Docker responds with 200 before it knows whether the image exists, so errors are lines of
 * the stream. Throws EngineHttpError, and InvalidResponse for another format.
 */
export async function followPull(
  stream: AsyncIterable<Buffer>,
  onProgress: (progress: PullProgress) => void,
): Promise<void> {
  for await (const line of progressOf(stream)) {
    if (line === tooLong) throw new InvalidResponse('a line without an end');
    if (line.status !== undefined) onProgress(toPullProgress(line.status, line));
  }
}

function toPullProgress(status: string, { id = '', current, total }: DockerProgress): PullProgress {
  return {
    ...(layerId.test(id) && { layer: id }),
    status: cleanLine(status).slice(0, maxCharacters),
    ...(current !== undefined && { current }),
    ...(total !== undefined && { total }),
  };
}
