import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, type CertificateFiles, createAuthority } from '../../src/ca/authority.ts';
import type { TlsMaterial } from '../../src/engines/docker/tls.ts';

/** Two authorities, and certificates of theirs. */
interface TestCertificates {
  readonly ours: Authority;
  readonly theirs: Authority;
  /** An engine of ours on the loopback address. */
  readonly server: TlsMaterial;
  readonly client: TlsMaterial;
  /** A client of the other authority, who trusts ours. */
  readonly stranger: TlsMaterial;
}

let made: Promise<TestCertificates> | undefined;
let engines = 0;

/** Made once for a test file, because keys take their time. */
export function certificates(): Promise<TestCertificates> {
  made ??= makeCertificates();
  return made;
}

async function makeCertificates(): Promise<TestCertificates> {
  const folder = mkdtempSync(join(tmpdir(), 'satsuma-engines-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const ours = await createAuthority(join(folder, 'ours'));
  const theirs = await createAuthority(join(folder, 'theirs'));
  const client = material(await ours.issueClient('client'));
  const stranger = { ...material(await theirs.issueClient('client')), ca: client.ca };
  return { ours, theirs, server: await engineMaterial(ours), client, stranger };
}

/** An engine's certificate, for the loopback address unless said otherwise. */
export async function engineMaterial(authority: Authority, hosts = ['127.0.0.1'], days = 7): Promise<TlsMaterial> {
  engines += 1;
  return material(await authority.issueEngine(`engine-${engines}`, hosts, { days }));
}

export function material({ ca, cert, key }: CertificateFiles): TlsMaterial {
  return { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
}
