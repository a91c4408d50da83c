import { type KeyObject, X509Certificate } from 'node:crypto';
import { join, resolve } from 'node:path';
import { fingerprintOf, isSignedBy } from '../runtime/certificates.ts';
import { authorityFiles, certificateMode, issuedFiles, readText, writeWhole } from './files.ts';
import { describeCertificate, namesIn, readCertificate } from './inventory.ts';
import { certifyKey, generateKey, leafDays } from './issue.ts';
import { commonName, parseKey, type StoredIssuer } from './issuer.ts';
import { beginRotation, endRotation, type Rotation, readRotation, setStep, signerOf, trustedIn } from './rotation.ts';
import type { CertificateKind } from './x509.ts';

interface RotateOptions {
  /** The name of the second authority. */
  readonly name?: string | undefined;
  /** The validity of renewed certificates. */
  readonly days?: number | undefined;
}

/** Creates the second authority, and publishes trust in both. Throws `invalid`. */
export async function startRotation(dir: string, options: RotateOptions = {}): Promise<Rotation> {
  const root = resolve(dir);
  await beginRotation(root, options.name);
  return await resumeRotation(root, options);
}

/** Brings the files to the state of the current step; idempotent. Throws `invalid` without a rotation. */
export async function resumeRotation(root: string, { days = leafDays }: RotateOptions = {}): Promise<Rotation> {
  const rotation = await requireRotation(root);
  await publishTrust(root, rotation);
  for (const kind of ['engine', 'client'] as const) {
    for (const name of await namesIn(join(root, `${kind}s`))) await signAnew(root, { kind, name, days }, rotation);
  }
  return rotation;
}

/** Sets the step, and brings the files to its state. */
export async function stepTo(
  root: string,
  rotation: Rotation,
  step: Rotation['step'],
  options: RotateOptions = {},
): Promise<Rotation> {
  await setStep(root, rotation, step);
  return await resumeRotation(root, options);
}

/** Ends it: with the second authority only, or after `abort` with the first. */
export async function finishRotation(root: string, rotation: Rotation): Promise<void> {
  const left = rotation.step === 'abort' ? [rotation.first] : [rotation.second];
  await publish(root, bundleOf(left));
  await endRotation(root, rotation);
}

/** Shared by all probes, because generating it is slow. */
let probeKey: Promise<KeyObject> | undefined;

/** A client certificate with an in-memory key, for testing who accepts it. */
export async function issueProbe(issuer: StoredIssuer): Promise<{ readonly cert: string; readonly key: string }> {
  probeKey ??= generateKey();
  const key = await probeKey;
  const cert = certifyKey({ kind: 'client', name: 'satsuma-ca-status', hosts: [], days: 1 }, key, issuer);
  return { cert, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Trust in both is published before any certificate of the second is used. */
async function publishTrust(root: string, rotation: Rotation): Promise<void> {
  await publish(root, bundleOf(trustedIn(rotation)));
}

async function publish(root: string, bundle: string): Promise<void> {
  await writeWhole(authorityFiles(root).ca, bundle, certificateMode);
  for (const kind of ['engines', 'clients']) {
    for (const name of await namesIn(join(root, kind))) {
      await writeWhole(issuedFiles(join(root, kind, name)).ca, bundle, certificateMode);
    }
  }
}

/**
 * Keeps the key: a new authority does not weaken it, a client's key signs the labels of containers, and a certificate
 * that is replaced alone always matches its key. Certificates of other authorities are left alone.
 */
async function signAnew(
  root: string,
  { kind, name, days }: { readonly kind: 'engine' | 'client'; readonly name: string; readonly days: number },
  rotation: Rotation,
): Promise<void> {
  const files = issuedFiles(join(root, `${kind}s`, name));
  const [target, other] = targetAndOther(rotation, kind);
  const current = await readCertificate(files.cert, `${files.cert} is missing.`);
  if (isSignedBy(current, x509(target)) || !isSignedBy(current, x509(other))) return;
  const { hosts } = await describeCertificate(kind, name, files);
  const key = parseKey(files.key, await readText(files.key, `${files.key} is missing.`));
  await writeWhole(files.cert, certifyKey({ kind, name, hosts, days }, key, target), certificateMode);
}

function targetAndOther(rotation: Rotation, kind: 'engine' | 'client'): [StoredIssuer, StoredIssuer] {
  const target = signerOf(rotation, kind);
  return [target, target === rotation.first ? rotation.second : rotation.first];
}

export function fingerprintOfIssuer(issuer: Pick<StoredIssuer, 'pem'>): string {
  return fingerprintOf(x509(issuer));
}

/**
 * The name of the authority that signed a certificate file; null: neither, or it is an authority itself. Throws
 * `invalid`.
 */
export async function signerNameOf(
  path: string,
  kind: CertificateKind,
  issuers: readonly StoredIssuer[],
): Promise<string | null> {
  if (kind === 'ca') return null;
  const certificate = await readCertificate(path, `${path} is missing.`);
  const signer = issuers.find((each) => isSignedBy(certificate, x509(each)));
  return signer ? commonName(signer) : null;
}

export function x509({ pem }: Pick<StoredIssuer, 'pem'>): X509Certificate {
  return new X509Certificate(pem);
}

function bundleOf(issuers: readonly StoredIssuer[]): string {
  return issuers.map(({ pem }) => pem).join('');
}

async function requireRotation(root: string): Promise<Rotation> {
  const rotation = await readRotation(root);
  if (!rotation) throw new Error(`no rotation is under way in ${root}`);
  return rotation;
}
