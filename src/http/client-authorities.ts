import type { X509Certificate } from 'node:crypto';
import type { TLSSocket, Server as TlsServer } from 'node:tls';
import { certificatesIn, fingerprintOf, isSignedBy } from '../runtime/certificates.ts';

/** Connections whose client was believed at the handshake, and is not any more. */
const outdated = new WeakSet<TLSSocket>();

/** Between a certificate and its authority. */
const longestChain = 10;

/**
 * Whether the client's certificate counts still: a handshake looks once, and the certificate may have ended since, or its authority have
 * been taken away.
 */
export function isBelieved(socket: TLSSocket): boolean {
  if (!socket.authorized || outdated.has(socket)) return false;
  // By the machine's clock, as at the handshake.
  return Date.parse(socket.getPeerCertificate().valid_to) > Date.now();
}

/** Why not, for whoever shows it; undefined: none is shown, or it is believed. Nothing of what it says is repeated but its end. */
export function whyNotBelieved(socket: TLSSocket): string | undefined {
  if (isBelieved(socket)) return undefined;
  const { valid_to } = socket.getPeerCertificate();
  const end = Date.parse(valid_to ?? '');
  if (Number.isNaN(end)) return undefined;
  if (end <= Date.now()) return `ended on ${new Date(end).toISOString().slice(0, 10)}`;
  const code = String(socket.authorizationError ?? '');
  return refusals[code] ?? 'is not of the authority of clients, or lacks the certificates between it and that one';
}

const refusals: Readonly<Record<string, string>> = {
  CERT_NOT_YET_VALID: 'is not valid yet: compare the clocks',
  INVALID_PURPOSE: 'is none for clients',
};

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
    const authorities = certificatesIn(after);
    const left = authorities.map(fingerprintOf);
    const gone = certificatesIn(before).filter((each) => !left.includes(fingerprintOf(each)));
    for (const socket of gone.length === 0 ? [] : open) {
      if (!isOfOneOf(authorities, socket.getPeerX509Certificate())) outdated.add(socket);
    }
  };
}

/** Itself, or by those between that the client sent with it. */
function isOfOneOf(authorities: readonly X509Certificate[], shown: X509Certificate | undefined): boolean {
  let each = shown;
  for (let length = 0; each && length < longestChain; length++) {
    const signed = each;
    if (authorities.some((authority) => isSignedBy(signed, authority))) return true;
    each = signed.issuerCertificate;
  }
  return false;
}
