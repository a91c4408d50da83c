import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createAuthority } from '../../../src/ca/authority.ts';
import { diagnose } from '../../../src/commands/doctor/diagnose.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const facts = { version: '1.2.3', node: '20.19.0', warnings: [] };
const dayMs = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * dayMs + 60_000).toISOString();

async function findings(cluster: TestCluster, warnings: readonly string[] = []): Promise<readonly Finding[]> {
  return (await diagnose(cluster, { ...facts, warnings })).findings;
}

function of(found: readonly Finding[], check: string, subject?: string): Finding | undefined {
  return found.find((each) => each.check === check && (subject === undefined || each.subject === subject));
}

test('a cluster that is well has findings of every kind, all of them ok', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.pool.shown = [
    { name: 'ca-cert', notAfter: inDays(1000), fingerprint: 'f1' },
    { name: 'ssl-cert', notAfter: inDays(300), fingerprint: 'f1' },
  ];
  const diagnosis = await diagnose(cluster, facts);
  t.like(diagnosis.server, { version: '1.2.3', node: '20.19.0', servers: 1 });
  t.true(Math.abs(Date.parse(diagnosis.server.time) - Date.now()) < 60_000);
  const bad = diagnosis.findings.filter(
    ({ status, check }) => status !== 'ok' && !['store.disk', 'server.temporary-files'].includes(check),
  );
  t.deepEqual(bad, []);
  t.deepEqual(
    [...new Set(diagnosis.findings.map(({ check }) => check))],
    [
      ...[
        'server.settings',
        'server.clock',
        'server.temporary-files',
        'certificate',
        'store.persistence',
        'store.disk',
        'engine.reachable',
      ],
      ...['engine.version', 'engine.storage', 'engine.disk', 'engine.live-restore', 'engine.clock'],
    ],
  );
});

test('what nothing uses on the disk of an engine is told with what removes it', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const [a, b] = cluster.engines;
  if (!a || !b) return t.fail();
  a.disk = { ...a.disk, images: { bytes: 40e9, unusedBytes: 12e9 } };
  b.fail('diskUsage', 'engine_timeout');
  const found = await findings(cluster);
  t.deepEqual(of(found, 'engine.disk', 'a'), {
    ...{ check: 'engine.disk', subject: 'a', status: 'warning' },
    message: 'Docker keeps 40.5 GB (images 40.0 GB, volumes 0.5 GB); nothing uses 12.0 GB of it',
    remedy: '"satsuma image prune --all --engine a" removes images that are not referenced',
  });
  t.like(of(found, 'engine.disk', 'b'), { status: 'ok' });
  t.is(of(found, 'engine.reachable', 'b')?.status, 'ok');
});

test('what is wrong with one engine is said of it, with what to do', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const [a, b] = cluster.engines;
  if (!a || !b) return t.fail();
  a.setup = {
    ...{ version: '18.09.1', storageDriver: 'vfs', isLiveRestore: false, isInSwarm: false },
    warnings: ['No swap limit support', 'b', 'c', 'd'],
    certificate: { name: 'a.test', notAfter: inDays(3) },
  };
  a.aheadMs = 60_000;
  b.fail('examine', 'engine_timeout');
  const found = await findings(cluster);
  const bad = found.filter(({ subject, status }) => subject === 'a' && status !== 'ok');
  t.deepEqual(
    bad.map(({ check, status }) => `${check} ${status}`),
    [
      'engine.version warning',
      'engine.storage warning',
      'engine.live-restore warning',
      'engine.clock warning',
      'engine.certificate problem',
      'engine.warnings warning',
    ],
  );
  t.true(bad.every(({ remedy }) => remedy !== undefined));
  t.regex(of(found, 'engine.clock', 'a')?.message ?? '', /60 s ahead of/);
  t.regex(of(found, 'engine.certificate', 'a')?.message ?? '', /in 3 days/);
  t.regex(of(found, 'engine.warnings', 'a')?.message ?? '', /No swap limit support; b; c and 1 more/);
  t.deepEqual(
    found.filter(({ subject }) => subject === 'b').map(({ check, status }) => `${check} ${status}`),
    ['engine.reachable problem'],
  );
  t.regex(of(found, 'engine.reachable', 'b')?.remedy ?? '', /log in to that host/);
});

test('live-restore is not demanded in Swarm mode, and an engine in maintenance is told so', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [a] = cluster.engines;
  if (!a) return t.fail();
  a.setup = { ...a.setup, isLiveRestore: false, isInSwarm: true };
  t.is(of(await findings(cluster), 'engine.live-restore')?.status, 'ok');
});

test('a certificate that ended, and one that ends soon', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  cluster.pool.shown = [
    { name: 'ca-cert', notAfter: inDays(20), fingerprint: 'f1' },
    { name: 'ssl-cert', notAfter: inDays(-2), fingerprint: 'f1' },
  ];
  const found = await findings(cluster);
  t.like(of(found, 'certificate', 'ca-cert'), { status: 'warning' });
  t.like(of(found, 'certificate', 'ssl-cert'), { status: 'problem' });
  t.regex(of(found, 'certificate', 'ssl-cert')?.message ?? '', /expired on/);
});

test('the certificate of the API is among the findings', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const folder = temporaryFolder(t);
  const { cert } = await (await createAuthority(join(folder, 'ca'))).issueEngine('api', ['127.0.0.1'], { days: 5 });
  const { findings: found } = await diagnose(cluster, { ...facts, certificate: () => readFileSync(cert, 'utf8') });
  const finding = of(found, 'certificate', 'tls.cert');
  t.is(finding?.status, 'problem');
  t.regex(finding?.message ?? '', /its certificate expires on \d{4}-\d\d-\d\d, in [45] days/);
  t.regex(finding?.remedy ?? '', /"tls"/);
  t.is(of(await findings(cluster), 'certificate', 'tls.cert'), undefined, 'served without TLS');
});

test('a store that is away is a problem, and the rest is told all the same', async (t) => {
  let isAway = false;
  const cluster = await startCluster(t, {
    engines: 1,
    wrap: (store) => ({
      ...store,
      ping: async () => {
        if (isAway) throw new SatsumaError('store_unavailable', 'Redis is away');
        await store.ping();
      },
    }),
  });
  isAway = true;
  const found = await findings(cluster);
  t.like(of(found, 'store.reachable'), { status: 'problem', message: 'Redis is away' });
  t.like(of(found, 'engine.reachable'), { status: 'ok' });
});

test('a cluster without engines, and settings that give up a protection', async (t) => {
  const cluster = await startCluster(t, { engines: 0 });
  const found = await findings(cluster, ['skip-verify is on']);
  t.like(of(found, 'engine.registered'), { status: 'warning' });
  t.like(of(found, 'server.settings'), { status: 'warning', message: 'skip-verify is on' });
});
