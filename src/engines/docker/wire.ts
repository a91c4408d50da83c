import type { ClientRequest, IncomingMessage } from 'node:http';
import { sendBody } from '../../runtime/send-body.ts';
import type { StreamUse } from '../stream-use.ts';
import { connectedSockets } from './connected-sockets.ts';
import type { Endpoint } from './endpoint.ts';
import { BrokenConnection, InvalidResponse, type WirePhase } from './failures.ts';
import { LargeResponseLimiter } from './large-response-limiter.ts';
import { StreamPacer } from './stream-pacer.ts';
import { StreamSlots } from './stream-slots.ts';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** The API version. Absent: the negotiated one. */
  readonly version?: string | undefined;
  /** JSON, or an archive, which is sent with backpressure. */
  readonly body?: string | AsyncIterable<Buffer> | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /**
   * The response has no time limit. Logs and archives use separate pools, so that their readers do not block events,
   * pulls and each other.
   */
  readonly isStream?: boolean | StreamUse | undefined;
  /** For logs: the client that reads them. */
  readonly reader?: string | undefined;
}

/** A response whose headers have arrived. */
export interface WireAnswer {
  readonly response: IncomingMessage;
  /** Resolves when its connection is reusable or closed. */
  readonly isOver: Promise<void>;
}

/** Size limits of responses; a larger one is an error or an attack. Ten thousand containers are 20 MB. */
export const bodyLimits = { list: 64 * 2 ** 20, single: 4 * 2 ** 20, words: 64 * 2 ** 10 } as const;
/** Small objects take 20 times their text in memory: a larger response is parsed only if it has few values. */
const smallBytes = 8 * 2 ** 20;
const maximumMarks = 2 * 2 ** 20;
const largeResponses = new LargeResponseLimiter();
const logPacer = new StreamPacer();
/** Counts the streams to clients over all engines. */
export const streamSlots = new StreamSlots();

export const probeAfterMs = 15_000;

/** Takes a slot of the engine and of this server. Throws `too_many_readers`. */
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

/**
 * Sends one request without retry, and returns the response with any status. Throws BrokenConnection,
 * `too_many_readers`, and errors of the body.
 */
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
    const agent = endpoint.agent(isForClient ? isStream : isStream ? 'streams' : 'calls');
    const request = endpoint.request({ method, path, headers, agent });
    // A stream may be silent for hours: only TCP probes detect a vanished peer.
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
        // Node closes the request silently on an unrequested protocol upgrade.
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
        // Aborts instead of ending, so that the engine does not take a partial body for the whole.
        request.destroy();
      });
    } else request.end(body);
  });
}

/**
 * Reads the whole body as text. Throws BrokenConnection if it ends early, InvalidResponse if it exceeds the limit.
 * Resolves when the connection is reusable: a response may be complete before Node reports that the request was
 * written, and a call at that moment would open another connection.
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

/** The maximum number of values in the body, if it is JSON. */
function countMarks(body: Buffer): number {
  let count = 0;
  // , [ and {
  for (const byte of body) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count += 1;
  return count;
}

/** Streams the body. Throws BrokenConnection if it ends early. */
export async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new BrokenConnection(cause, 'answering');
  }
}

/** As `chunksOf`, at a rate that all log streams of this process share. */
export async function* logSlicesOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* logPacer.slices(response);
  } catch (cause) {
    throw new BrokenConnection(cause, 'answering');
  }
}

/** Fails early if the connection is not established. The returned function reports how far the request got. */
export function watchConnection(request: ClientRequest, { connectMs, connectedEvent }: Endpoint): () => WirePhase {
  let phase: WirePhase = 'connecting';
  request.once('socket', (socket) => {
    // Node sets reusedSocket for an idle connection, but not for one that another call just handed over.
    if (request.reusedSocket || connectedSockets.has(socket)) {
      phase = 'kept';
      return;
    }
    const late = Object.assign(new Error(`no connection after ${connectMs} ms`), { code: 'ETIMEDOUT' });
    const timer = setTimeout(() => request.destroy(late), connectMs);
    socket.once(connectedEvent, () => {
      connectedSockets.add(socket);
      phase = 'fresh';
      clearTimeout(timer);
    });
    request.once('close', () => clearTimeout(timer));
  });
  return () => phase;
}
