import { type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

export type CertificateKind = 'ca' | 'engine' | 'client';

/** The content of a certificate. `hosts` become subject alternative names. */
interface CertificateContent {
  readonly kind: CertificateKind;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** The signing authority. */
export interface Issuer extends SelfSigner {
  readonly certificate: forge.pki.Certificate;
}

/** A key that signs its own certificate. */
interface SelfSigner {
  readonly key: KeyObject;
}

// ub-common-name in X.509.
const maxCommonNameLength = 64;
// GeneralName tags.
const dnsTag = 2;
const ipTag = 7;

/** The signed certificate as PEM. `publicKeyPem` is an RSA key, SPKI. */
export function signCertificate(
  content: CertificateContent,
  publicKeyPem: string,
  issuer: Issuer | SelfSigner,
): string {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKeyPem);
  certificate.serialNumber = randomSerial();
  certificate.validity.notBefore = content.notBefore;
  certificate.validity.notAfter = content.notAfter;
  const subject = subjectOf(content);
  certificate.setSubject(subject);
  certificate.setIssuer('certificate' in issuer ? issuer.certificate.subject.attributes : subject);
  certificate.setExtensions([
    ...usageExtensions[content.kind],
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: 'certificate' in issuer ? keyIdentifier(issuer) : true },
    ...(content.hosts.length > 0 ? [{ name: 'subjectAltName', altNames: content.hosts.map(altName) }] : []),
  ]);
  // Node signs a hundred times faster than forge. At this point, forge has assembled the content to sign.
  const signed = () => Buffer.from(forge.asn1.toDer(certificate.tbsCertificate).getBytes(), 'latin1');
  const signature = () => sign('sha256', signed(), issuer.key).toString('latin1');
  certificate.sign({ sign: signature } as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

const leafExtensions = [
  { name: 'basicConstraints', critical: true, cA: false },
  { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
];

const usageExtensions: Readonly<Record<CertificateKind, readonly object[]>> = {
  ca: [
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
  ],
  engine: [...leafExtensions, { name: 'extKeyUsage', serverAuth: true }],
  client: [...leafExtensions, { name: 'extKeyUsage', clientAuth: true }],
};

/** The kind is part of the subject, so that a client with the authority's name does not seem self-signed. */
function subjectOf({ kind, name }: CertificateContent): forge.pki.CertificateField[] {
  // The typings require a class where forge expects a type; both are numbers.
  const valueTagClass = forge.asn1.Type.UTF8 as number;
  return [
    { name: 'organizationName', value: 'Satsuma', valueTagClass },
    { name: 'organizationalUnitName', value: kind, valueTagClass },
    { name: 'commonName', value: name.slice(0, maxCommonNameLength), valueTagClass },
  ];
}

/** 128 bits, positive, and without a leading zero byte, which DER forbids. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

/** Taken from the authority's certificate, because another tool may have computed it differently. */
function keyIdentifier({ certificate }: Issuer): string {
  const stated = certificate.getExtension('subjectKeyIdentifier');
  return stated !== undefined && stated !== null && 'subjectKeyIdentifier' in stated
    ? forge.util.hexToBytes(String(stated.subjectKeyIdentifier))
    : certificate.generateSubjectKeyIdentifier().getBytes();
}

function altName(host: string): object {
  return isIP(host) === 0 ? { type: dnsTag, value: host } : { type: ipTag, ip: host };
}
