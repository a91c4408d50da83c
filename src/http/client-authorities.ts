import type { TLSSocket, Server as TlsServer } from 'node:tls';
import { certificatesIn, fingerprintOf, isSignedBy } from '../runtime/certificates.ts';

/** Connections whose client was believed at the handshake, and is not any more. */
const outdated = new WeakSet<TLSSocket>();

/** Whether the authority of its certificate was taken away since the handshake. */
export function isOutdated(socket: TLSSocket): boolean {
  return outdated.has(socket);
}

/**
 * A handshake is believed for as long as its connection is open, which may be days. Returns what to call when the authorities of clients
 * change: from then on, connections with certificates of one that is gone are those of nobody.
 */
export function followClientAuthorities(listener: TlsServer): (before?: string, after?: string) => void {
  const open = new Set<TLSSocket>();
  listener.on('secureConnection', (socket: TLSSocket) => {
    if (!socket.authorized) return;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return (before = '', after = '') => {
    const left = certificatesIn(after).map(fingerprintOf);
    const gone = certificatesIn(before).filter((each) => !left.includes(fingerprintOf(each)));
    for (const socket of gone.length === 0 ? [] : open) {
      const shown = socket.getPeerX509Certificate();
      if (shown && gone.some((each) => isSignedBy(shown, each))) outdated.add(socket);
    }
  };
}
