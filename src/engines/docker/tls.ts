import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { SatsumaError } from '../../model/errors.ts';

/** PEM: what Satsuma shows to engines, and the authority that engines must come from. */
export interface TlsMaterial {
  readonly ca: string | Buffer;
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/**
 * One context for all engines: it is parsed once, not at each connection. Throws `invalid`, naming the setting that is
 * at fault.
 */
export function readTlsMaterial({ ca, cert, key }: TlsMaterial): SecureContext {
  const parse = <T>(setting: string, what: string, read: () => T): T => {
    try {
      return read();
    } catch {
      // The cause stays out: it may quote what should not be read.
      throw new SatsumaError('invalid', `${setting} is not ${what} in PEM`);
    }
  };
  parse('ca-cert', 'a certificate', () => new X509Certificate(ca));
  const certificate = parse('ssl-cert', 'a certificate', () => new X509Certificate(cert));
  const privateKey = parse('ssl-key', 'a private key without a passphrase', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new SatsumaError('invalid', 'ssl-key does not belong to ssl-cert');
  }
  return createSecureContext({ ca, cert, key, minVersion: 'TLSv1.2' });
}
