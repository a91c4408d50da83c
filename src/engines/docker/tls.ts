import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { SatsumaError } from '../../model/errors.ts';
import { certificatesIn } from '../../runtime/certificates.ts';

/** PEM: what Satsuma shows to engines, and the authority that engines must come from. */
export interface TlsMaterial {
  readonly ca: string | Buffer;
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** What connections to engines are made with. */
export interface EngineTls {
  readonly context: SecureContext;
  /** Whose certificates are believed: more than one while an authority is replaced. */
  readonly authorities: readonly X509Certificate[];
  readonly certificate: X509Certificate;
}

/**
 * One context for all engines: it is parsed once, not at each connection. Throws `invalid`, naming the setting that is
 * at fault.
 */
export function readTlsMaterial({ ca, cert, key }: TlsMaterial): EngineTls {
  const parse = <T>(setting: string, what: string, read: () => T): T => {
    try {
      return read();
    } catch {
      // The cause stays out: it may quote what should not be read.
      throw new SatsumaError('invalid', `${setting} is not ${what} in PEM`);
    }
  };
  parse('ca-cert', 'a certificate', () => new X509Certificate(ca));
  const authorities = parse('ca-cert', 'a certificate', () => certificatesIn(ca));
  const certificate = parse('ssl-cert', 'a certificate', () => new X509Certificate(cert));
  const privateKey = parse('ssl-key', 'a private key without a passphrase', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new SatsumaError('invalid', 'ssl-key does not belong to ssl-cert');
  }
  const context = createSecureContext({ ca, cert, key, minVersion: 'TLSv1.2' });
  return { context, authorities, certificate };
}
