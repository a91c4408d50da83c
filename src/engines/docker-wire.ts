import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Endpoint } from './docker-endpoint.ts';
import { BrokenConnection, Refusal, type WirePhase } from './docker-failures.ts';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  /** Its answer goes on for as long as it likes. */
  readonly isStream?: boolean | undefined;
}

/** Ten thousand containers are 20 MB in a list; what is above this is a fault or an attack on our memory. */
const maximumBodyBytes = 64 * 2 ** 20;

/** Sends one request, once. Throws BrokenConnection; an answer of any status is an answer. */
export function send(endpoint: Endpoint, { method, path, body, isStream }: WireRequest, signal: AbortSignal) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const agent = isStream ? endpoint.streams : endpoint.calls;
    const request = endpoint.request({ method, path, headers, agent });
    const phase = watchConnection(request, endpoint);
    const abort = () => request.destroy(new Error('the deadline passed'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    request.once('close', () => signal.removeEventListener('abort', abort));
    request.once('response', resolve);
    request.on('error', (cause) => reject(new BrokenConnection(cause, phase())));
    request.end(body);
  });
}

/** The whole body as text. Throws BrokenConnection when it ends too early, Refusal when it does not end. */
export async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(response)) {
    bytes += chunk.length;
    if (bytes > maximumBodyBytes) throw new Refusal(0, `an answer of more than ${maximumBodyBytes} bytes, cut off`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The body as it comes. Throws BrokenConnection when it ends too early. */
export async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new BrokenConnection(cause, 'answering');
  }
}

/** Gives up early on a connection that is not made. The returned function tells how far the request came. */
function watchConnection(request: ClientRequest, { connectMs, connectedEvent }: Endpoint): () => WirePhase {
  let phase: WirePhase = 'connecting';
  request.once('socket', (socket) => {
    if (request.reusedSocket) {
      phase = 'kept';
      return;
    }
    const late = Object.assign(new Error(`no connection after ${connectMs} ms`), { code: 'ETIMEDOUT' });
    const timer = setTimeout(() => request.destroy(late), connectMs);
    socket.once(connectedEvent, () => {
      phase = 'fresh';
      clearTimeout(timer);
    });
    request.once('close', () => clearTimeout(timer));
  });
  return () => phase;
}
