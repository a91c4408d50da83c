import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { issuedFiles, publishFolder } from '../../src/ca/files.ts';
import { issuedIn } from '../../src/ca/inventory.ts';
import { issuePair } from '../../src/ca/issue.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('a certificate is described by its content', async (t) => {
  const parent = temporaryFolder(t);
  const pair = await issuePair({ kind: 'engine', name: 'a', hosts: ['a.org', '2001:db8::1'], days: 1 });
  await publishFolder(join(parent, 'one'), { ...pair, ca: pair.cert }, { replace: false });
  const [one] = await issuedIn(parent, 'engine');
  t.like(one, {
    kind: 'engine',
    name: 'one',
    hosts: ['a.org', '2001:db8::1'],
    files: issuedFiles(join(parent, 'one')),
  });
  t.regex(one?.notAfter ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  t.regex(one?.serial ?? '', /^[0-9A-F]{32}$/);
  t.regex(one?.fingerprint ?? '', /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
});

test('a missing folder has issued nothing, and leftovers of a crash are not listed', async (t) => {
  const parent = temporaryFolder(t);
  t.deepEqual(await issuedIn(join(parent, 'engines'), 'engine'), []);
  mkdirSync(join(parent, '.one.0123456789ab'));
  writeFileSync(join(parent, 'note.txt'), '');
  t.deepEqual(await issuedIn(parent, 'engine'), []);
});

test('a folder with an invalid certificate is named', async (t) => {
  const parent = temporaryFolder(t);
  mkdirSync(join(parent, 'one'));
  await t.throwsAsync(issuedIn(parent, 'engine'), { instanceOf: SatsumaError, message: /one\/cert\.pem is missing/ });
  writeFileSync(join(parent, 'one', 'cert.pem'), '-----BEGIN CERTIFICATE-----\nMIID');
  await t.throwsAsync(issuedIn(parent, 'engine'), {
    instanceOf: SatsumaError,
    message: /one\/cert\.pem is not a cert/,
  });
});
