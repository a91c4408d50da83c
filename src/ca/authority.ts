import { join, resolve } from 'node:path';
import { authorityFiles, type CertificateFiles, publishFolder } from './files.ts';
import { describePem, type IssuedCertificate, issuedIn } from './inventory.ts';
import { authorityDays, issuePair, leafDays } from './issue.ts';
import { commonName, type StoredIssuer, writeIssuer } from './issuer.ts';
import { canonicalHosts, checkName } from './names.ts';
import { activeIssuer } from './rotation.ts';

export type { CertificateFiles } from './files.ts';
export type { IssuedCertificate } from './inventory.ts';

/** `days`: the validity; default: 730. `replace`: renew an existing certificate with a new key. */
interface IssueOptions {
  readonly days?: number;
  readonly replace?: boolean;
}

/**
 * The certificate authority of a set of engines, in a folder: `ca.pem`, `ca-key.pem`, and the issued certificates under
 * `engines/NAME` and `clients/NAME`; each of these folders is complete and can be copied to its host. All calls throw
 * `invalid`.
 */
export interface Authority {
  /** Absolute. */
  readonly dir: string;
  /** A server certificate for all `hosts`: IP addresses or DNS names. */
  issueEngine(name: string, hosts: readonly string[], options?: IssueOptions): Promise<CertificateFiles>;
  issueClient(name: string, options?: IssueOptions): Promise<CertificateFiles>;
  /** The authorities first, of which there are two during a rotation, then engines, then clients, each by name. */
  list(): Promise<IssuedCertificate[]>;
}

/** Creates the folder with an authority; valid for 10 years by default. Throws `invalid`. */
export async function createAuthority(dir: string, options: { name?: string; days?: number } = {}): Promise<Authority> {
  const root = resolve(dir);
  const name = options.name ?? 'satsuma-ca';
  checkName(name);
  const pair = await issuePair({ kind: 'ca', name, hosts: [], days: options.days ?? authorityDays });
  await writeIssuer(root, authorityFiles(root), pair);
  return openAuthority(root);
}

/** Throws `invalid` unless the folder contains an authority's certificate with its RSA key. */
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
