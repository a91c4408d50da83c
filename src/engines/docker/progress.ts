import { type DockerProgress, readDockerProgress } from '../../model/docker-progress.ts';
import { EngineHttpError, InvalidResponse } from './failures.ts';
import { linesOf, tooLong } from './lines.ts';

/** Reads what Docker tells of a pull, a load or a build. Throws EngineHttpError for a failure, InvalidResponse for what is no such line. */
export async function* progressOf(stream: AsyncIterable<Buffer>): AsyncGenerator<DockerProgress | typeof tooLong> {
  for await (const line of linesOf(stream)) {
    if (line === tooLong) {
      yield line;
      continue;
    }
    const progress = readDockerProgress(line);
    if (!progress) throw new InvalidResponse(`a line of progress that is not Docker's, of ${line.length} characters`);
    if (progress.failure !== undefined) throw new EngineHttpError(0, progress.failure);
    yield progress;
  }
}
