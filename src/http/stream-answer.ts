import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { untilStalled } from './until-stalled.ts';

/** Whoever pages through a log may stop for a while; whoever does not come back holds a connection to the engine. */
const stalledMs = 600_000;

export interface StreamedAnswer {
  readonly type: string;
  /** Its signal aborts when the client is gone, or the server stops. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>;
  /** How a client is told that it was cut off. */
  readonly farewell?: (sentence: string) => string;
}

/** Bytes as they come, as fast as they are read, without an envelope. What `open` throws is answered as everywhere. */
export async function answerStream(
  { raw, info }: Pick<Request, 'raw' | 'info'>,
  h: Pick<ResponseToolkit, 'response'>,
  stopping: AbortSignal,
  { type, open, farewell }: StreamedAnswer,
): Promise<ResponseObject> {
  const gone = new AbortController();
  raw.res.once('close', () => gone.abort());
  const bytes = await open(AbortSignal.any([gone.signal, stopping]));
  const release = () => gone.abort();
  const disconnect = () => raw.res.destroy();
  const read = untilStalled(bytes, { stalledMs, release, disconnect, ...(farewell && { farewell }) });
  // A compressor waits until it has something worth compressing.
  info.acceptEncoding = 'identity';
  return h.response(Readable.from(begun(raw.res, read), { objectMode: false })).type(type);
}

/** Lets the head of the answer go at once: whoever follows may wait for the first line for an hour. */
async function* begun(answer: ServerResponse, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  answer.flushHeaders();
  yield* bytes;
}
