import test from 'ava';
import { drainEngine } from '../../src/commands/engines/drain-engine.ts';
import { createService } from '../../src/commands/services/change-service.ts';
import type { AuditEntry } from '../../src/model/audit.ts';
import { busybox, policy, spec } from '../decisions/services/views.ts';
import { startCluster } from '../fixtures/harness.ts';
import { eventually, isRunning, startServer, untilShown } from './services/stage.ts';

test('a drain leaves a receipt: for each replica, who was ready before it was stopped; and that it is done', async (t) => {
  const started = await startCluster(t, { engines: 2 });
  const entries: AuditEntry[] = [];
  const cluster = { ...started, audit: { note: (entry: AuditEntry) => entries.push(entry) } };
  await startServer(t, cluster);
  const rolling = { ...spec, grace: 0, update: { ...policy, monitor: 0 } };
  await createService(cluster, 'web', { ...rolling, replicas: 2, image: { ...busybox, strategy: 'spread' } });
  const before = await untilShown(t, cluster, 'web', isRunning);
  const gone = before.replicas.find(({ view }) => view.engineId === 'a')?.view;
  t.deepEqual(entries, []);
  await drainEngine(cluster, 'a', { force: false });
  await eventually(t, () => cluster.cache.engine('a').value.intent === 'maintenance');
  await eventually(t, () => entries.length === 2);
  const after = await untilShown(t, cluster, 'web', isRunning);
  const successor = after.replicas.find(({ view }) => view.slot === gone?.slot)?.view;
  t.like(entries[0], {
    ...{ who: null, verb: 'remove', noun: 'container', target: `web/${gone?.slot}`, result: 'done' },
    receipt: {
      ...{ drained: 'a', stopped: { service: 'web', slot: gone?.slot, container: gone?.containerId } },
      ready: { container: successor?.containerId, engine: 'b' },
    },
  });
  const { ready } = entries[0]?.receipt ?? {};
  t.true(Date.parse(ready?.since ?? '') <= Date.parse(entries[0]?.at ?? ''), 'it was ready before');
  t.like(entries[1], { verb: 'update', noun: 'engine', target: 'a', result: 'done', receipt: { drained: 'a' } });
});
