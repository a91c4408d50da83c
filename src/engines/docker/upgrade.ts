import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Endpoint } from './endpoint.ts';
import { BrokenConnection, InvalidResponse } from './failures.ts';
import { probeAfterMs, streamSlots, type WireAnswer, type WireRequest, watchConnection } from './wire.ts';

/** A connection that is the process's own from now on, or an answer that refuses it. */
export type Upgraded = { readonly socket: Duplex } | { readonly refusal: WireAnswer };

/**
 * Asks for the connection itself, in both directions, by HTTP's own upgrade: Node ends the one direction without the other then,
 * over TLS too. Throws BrokenConnection, InvalidResponse, and `too_many_readers`. The signal ends the connection at any time.
 */
export function upgrade(endpoint: Endpoint, { method, path, body }: WireRequest, signal: AbortSignal) {
  return new Promise<Upgraded>((resolve, reject) => {
    const giveBack = streamSlots.take('processes');
    const headers = { connection: 'Upgrade', upgrade: 'tcp', 'content-type': 'application/json' };
    const request = endpoint.request({ method, path, headers, agent: endpoint.processes });
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
      // Told to whoever reads or writes.
      socket.on('error', () => undefined);
      if (head.length > 0) socket.unshift(head);
      if (signal.aborted) end();
      resolve({ socket });
    });
    request.end(typeof body === 'string' ? body : undefined);
  });
}
