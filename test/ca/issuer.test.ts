import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createAuthority, openAuthority } from '../../src/ca/authority.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const refusal = { instanceOf: SatsumaError } as const;

test('the key of an authority is readable by its owner only', async (t) => {
  const dir = join(temporaryFolder(t), 'new', 'ca');
  await createAuthority(dir);
  t.is(statSync(join(dir, 'ca-key.pem')).mode & 0o777, 0o600);
  t.is(statSync(dir).mode & 0o777, 0o700);
});

test('git ignores the folder of an authority', async (t) => {
  const dir = temporaryFolder(t);
  execFileSync('git', ['init', '-q', dir]);
  await (await createAuthority(join(dir, 'ca'))).issueClient('satsuma');
  execFileSync('git', ['add', '.'], { cwd: dir });
  t.is(execFileSync('git', ['status', '--porcelain'], { cwd: dir, encoding: 'utf8' }), '');
});

test('an authority never replaces another', async (t) => {
  const dir = temporaryFolder(t);
  await createAuthority(dir);
  const before = readFileSync(join(dir, 'ca-key.pem'), 'utf8');
  await t.throwsAsync(createAuthority(dir), { ...refusal, message: /never replaced/ });
  t.is(readFileSync(join(dir, 'ca-key.pem'), 'utf8'), before);
});

test('an existing certificate is kept, and no key is left beside it', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'ca.pem'), 'precious');
  await t.throwsAsync(createAuthority(dir), { ...refusal, message: /never replaced/ });
  t.deepEqual(readdirSync(dir), ['ca.pem']);
  t.is(readFileSync(join(dir, 'ca.pem'), 'utf8'), 'precious');
});

test('of two concurrent creations, one is refused and the other is complete', async (t) => {
  const dir = temporaryFolder(t);
  const results = await Promise.allSettled([createAuthority(dir), createAuthority(dir)]);
  t.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  await t.notThrowsAsync(openAuthority(dir));
});

test('a folder without an authority has a remedy in the error', async (t) => {
  const dir = temporaryFolder(t);
  await t.throwsAsync(openAuthority(dir), { ...refusal, message: /satsuma ca init --dir/ });
});

test('a folder with an invalid file is refused, with the path and without the key', async (t) => {
  const dir = temporaryFolder(t);
  const other = temporaryFolder(t);
  const at = (name: string) => join(dir, name);
  await createAuthority(dir);
  await createAuthority(other);
  const key = readFileSync(at('ca-key.pem'), 'utf8');
  const cert = readFileSync(at('ca.pem'), 'utf8');

  copyFileSync(join(other, 'ca-key.pem'), at('ca-key.pem'));
  await t.throwsAsync(openAuthority(dir), { ...refusal, message: /ca-key\.pem is not the key that/ });
  writeFileSync(at('ca-key.pem'), key.slice(0, 200));
  const broken = await t.throwsAsync(openAuthority(dir), { ...refusal, message: /ca-key\.pem is not an RSA key/ });
  t.is(broken?.cause, undefined);
  rmSync(at('ca-key.pem'));
  await t.throwsAsync(openAuthority(dir), { ...refusal, message: /ca-key\.pem is missing/ });
  writeFileSync(at('ca-key.pem'), key);
  writeFileSync(at('ca.pem'), cert.slice(0, 200));
  await t.throwsAsync(openAuthority(dir), { ...refusal, message: /ca\.pem is not a certificate/ });
  writeFileSync(at('ca.pem'), cert);
  await t.notThrowsAsync(openAuthority(dir));
});

test('a certificate without CA rights cannot issue', async (t) => {
  const dir = temporaryFolder(t);
  const client = await (await createAuthority(dir)).issueClient('a');
  copyFileSync(client.cert, join(dir, 'ca.pem'));
  copyFileSync(client.key, join(dir, 'ca-key.pem'));
  await t.throwsAsync(openAuthority(dir), { ...refusal, message: /not the certificate of an authority/ });
});

test('an authority created by openssl issues certificates that openssl accepts', async (t) => {
  const dir = temporaryFolder(t);
  const request = 'req -x509 -newkey rsa:2048 -nodes -days 30 -subj /C=DE/CN=Theirs -keyout ca-key.pem -out ca.pem';
  execFileSync('openssl', request.split(' '), { cwd: dir, stdio: 'ignore' });
  const { cert } = await (await openAuthority(dir)).issueEngine('one', ['10.0.0.5']);
  t.notThrows(() => execFileSync('openssl', ['verify', '-CAfile', join(dir, 'ca.pem'), cert]));
});
