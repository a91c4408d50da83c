import { join, resolve } from 'node:path';
import { authorityFiles, type CertificateFiles, publishFolder } from './files.ts';
import { describePem, type IssuedCertificate, issuedIn } from './inventory.ts';
import { authorityDays, issuePair, leafDays } from './issue.ts';
import { commonName, type StoredIssuer, writeIssuer } from './issuer.ts';
import { canonicalHosts, checkName } from './names.ts';
import { activeIssuer } from './rotation.ts';

export type { CertificateFiles } from './files.ts';
export type { IssuedCertificate } from './inventory.ts';

/** `days`: how long it is valid, 730 unless said otherwise. `replace`: renew, with a new key, what is there. */
export interface IssueOptions {
  readonly days?: number;
  readonly replace?: boolean;
}

/**
 * The one certificate authority of a set of engines, in a folder: `ca.pem`, `ca-key.pem`, and under `engines/NAME` and
 * `clients/NAME` what it issued, each folder complete for the host that it is carried to. All calls throw `invalid`.
 */
export interface Authority {
  /** Absolute. */
  readonly dir: string;
  /** A server certificate for every one of `hosts`: IP addresses or DNS names. */
  issueEngine(name: string, hosts: readonly string[], options?: IssueOptions): Promise<CertificateFiles>;
  issueClient(name: string, options?: IssueOptions): Promise<CertificateFiles>;
  /** The authorities' own first, of which there are two during a rotation, then engines, then clients, each by name. */
  list(): Promise<IssuedCertificate[]>;
}

/** Makes the folder and the authority in it, valid for 10 years unless `days` says otherwise. Throws `invalid`. */
export async function createAuthority(dir: string, options: { name?: string; days?: number } = {}): Promise<Authority> {
  const root = resolve(dir);
  const name = options.name ?? 'satsuma-ca';
  checkName(name);
  const pair = await issuePair({ kind: 'ca', name, hosts: [], days: options.days ?? authorityDays });
  await writeIssuer(root, authorityFiles(root), pair);
  return openAuthority(root);
}

/** Throws `invalid` unless the folder holds an authority's certificate and the RSA key that belongs to it. */
export async function openAuthority(dir: string): Promise<Authority> {
  const root = resolve(dir);
  const { issuer, trusted } = await activeIssuer(root);
  const bundle = trusted.map(({ pem }) => pem).join('');
  return {
    dir: root,
    issueEngine: async (name, hosts, options) =>
      issueLeaf(root, { ...issuer, pem: bundle }, 'engine', name, canonicalHosts(hosts), options),
    issueClient: async (name, options) => issueLeaf(root, { ...issuer, pem: bundle }, 'client', name, [], options),
    list: async () => [
      ...trusted.map((each) => describePem('ca', commonName(each), each.pem, authorityFiles(root))),
      ...(await issuedIn(join(root, 'engines'), 'engine')),
      ...(await issuedIn(join(root, 'clients'), 'client')),
    ],
  };
}

async function issueLeaf(
  root: string,
  issuer: StoredIssuer,
  kind: 'engine' | 'client',
  name: string,
  hosts: readonly string[],
  options: IssueOptions = {},
): Promise<CertificateFiles> {
  checkName(name);
  const pair = await issuePair({ kind, name, hosts, days: options.days ?? leafDays }, issuer);
  const folder = join(root, `${kind}s`, name);
  return publishFolder(folder, { ...pair, ca: issuer.pem }, { replace: options.replace ?? false });
}
