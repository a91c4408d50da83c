import type { BuildStep } from '../../model/build.ts';
import { EngineHttpError, InvalidResponse } from './failures.ts';
import { linesOf, tooLong } from './lines.ts';
import { type Fields, fieldsOf } from './shape.ts';

const mostCharacters = 8_192;
const imageId = /^sha256:[0-9a-f]{64}$/;

/**
 * What Docker tells of a build. It answers 200 before the first step, so a failure is a line of the stream. Throws EngineHttpError,
 * InvalidResponse for what is no such stream, or where it ends without an image.
 */
export async function* readBuild(stream: AsyncIterable<Buffer>): AsyncGenerator<BuildStep> {
  let built: string | undefined;
  for await (const line of linesOf(stream)) {
    // A program may write a line of any length.
    if (line === tooLong) continue;
    const { stream: text, status, id, error, errorDetail, aux } = parse(line);
    const { message = error } = fieldsOf(errorDetail ?? {}, 'errorDetail');
    if (message !== undefined) throw new EngineHttpError(0, typeof message === 'string' ? message : 'no reason given');
    const { ID } = fieldsOf(aux ?? {}, 'aux');
    // Each stage tells one; the last is that of the image.
    if (typeof ID === 'string' && imageId.test(ID)) built = ID;
    if (typeof text === 'string' && text !== '') yield { log: withoutColours(text).slice(0, mostCharacters) };
    // Of base images that are pulled. How far each layer is would be a line for each piece.
    else if (typeof status === 'string' && !/^(Downloading|Extracting|Waiting|Verifying)/.test(status))
      yield { log: `${typeof id === 'string' ? `${id}: ` : ''}${status}\n`.slice(0, mostCharacters) };
  }
  if (built === undefined) throw new InvalidResponse('a build that ends without an image');
  yield { imageId: built };
}

/** Docker writes standard error in red. */
function withoutColours(text: string): string {
  return text.replaceAll('\u001b[91m', '').replaceAll('\u001b[0m', '');
}

function parse(line: string): Fields {
  try {
    return fieldsOf(JSON.parse(line), 'a line of a build');
  } catch {
    throw new InvalidResponse(`a line of a build that is no JSON, of ${line.length} characters`);
  }
}
