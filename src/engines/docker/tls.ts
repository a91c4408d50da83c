import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { SatsumaError } from '../../model/errors.ts';
import { certificatesIn } from '../../runtime/certificates.ts';

/** PEM: Satsuma's client certificate and key, and the engines' authority. */
export interface TlsMaterial {
  readonly ca: string | Buffer;
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** The parsed TLS material for connections to engines. */
export interface EngineTls {
  readonly context: SecureContext;
  /** Trusted authorities: several while an authority is being replaced. */
  readonly authorities: readonly X509Certificate[];
  readonly certificate: X509Certificate;
}

/** One context for all engines, so that it is parsed once. Throws `invalid`, naming the faulty setting. */
export function readTlsMaterial({ ca, cert, key }: TlsMaterial): EngineTls {
  const parse = <T>(setting: string, what: string, read: () => T): T => {
    try {
      return read();
    } catch {
      // Without the cause, which may quote secret content.
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
