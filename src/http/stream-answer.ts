import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { type ErrorCode, SatsumaError } from '../model/errors.ts';
import { untilStalled } from './until-stalled.ts';
import { explainStop } from './until-stop.ts';

/** Whoever pages through a log may stop for a while; whoever does not come back holds a connection to the engine. */
const stalledMs = 600_000;

const askAgain = 'the server stops: ask again';

export interface StreamedAnswer {
  readonly type: string;
  /** Its signal aborts when the client is gone, or the server stops. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>;
  /** How a client is told that it was cut off. Without it, the connection of one that a stopping server cuts off is broken. */
  readonly farewell?: (sentence: string, code: CutOff) => string;
  /** What a client is told that a stopping server cuts off. */
  readonly stopSentence?: string;
}

/** Why the server ended an answer that would have gone on. */
export type CutOff = Extract<ErrorCode, 'server_stopping'> | 'cut_off';

/** Bytes as they come, as fast as they are read, without an envelope. What `open` throws is answered as everywhere. */
export async function answerStream(
  { raw, info }: Pick<Request, 'raw' | 'info'>,
  h: Pick<ResponseToolkit, 'response'>,
  stopping: AbortSignal,
  { type, open, farewell, stopSentence = askAgain }: StreamedAnswer,
): Promise<ResponseObject> {
  const gone = new AbortController();
  raw.res.once('close', () => gone.abort());
  const source = await open(AbortSignal.any([gone.signal, stopping])).catch(explainStop(stopping, stopSentence));
  const bytes = untilStopped(source, stopping, { farewell, stopSentence });
  const release = () => gone.abort();
  const disconnect = () => raw.res.destroy();
  const read = untilStalled(bytes, {
    stalledMs,
    release,
    disconnect,
    ...(farewell && { farewell: (sentence) => farewell(sentence, 'cut_off') }),
  });
  // A compressor waits until it has something worth compressing.
  info.acceptEncoding = 'identity';
  return h.response(Readable.from(begun(raw.res, read), { objectMode: false })).type(type);
}

/** Says at its end that the server stops, so that nobody takes a part for the whole. */
async function* untilStopped(
  source: AsyncIterable<Buffer>,
  stopping: AbortSignal,
  { farewell, stopSentence }: { readonly farewell: StreamedAnswer['farewell']; readonly stopSentence: string },
): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (error) {
    if (!stopping.aborted) throw error;
  }
  if (!stopping.aborted) return;
  if (!farewell) throw new SatsumaError('server_stopping', stopSentence);
  yield Buffer.from(farewell(stopSentence, 'server_stopping'));
}

/** Lets the head of the answer go at once: whoever follows may wait for the first line for an hour. */
async function* begun(answer: ServerResponse, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  answer.flushHeaders();
  yield* bytes;
}
