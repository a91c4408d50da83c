import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Installation } from '../../src/installation/installation.ts';
import { secretInFolder, secretInStore } from '../../src/installation/kept-secret.ts';
import { deriveLabelKey } from '../../src/installation/label-keys.ts';
import { openInstallation } from '../../src/installation/open-installation.ts';
import { startCluster } from '../fixtures/harness.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const another = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const never = () => Promise.reject(new Error('nothing is kept'));
const byKeys = (texts: readonly string[], name?: string) =>
  openInstallation({ name, files: texts.map((text) => ({ name: 'key.pem', text })), keptSecret: never });

test('the same key is the same installation, however it is written', async (t) => {
  const { name } = await byKeys([pem]);
  t.regex(name, /^[0-9a-f]{16}$/);
  const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  for (const text of [pkcs1, `a comment\r\n${pem.replaceAll('\n', '\r\n')}`]) t.is((await byKeys([text])).name, name);
  t.not((await byKeys([another.toString()])).name, name);
});

test('what an old key signed and encrypted is believed as long as the key is listed', async (t) => {
  const old = await byKeys([pem]);
  const labels = old.sign({ 'satsuma.reservation': 'r1' });
  const text = old.encrypt('{}', 'r1');
  const rotated = await byKeys([another.toString(), pem]);
  t.true(rotated.isSignedByUs(labels));
  t.true(rotated.isOwn(old.name));
  t.is(rotated.decrypt(text, 'r1'), '{}');
  const without = await byKeys([another.toString()]);
  t.is(rotated.name, without.name, 'the first is used for what is new');
  t.false(without.isSignedByUs(labels));
  t.false(without.isOwn(old.name));
  t.is(without.decrypt(text, 'r1'), undefined);
});

test('with a name, no other name is its own', async (t) => {
  const named = await byKeys([pem], 'staging');
  t.is(named.name, 'staging');
  t.true(named.isOwn('staging'));
  t.false(named.isOwn((await byKeys([pem])).name));
});

test('what is encrypted is other text each time, and of its context alone', (t) => {
  const installation = new Installation([deriveLabelKey(Buffer.from('secret'))]);
  const [one, two] = [installation.encrypt('hunter2', 'r1'), installation.encrypt('hunter2', 'r1')];
  t.not(one, two);
  t.is(installation.decrypt(one, 'r1'), 'hunter2');
  t.is(installation.decrypt(one, 'r2'), undefined);
  for (const broken of ['', '1.', '1.AAAA', one.slice(0, -4), `2${one.slice(1)}`, one.replace(/.$/, '')]) {
    t.is(installation.decrypt(broken, 'r1'), undefined, broken);
  }
});

test('a signature is of all labels of ours, in any order, and of no others', (t) => {
  const installation = new Installation([deriveLabelKey(Buffer.from('secret'))]);
  const labels = installation.sign({ 'satsuma.a': '1', 'satsuma.b': '2', other: 'x' });
  t.true(installation.isSignedByUs(Object.fromEntries(Object.entries(labels).reverse())));
  t.true(installation.isSignedByUs({ ...labels, other: 'y' }));
  const changed: Readonly<Record<string, string>>[] = [
    { ...labels, 'satsuma.a': '2' },
    { ...labels, 'satsuma.c': '' },
    { 'satsuma.a': '1', 'satsuma.signature': labels['satsuma.signature'] ?? '' },
    { ...labels, 'satsuma.signature': `${labels['satsuma.signature']}.x`.slice(0, 20) },
    {},
  ];
  for (const each of changed) t.false(installation.isSignedByUs(each), JSON.stringify(each));
});

test('a file that holds no secret is refused, and not quoted', async (t) => {
  await t.throwsAsync(byKeys(['short']), {
    code: 'invalid',
    message: 'key.pem must hold a private key in PEM, or a secret of at least 32 characters',
  });
  const broken = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';
  const error = await t.throwsAsync(byKeys([broken]), { code: 'invalid' });
  t.false(JSON.stringify({ ...error, cause: error?.cause }).includes('c2VjcmV0'));
  t.truthy((await byKeys(['a secret of the size that is asked for'])).name);
});

test('without a key a secret is made once, and kept in a file that only its owner reads', async (t) => {
  const dir = join(temporaryFolder(t), 'data');
  const secret = await secretInFolder(dir);
  t.is((await secretInFolder(dir)).trim(), secret);
  const path = join(dir, 'installation-key');
  t.is(statSync(path).mode & 0o777, 0o600);
  t.regex(readFileSync(path, 'utf8'), /^[0-9a-f]{64}\n$/);
  writeFileSync(path, '');
  await t.throwsAsync(secretInFolder(dir), { code: 'invalid', message: /contains no complete key/ });
});

test('servers that share a store share its secret', async (t) => {
  const { store } = await startCluster(t);
  const secrets = await Promise.all([1, 2, 3].map(() => secretInStore(store)));
  t.is(new Set(secrets).size, 1);
});
