import { Readable } from 'node:stream';
import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { untilGone } from './until-gone.ts';

/** Whoever takes nothing for so long holds a connection to the engine for nothing. */
const stalledMs = 600_000;

/**
 * A tar archive as it comes. What goes wrong before the first byte is answered as everywhere; after that the connection is cut,
 * so that no client takes a part for the whole.
 */
export async function answerTar(
  { raw, info }: Pick<Request, 'raw' | 'info'>,
  h: Pick<ResponseToolkit, 'response'>,
  stopping: AbortSignal,
  open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>,
): Promise<ResponseObject> {
  const archive = await open(AbortSignal.any([untilGone(raw), stopping]));
  // Compressed by whoever wants it so: archives are large, and this server has others to serve.
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
