import { createHash, createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { Pem } from '../../decisions/domains/routed-domain.ts';
import { type DomainCertificate, domainPattern, isNamedBy, maxCertificateNames } from '../../model/domain.ts';
import { SatsumaError } from '../../model/errors.ts';
import { certificatesIn, fingerprintOf } from '../../runtime/certificates.ts';

/** `key` is not yet encrypted. */
export type ReadCertificate = DomainCertificate;

const maxInChain = 10;
/** Key types that routers can use for browsers. */
const curves: readonly (string | undefined)[] = ['prime256v1', 'secp384r1', 'secp521r1'];
const fewestRsaBits = 2_048;

/** Checks a certificate given for a domain. Throws `invalid`; messages contain no part of the key. */
export function readGivenCertificate(domain: string, { certificate, key }: Pem, now: number): ReadCertificate {
  const [own, ...others] = chainIn(certificate);
  const privateKey = keyIn(key);
  if (!own.checkPrivateKey(privateKey)) {
    if (others.some((each) => each.checkPrivateKey(privateKey)))
      throw invalid('the certificate of the key must be the first one in its file, before those of who signed it');
    throw invalid('the key is not that of the certificate');
  }
  const names = namesOf(own);
  if (!names.some((each) => isNamedBy(domain, each))) {
    const shown = names.length === 0 ? 'it has no host name' : `it is of ${names.slice(0, 5).join(', ')}`;
    throw invalid(`the certificate is not of ${domain}: ${shown}`);
  }
  if (names.length > maxCertificateNames)
    throw invalid(`the certificate has ${names.length} names, and may have ${maxCertificateNames}`);
  const [notBefore, notAfter] = [new Date(own.validFrom), new Date(own.validTo)];
  if (notAfter.getTime() <= now)
    throw invalid(`the certificate has ended: it was valid until ${notAfter.toISOString()}`);
  if (notBefore.getTime() > now)
    throw invalid(`the certificate is valid from ${notBefore.toISOString()} on, and not yet`);
  const chain = [own, ...others].map((each) => each.toString()).join('');
  return {
    chain,
    // PKCS #8: Caddy reads every type of key in this form.
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    digest: createHash('sha256').update(chain).digest('hex'),
    fingerprint: fingerprintOf(own),
    ...{ names, notAfter: notAfter.toISOString() },
  };
}

function chainIn(pem: string): readonly [X509Certificate, ...X509Certificate[]] {
  const [own, ...others] = parsed(pem);
  if (!own) throw invalid('there is no certificate in PEM, "-----BEGIN CERTIFICATE-----"');
  if (others.length >= maxInChain) throw invalid(`there are more than ${maxInChain} certificates`);
  return [own, ...others];
}

function parsed(pem: string): X509Certificate[] {
  try {
    return certificatesIn(pem);
  } catch (cause) {
    throw invalid('a certificate cannot be read: it must be X.509 in PEM', cause);
  }
}

function keyIn(pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem))
    throw invalid('the key has a passphrase, and routers have nobody to ask for it: give it without');
  const key = parsedKey(pem);
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const isUsable =
    key.asymmetricKeyType === 'ed25519' ||
    (key.asymmetricKeyType === 'ec' && curves.includes(namedCurve)) ||
    (key.asymmetricKeyType === 'rsa' && modulusLength >= fewestRsaBits);
  if (isUsable) return key;
  throw invalid('the key must be RSA of 2048 bits or more, ECDSA of P-256, P-384 or P-521, or Ed25519');
}

/** Throws without a cause: the cause may quote the key. */
function parsedKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw invalid('the key cannot be read: it must be a private key in PEM');
  }
}

/** The DNS names of a certificate. Browsers ignore its common name. */
function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  // Names with a comma are quoted.
  const plain = subjectAltName.replace(/"(?:[^"\\]|\\.)*"/g, '');
  const names = plain.split(', ').flatMap((each) => (each.startsWith('DNS:') ? [each.slice(4).toLowerCase()] : []));
  return [...new Set(names.filter((each) => domainPattern.test(each)))];
}

function invalid(sentence: string, cause?: unknown): SatsumaError {
  return new SatsumaError('invalid', sentence, cause === undefined ? {} : { cause });
}
