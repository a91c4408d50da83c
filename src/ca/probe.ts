import type { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { TLSSocket } from 'node:tls';

export interface Probe {
  /** The server's certificate; absent: no connection. */
  readonly shown?: X509Certificate;
  /** Whether it accepts the client's certificate; absent: unknown. */
  readonly accepts?: boolean;
  /** Why there was no response. */
  readonly error?: string;
}

export interface ProbePlace {
  readonly host: string;
  readonly port: number;
}

const timeoutMs = 10_000;

/**
 * Pings an engine with this certificate, over a new connection. With TLS 1.3, an engine rejects a certificate after the
 * handshake, so only a response proves that it was accepted.
 */
export function probe(place: ProbePlace, client: { readonly cert: string; readonly key: string }): Promise<Probe> {
  return new Promise((resolve) => {
    let shown: X509Certificate | undefined;
    // Any server certificate is accepted for inspection.
    const options = {
      ...place,
      ...client,
      path: '/_ping',
      agent: false,
      rejectUnauthorized: false,
      timeout: timeoutMs,
    };
    const sent = request(options, (response) => {
      response.resume();
      resolve({ ...(shown && { shown }), accepts: true });
      sent.destroy();
    });
    sent.on('socket', (socket) => {
      if (!(socket instanceof TLSSocket)) return;
      socket.once('secureConnect', () => {
        shown = socket.getPeerX509Certificate();
      });
    });
    sent.on('timeout', () =>
      sent.destroy(Object.assign(new Error(`no answer in ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' })),
    );
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(failureOf(error, shown)));
    sent.end();
  });
}

function failureOf({ code = '', message }: NodeJS.ErrnoException, shown: X509Certificate | undefined): Probe {
  const error = code === '' ? message : code;
  // An alert is a rejection. Some engines close the connection instead, or the alert is lost.
  const isRefusal = /ALERT/.test(code) || (shown !== undefined && ['ECONNRESET', 'EPIPE'].includes(code));
  return { ...(shown && { shown }), ...(isRefusal && { accepts: false }), error };
}
