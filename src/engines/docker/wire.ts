import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { sendBody } from '../../runtime/send-body.ts';
import type { StreamUse } from '../stream-use.ts';
import type { Endpoint } from './endpoint.ts';
import { BrokenConnection, InvalidResponse, type WirePhase } from './failures.ts';
import { LargeResponseLimiter } from './large-response-limiter.ts';
import { StreamPacer } from './stream-pacer.ts';
import { StreamSlots } from './stream-slots.ts';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** Of the API; left out: the one that was negotiated. */
  readonly version?: string | undefined;
  /** JSON, or an archive, which is sent as fast as the engine takes it. */
  readonly body?: string | AsyncIterable<Buffer> | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * It goes on for as long as it likes. Logs and archives are apart: those who read them must not keep events, pulls and each other
   * waiting.
   */
  readonly isStream?: boolean | StreamUse | undefined;
  /** Of logs: the client that reads them. */
  readonly reader?: string | undefined;
}

/** An answer that has begun. */
export interface WireAnswer {
  readonly response: IncomingMessage;
  /** Resolves when its connection can take the next request, or is gone. */
  readonly isOver: Promise<void>;
}

/** What an answer may be; what is above is a fault or an attack on our memory. Ten thousand containers are 20 MB. */
export const bodyLimits = { list: 64 * 2 ** 20, single: 4 * 2 ** 20, words: 64 * 2 ** 10 } as const;
/** Small objects are 20 times their text in memory: an answer above this size is parsed only if it has few of them. */
const smallBytes = 8 * 2 ** 20;
const maximumMarks = 2 * 2 ** 20;
const largeResponses = new LargeResponseLimiter();
const logPacer = new StreamPacer();
/** Of all that goes on at engines for as long as a client likes. */
export const streamSlots = new StreamSlots();

const connected = new WeakSet<Socket>();

export const probeAfterMs = 15_000;

/** Of the engine, and of this server. Throws `too_many_readers`. */
function takeSlots({ readers }: Endpoint, use: StreamUse, reader: string | undefined): () => void {
  const giveShareBack = use === 'logs' ? readers.take(reader) : undefined;
  try {
    const giveBack = streamSlots.take(use, reader);
    return () => {
      giveShareBack?.();
      giveBack();
    };
  } catch (error) {
    giveShareBack?.();
    throw error;
  }
}

/** Sends one request, once. Throws BrokenConnection, `too_many_readers`, and what its body throws; an answer of any status is an answer. */
export function send(
  endpoint: Endpoint,
  { method, path, body, headers: more, isStream, reader }: WireRequest,
  signal: AbortSignal,
) {
  return new Promise<WireAnswer>((resolve, reject) => {
    const type = typeof body === 'string' ? 'application/json' : 'application/x-tar';
    const headers = { ...(body !== undefined && { 'content-type': type }), ...more };
    const isForClient = typeof isStream === 'string';
    const giveBack = isForClient ? takeSlots(endpoint, isStream, reader) : undefined;
    const agent = isForClient ? endpoint[isStream] : isStream ? endpoint.streams : endpoint.calls;
    const request = endpoint.request({ method, path, headers, agent });
    // A stream says nothing for hours: only TCP's own probes find out that there is nobody any more.
    request.setSocketKeepAlive(true, probeAfterMs);
    const phase = watchConnection(request, endpoint);
    const abort = () => request.destroy(new Error('the deadline passed'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    let isAnswered = false;
    const isOver = new Promise<void>((end) => {
      request.once('close', () => {
        giveBack?.();
        signal.removeEventListener('abort', abort);
        // A switch of protocols that nobody asked for ends the request without a word.
        if (!isAnswered) reject(new BrokenConnection(undefined, phase()));
        end();
      });
    });
    request.once('response', (response) => {
      isAnswered = true;
      resolve({ response, isOver });
    });
    request.on('error', (cause) => reject(new BrokenConnection(cause, phase())));
    if (typeof body === 'object') {
      void sendBody(request, body).catch((error: unknown) => {
        reject(error);
        // Without its end, so that the engine takes no part for the whole.
        request.destroy();
      });
    } else request.end(body);
  });
}

/**
 * The whole body as text. Throws BrokenConnection when it ends too early, InvalidResponse when it does not end. Resolves when the
 * connection is free: an answer may be read before node is told that the request was written, and a call that came then
 * would open another connection.
 */
export async function readBody({ response, isOver }: WireAnswer, maximumBytes: number): Promise<string> {
  const body = Buffer.concat(await readChunks(response, maximumBytes));
  await isOver;
  if (body.length > smallBytes && countMarks(body) > maximumMarks) {
    throw new InvalidResponse(`an answer of more than ${maximumMarks} values`);
  }
  return body.toString();
}

async function readChunks(response: IncomingMessage, maximumBytes: number): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let giveBack: (() => void) | undefined;
  try {
    for await (const chunk of chunksOf(response)) {
      bytes += chunk.length;
      if (bytes > maximumBytes) throw new InvalidResponse(`an answer of more than ${maximumBytes} bytes, cut off`);
      chunks.push(chunk);
      if (bytes > smallBytes) giveBack ??= await largeResponses.take(response);
    }
    return chunks;
  } finally {
    giveBack?.();
  }
}

/** How many values there can be in it, as JSON. */
function countMarks(body: Buffer): number {
  let count = 0;
  // , [ and {
  for (const byte of body) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count += 1;
  return count;
}

/** The body as it comes. Throws BrokenConnection when it ends too early. */
export async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new BrokenConnection(cause, 'answering');
  }
}

/** As `chunksOf`, at a pace that all logs of this process share. */
export async function* logSlicesOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* logPacer.slices(response);
  } catch (cause) {
    throw new BrokenConnection(cause, 'answering');
  }
}

/** Gives up early on a connection that is not made. The returned function tells how far the request came. */
export function watchConnection(request: ClientRequest, { connectMs, connectedEvent }: Endpoint): () => WirePhase {
  let phase: WirePhase = 'connecting';
  request.once('socket', (socket) => {
    // Node tells of a connection that was idle, and not of one that another call has just handed over.
    if (request.reusedSocket || connected.has(socket)) {
      phase = 'kept';
      return;
    }
    const late = Object.assign(new Error(`no connection after ${connectMs} ms`), { code: 'ETIMEDOUT' });
    const timer = setTimeout(() => request.destroy(late), connectMs);
    socket.once(connectedEvent, () => {
      connected.add(socket);
      phase = 'fresh';
      clearTimeout(timer);
    });
    request.once('close', () => clearTimeout(timer));
  });
  return () => phase;
}
