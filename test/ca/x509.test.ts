import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import forge from 'node-forge';
import { issuePair } from '../../src/ca/issue.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const authority = await issuePair({ kind: 'ca', name: 'authority', hosts: [], days: 10 });
const issuer = {
  certificate: forge.pki.certificateFromPem(authority.cert),
  key: createPrivateKey(authority.key),
};
const hosts = ['10.0.0.5', '2001:db8::1', '::', 'docker-1.example.org'];
const leaves = {
  engine: (await issuePair({ kind: 'engine', name: 'docker_1', hosts, days: 5 }, issuer)).cert,
  client: (await issuePair({ kind: 'client', name: 'authority', hosts: [], days: 5 }, issuer)).cert,
  longName: (await issuePair({ kind: 'client', name: 'n'.repeat(128), hosts: [], days: 5 }, issuer)).cert,
};

function openssl(args: string[], input?: string): string {
  return execFileSync('openssl', args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

const text = (pem: string) => openssl(['x509', '-noout', '-text'], pem);

const verified = test.macro({
  exec(t, leaf: keyof typeof leaves, purpose: string, isGood: boolean) {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'ca.pem'), authority.cert);
    const verify = () =>
      openssl(['verify', '-x509_strict', '-purpose', purpose, '-CAfile', join(folder, 'ca.pem')], leaves[leaf]);
    if (isGood) t.regex(verify(), /OK/);
    else t.throws(verify, { message: /unsuitable certificate purpose/ });
  },
  title: (_, leaf, purpose, isGood) => `openssl ${isGood ? 'accepts' : 'refuses'} ${leaf} as ${purpose}`,
});

test(verified, 'engine', 'sslserver', true);
test(verified, 'engine', 'sslclient', false);
test(verified, 'client', 'sslclient', true);
test(verified, 'client', 'sslserver', false);
test(verified, 'longName', 'sslclient', true);

test('addresses are IP names, names are DNS names', (t) => {
  t.regex(
    text(leaves.engine),
    /IP Address:10\.0\.0\.5, IP Address:2001:DB8:0:0:0:0:0:1, IP Address:0:0:0:0:0:0:0:0, DNS:docker-1\.example\.org\n/,
  );
  t.notRegex(text(leaves.client), /Subject Alternative Name/);
});

test('an authority may sign certificates, but no authorities', (t) => {
  t.regex(text(authority.cert), /Basic Constraints: critical\n\s+CA:TRUE, pathlen:0\n/);
  t.regex(text(authority.cert), /Key Usage: critical\n\s+Certificate Sign, CRL Sign\n/);
});

test('a leaf is not an authority', (t) => {
  t.regex(text(leaves.engine), /Basic Constraints: critical\n\s+CA:FALSE\n/);
  t.regex(text(leaves.engine), /Key Usage: critical\n\s+Digital Signature, Key Encipherment\n/);
});

test('the authority key identifier of a leaf is the subject key identifier of its authority', (t) => {
  const identifier = /Subject Key Identifier: \n\s+([0-9A-F:]{59})\n/.exec(text(authority.cert))?.[1] ?? 'none';
  t.true(text(leaves.engine).includes(`Authority Key Identifier: \n                ${identifier}\n`));
  t.false(text(leaves.engine).includes(`Subject Key Identifier: \n                ${identifier}\n`));
});

test('the issuer equals the authority byte for byte, even for a client with the same name', (t) => {
  const client = new X509Certificate(leaves.client);
  t.true(client.checkIssued(new X509Certificate(authority.cert)));
  t.not(client.subject, client.issuer);
});

test('a common name is at most 64 characters', (t) => {
  t.true(text(leaves.longName).includes(`CN = ${'n'.repeat(64)}\n`));
});
