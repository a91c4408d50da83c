import { Readable } from 'node:stream';
import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { untilGone } from './until-gone.ts';

/** A stalled client holds a connection to the engine. */
const stalledMs = 600_000;

/**
 * Streams a tar archive. Errors before the first byte are answered as usual; later ones close the connection, so that
 * no client takes a part for the whole.
 */
export async function answerTar(
  { raw, info }: Pick<Request, 'raw' | 'info'>,
  h: Pick<ResponseToolkit, 'response'>,
  stopping: AbortSignal,
  open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>,
): Promise<ResponseObject> {
  const archive = await open(AbortSignal.any([untilGone(raw), stopping]));
  // Not compressed: archives are large, and the CPU time is needed for other requests.
  info.acceptEncoding = 'identity';
  const read = cutWhenStalled(archive, () => raw.res.destroy());
  return h.response(Readable.from(read, { objectMode: false })).type('application/x-tar');
}

async function* cutWhenStalled(source: AsyncIterable<Buffer>, cut: () => void): AsyncGenerator<Buffer> {
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const bytes of source) {
      timer = setTimeout(cut, stalledMs);
      yield bytes;
      clearTimeout(timer);
    }
  } finally {
    clearTimeout(timer);
  }
}
