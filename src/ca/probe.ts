import type { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { TLSSocket } from 'node:tls';

export interface Probe {
  /** What it shows; left out: no connection came about. */
  readonly shown?: X509Certificate;
  /** Whether it takes the client's certificate; left out: that could not be found out. */
  readonly accepts?: boolean;
  /** Why there is no answer. */
  readonly error?: string;
}

export interface ProbePlace {
  readonly host: string;
  readonly port: number;
}

const timeoutMs = 10_000;

/**
 * Asks an engine for a ping with this certificate, over a connection of its own. With TLS 1.3 an engine refuses a certificate after the
 * handshake, in place of its answer: only an answer says that it was taken.
 */
export function probe(place: ProbePlace, client: { readonly cert: string; readonly key: string }): Promise<Probe> {
  return new Promise((resolve) => {
    let shown: X509Certificate | undefined;
    // What is shown is looked at whoever signed it.
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
  // An alert is an answer. Some close the connection instead, or the alert is lost when they do.
  const isRefusal = /ALERT/.test(code) || (shown !== undefined && ['ECONNRESET', 'EPIPE'].includes(code));
  return { ...(shown && { shown }), ...(isRefusal && { accepts: false }), error };
}
