import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, type CertificateFiles, createAuthority } from '../../src/ca/authority.ts';
import type { TlsMaterial } from '../../src/engines/docker-tls.ts';

let count = 0;

/** Made once for a test file, because keys take their time: an authority, another one, and certificates of theirs. */
export async function makeCertificates() {
  const folder = mkdtempSync(join(tmpdir(), 'satsuma-engines-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const ours = await createAuthority(join(folder, 'ours'));
  const theirs = await createAuthority(join(folder, 'theirs'));
  return {
    ours,
    theirs,
    client: material(await ours.issueClient('client')),
    stranger: { ...material(await theirs.issueClient('client')), ca: readFileSync(join(folder, 'ours', 'ca.pem')) },
  };
}

/** An engine's certificate, for the loopback address unless said otherwise. */
export async function engineMaterial(authority: Authority, hosts = ['127.0.0.1'], days = 7): Promise<TlsMaterial> {
  count += 1;
  return material(await authority.issueEngine(`engine-${count}`, hosts, { days }));
}

export function material({ ca, cert, key }: CertificateFiles): TlsMaterial {
  return { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
}
