import type { X509Certificate } from 'node:crypto';
import { connect, type SecureContext } from 'node:tls';

/**
 * What a peer shows at a connection of its own: those that are kept took up a session, in which no certificate is shown. It is
 * read whether it is believed or not. Undefined where it shows none.
 */
export function peerCertificate(
  place: { readonly host: string; readonly port: number },
  secureContext: SecureContext,
  signal: AbortSignal,
): Promise<X509Certificate | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...place, secureContext, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate());
      socket.destroy();
    });
    socket.once('error', reject);
    signal.addEventListener('abort', () => socket.destroy(new Error('the deadline passed')), { once: true });
  });
}
