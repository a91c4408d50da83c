import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { type ErrorCode, SatsumaError } from '../model/errors.ts';
import { untilGone } from './until-gone.ts';
import { untilStalled } from './until-stalled.ts';
import { explainStop } from './until-stop.ts';

/** A reader may pause for a while, but a stalled one holds a connection to the engine. */
const stalledMs = 600_000;

const askAgain = 'the server is stopping: try again';

interface StreamedAnswer {
  readonly type: string;
  /** The signal aborts when the client disconnects, or the server stops. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>;
  /** Formats the last message of a stream that ends early. Absent: the connection is closed when the server stops. */
  readonly farewell?: (sentence: string, code: CutOff) => string;
  /** The message for clients when the server stops. */
  readonly stopSentence?: string;
}

/** Why the server ended a stream early. */
export type CutOff = Extract<ErrorCode, 'server_stopping'> | 'cut_off';

/** Streams bytes at the reader's speed, without an envelope. Errors of `open` are answered as usual. */
export async function answerStream(
  { raw, info }: Pick<Request, 'raw' | 'info'>,
  h: Pick<ResponseToolkit, 'response'>,
  stopping: AbortSignal,
  { type, open, farewell, stopSentence = askAgain }: StreamedAnswer,
): Promise<ResponseObject> {
  const left = untilGone(raw);
  const stalled = new AbortController();
  const source = await open(AbortSignal.any([left, stalled.signal, stopping])).catch(
    explainStop(stopping, stopSentence),
  );
  const bytes = untilStopped(source, stopping, { farewell, stopSentence });
  const release = () => stalled.abort();
  const disconnect = () => raw.res.destroy();
  const read = untilStalled(bytes, {
    stalledMs,
    release,
    disconnect,
    ...(farewell && { farewell: (sentence) => farewell(sentence, 'cut_off') }),
  });
  // Not compressed: a compressor delays data until it has a full block.
  info.acceptEncoding = 'identity';
  return h.response(Readable.from(begun(raw.res, read), { objectMode: false })).type(type);
}

/** Marks a stream as incomplete when the server stops. */
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

/** Sends the headers at once: the first line may take an hour. */
async function* begun(answer: ServerResponse, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  answer.flushHeaders();
  yield* bytes;
}
