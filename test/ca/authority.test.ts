import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createAuthority, openAuthority } from '../../src/ca/authority.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('issued folders contain a private key, and the authority’s certificate', async (t) => {
  const authority = await createAuthority(temporaryFolder(t));
  const engine = await authority.issueEngine('docker-1', ['10.0.0.5']);
  const client = await authority.issueClient('satsuma');
  t.is(engine.cert, join(authority.dir, 'engines', 'docker-1', 'cert.pem'));
  t.is(client.cert, join(authority.dir, 'clients', 'satsuma', 'cert.pem'));
  for (const { key, ca } of [engine, client]) {
    t.is(statSync(key).mode & 0o777, 0o600);
    t.is(readFileSync(ca, 'utf8'), readFileSync(join(authority.dir, 'ca.pem'), 'utf8'));
  }
});

test('a second certificate of the same name requires a replacement, with a new key', async (t) => {
  const authority = await createAuthority(temporaryFolder(t));
  const { key } = await authority.issueEngine('docker-1', ['10.0.0.5']);
  const before = readFileSync(key, 'utf8');
  await t.throwsAsync(authority.issueEngine('docker-1', ['10.0.0.6']), {
    instanceOf: SatsumaError,
    message: /already/,
  });
  t.is(readFileSync(key, 'utf8'), before);
  await authority.issueEngine('docker-1', ['10.0.0.6'], { replace: true });
  t.not(readFileSync(key, 'utf8'), before);
  t.deepEqual((await authority.list())[1]?.hosts, ['10.0.0.6']);
});

test('an engine and a client may share a name', async (t) => {
  const authority = await createAuthority(temporaryFolder(t));
  await authority.issueEngine('one', ['one']);
  await t.notThrowsAsync(authority.issueClient('one'));
});

test('an invalid name or host is refused and nothing is written', async (t) => {
  const authority = await createAuthority(temporaryFolder(t));
  const refusal = { instanceOf: SatsumaError } as const;
  await t.throwsAsync(authority.issueEngine('../up', ['10.0.0.5']), refusal);
  await t.throwsAsync(authority.issueEngine('one', ['10.0.0.5:2376']), refusal);
  await t.throwsAsync(authority.issueClient(''), refusal);
  await t.throwsAsync(createAuthority(join(authority.dir, 'x'), { name: 'a/b' }), refusal);
  t.is((await authority.list()).length, 1);
});

test('a reopened authority lists what it issued: itself, engines, clients', async (t) => {
  const dir = temporaryFolder(t);
  const first = await createAuthority(dir, { name: 'ours' });
  await first.issueClient('satsuma', { days: -1 });
  await first.issueEngine('docker-2', ['::1']);
  await first.issueEngine('docker-1', ['10.0.0.5', 'docker-1.example.org']);
  const list = await (await openAuthority(dir)).list();
  t.deepEqual(
    list.map(({ kind, name, hosts }) => [kind, name, hosts]),
    [
      ['ca', 'ours', []],
      ['engine', 'docker-1', ['10.0.0.5', 'docker-1.example.org']],
      ['engine', 'docker-2', ['::1']],
      ['client', 'satsuma', []],
    ],
  );
  t.true(Date.parse(list[3]?.notAfter ?? '') < Date.now());
});
