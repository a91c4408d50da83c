import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Endpoint } from './endpoint.ts';
import { BrokenConnection, InvalidResponse } from './failures.ts';
import { probeAfterMs, streamSlots, type WireAnswer, type WireRequest, watchConnection } from './wire.ts';

/** A connection dedicated to the process, or a response that refuses it. */
export type Upgraded = { readonly socket: Duplex } | { readonly refusal: WireAnswer };

/**
 * Opens a bidirectional connection with an HTTP upgrade: Node can then half-close it, over TLS too. Throws
 * BrokenConnection, InvalidResponse, and `too_many_readers`. The signal closes the connection at any time.
 */
export function upgrade(endpoint: Endpoint, { method, path, body, headers: own }: WireRequest, signal: AbortSignal) {
  return new Promise<Upgraded>((resolve, reject) => {
    const giveBack = streamSlots.take('processes');
    const headers = { connection: 'Upgrade', upgrade: 'tcp', 'content-type': 'application/json', ...own };
    const request = endpoint.request({ method, path, headers, agent: endpoint.agent('processes') });
    request.setSocketKeepAlive(true, probeAfterMs);
    const phase = watchConnection(request, endpoint);
    let isUpgraded = false;
    const abort = () => request.destroy(new Error('the deadline passed'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    const isOver = new Promise<void>((end) => {
      request.once('close', () => {
        signal.removeEventListener('abort', abort);
        if (!isUpgraded) giveBack();
        reject(new BrokenConnection(undefined, phase()));
        end();
      });
    });
    request.on('error', (cause) => reject(new BrokenConnection(cause, phase())));
    request.once('response', (response: IncomingMessage) => {
      const status = response.statusCode ?? 0;
      if (status >= 300) return resolve({ refusal: { response, isOver } });
      response.destroy();
      reject(new InvalidResponse(`HTTP ${status} in place of a connection`));
    });
    request.once('upgrade', (_response, socket: Duplex, head: Buffer) => {
      isUpgraded = true;
      const end = () => socket.destroy();
      signal.addEventListener('abort', end, { once: true });
      socket.once('close', () => {
        signal.removeEventListener('abort', end);
        giveBack();
      });
      // Readers and writers see the error.
      socket.on('error', () => undefined);
      if (head.length > 0) socket.unshift(head);
      if (signal.aborted) end();
      resolve({ socket });
    });
    request.end(typeof body === 'string' ? body : undefined);
  });
}
