import { connect, type SecureContext } from 'node:tls';
import type { CertificateDates } from '../../model/certificate.ts';

/**
 * What a peer shows at a connection of its own: those that are kept took up a session, in which no certificate is shown. It is
 * read whether it is believed or not. Undefined where it shows none.
 */
export function peerCertificate(
  place: { readonly host: string; readonly port: number },
  secureContext: SecureContext,
  signal: AbortSignal,
): Promise<CertificateDates | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...place, secureContext, rejectUnauthorized: false }, () => {
      const { valid_to } = socket.getPeerCertificate();
      const notAfter = Date.parse(valid_to ?? '');
      resolve(Number.isNaN(notAfter) ? undefined : { name: place.host, notAfter: new Date(notAfter).toISOString() });
      socket.destroy();
    });
    socket.once('error', reject);
    signal.addEventListener('abort', () => socket.destroy(new Error('the deadline passed')), { once: true });
  });
}
