import type { X509Certificate } from 'node:crypto';
import type { TLSSocket, Server as TlsServer } from 'node:tls';
import { certificatesIn, fingerprintOf, isSignedBy } from '../runtime/certificates.ts';

/** Connections whose client certificate was valid at the handshake, and is no longer. */
const outdated = new WeakSet<TLSSocket>();

/** Maximum length of the chain from a certificate to its CA. */
const maxChainLength = 10;

/**
 * Whether the client's certificate is still valid. The handshake checks it once; since then it may have expired, or its
 * CA may have been removed.
 */
export function isTrusted(socket: TLSSocket): boolean {
  if (!socket.authorized || outdated.has(socket)) return false;
  // By the machine's clock, as at the handshake.
  return Date.parse(socket.getPeerCertificate().valid_to) > Date.now();
}

/**
 * Why the presented certificate is not valid. Undefined: there is none, or it is valid. Contains no data of the
 * certificate but its end.
 */
export function rejectionReason(socket: TLSSocket): string | undefined {
  if (isTrusted(socket)) return undefined;
  const { valid_to } = socket.getPeerCertificate();
  const end = Date.parse(valid_to ?? '');
  if (Number.isNaN(end)) return undefined;
  if (end <= Date.now()) return `expired on ${new Date(end).toISOString().slice(0, 10)}`;
  const code = String(socket.authorizationError ?? '');
  return refusals[code] ?? 'was not issued by the client CA, or lacks intermediate certificates';
}

const refusals: Readonly<Record<string, string>> = {
  CERT_NOT_YET_VALID: 'is not valid yet: check the clocks',
  INVALID_PURPOSE: 'is not a client certificate',
};

/**
 * Connections may be open for days after their handshake. Returns a function to call when the client CAs change:
 * connections with certificates of a removed CA are no longer authenticated.
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

/** Signed directly, or through intermediate certificates that the client sent. */
function isOfOneOf(authorities: readonly X509Certificate[], shown: X509Certificate | undefined): boolean {
  let each = shown;
  for (let length = 0; each && length < maxChainLength; length++) {
    const signed = each;
    if (authorities.some((authority) => isSignedBy(signed, authority))) return true;
    each = signed.issuerCertificate;
  }
  return false;
}
