import type { X509Certificate } from 'node:crypto';
import { connect, type SecureContext } from 'node:tls';

/**
 * Reads a peer's certificate over a new connection: pooled connections may have resumed a TLS session, which carries no
 * certificate. An untrusted certificate is read, too. Undefined if the peer has none.
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
