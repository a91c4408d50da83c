import test from 'ava';
import { ExpiryWarnings } from '../../../src/commands/doctor/expiry-warnings.ts';
import { startCluster } from '../../fixtures/harness.ts';

const dayMs = 86_400_000;

test('a certificate that ends within 30 days is logged once a day', async (t) => {
  const cluster = await startCluster(t);
  const logged: unknown[] = [];
  const logger = Object.assign(Object.create(cluster.logger), { warn: (fields: unknown) => logged.push(fields) });
  const now = Date.now();
  const ends = (days: number) => new Date(now + days * dayMs + 1_000).toISOString();
  cluster.pool.shown = [
    { name: 'ca-cert', notAfter: ends(30.5), fingerprint: 'aa' },
    { name: 'ssl-cert', notAfter: ends(29), fingerprint: 'bb' },
  ];
  cluster.pool.engineShown = [{ name: 'web-1', notAfter: ends(-1), fingerprint: 'cc' }];
  const warnings = new ExpiryWarnings({ pool: cluster.pool, cache: cluster.cache, logger }, () => undefined);
  warnings.look(now);
  t.like(logged, {
    length: 2,
    0: { kind: 'client', name: 'ssl-cert', days: 29 },
    1: { kind: 'engine', name: 'web-1' },
  });
  warnings.look(now + dayMs / 2);
  t.is(logged.length, 2, 'once a day');
  warnings.look(now + dayMs);
  t.is(logged.length, 4 + 1, 'and by then the authority, too');
});
