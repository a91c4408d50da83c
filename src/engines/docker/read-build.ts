import type { BuildStep } from '../../model/build.ts';
import { InvalidResponse } from './failures.ts';
import { tooLong } from './lines.ts';
import { progressOf } from './progress.ts';

const maxCharacters = 8_192;

/**
 * What Docker tells of a build. It answers 200 before the first step, so a failure is a line of the stream. Throws EngineHttpError,
 * InvalidResponse for what is no such stream, or where it ends without an image.
 */
export async function* readBuild(stream: AsyncIterable<Buffer>): AsyncGenerator<BuildStep> {
  let built: string | undefined;
  for await (const line of progressOf(stream)) {
    // A program may write a line of any length.
    if (line === tooLong) continue;
    const { text, status, id, imageId } = line;
    // Each stage tells one; the last is that of the image.
    built = imageId ?? built;
    if (text) yield { log: withoutColours(text).slice(0, maxCharacters) };
    // Of base images that are pulled. How far each layer is would be a line for each piece.
    else if (status !== undefined && !/^(Downloading|Extracting|Waiting|Verifying)/.test(status))
      yield { log: `${id === undefined ? '' : `${id}: `}${status}\n`.slice(0, maxCharacters) };
  }
  if (built === undefined) throw new InvalidResponse('a build that ends without an image');
  yield { imageId: built };
}

/** Docker writes standard error in red. */
function withoutColours(text: string): string {
  return text.replaceAll('\u001b[91m', '').replaceAll('\u001b[0m', '');
}
