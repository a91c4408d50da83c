import { setTimeout as pause } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createService, scaleService } from '../../../src/commands/services/change-service.ts';
import { catalogAfter } from '../../../src/decisions/services/catalog.ts';
import type { StateCache } from '../../../src/state/state-cache.ts';
import { policy, spec } from '../../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { eventually, resyncAll, startServer } from './stage.ts';

const services = Array.from({ length: 100 }, (_, index) => `s${String(index).padStart(3, '0')}`);
const image = {
  name: 'demo/busybox:1',
  type: 'label',
  restart_policy: {},
  bind_ports: [{ proto: 'tcp', container_port: 80 }],
} as const;
const small = { ...spec, image, replicas: 1, update: { ...policy, monitor: 0 } };

/** How often the replicas of each service are surveyed: a pass over it does, and whoever works out its catalogue. */
function countSurveys(cache: StateCache): Map<string, number> {
  const counts = new Map<string, number>();
  const replicas = cache.replicas.bind(cache);
  cache.replicas = (service, id) => {
    counts.set(service, (counts.get(service) ?? 0) + 1);
    return replicas(service, id);
  };
  return counts;
}

/** A hundred services that run, and nothing to do. */
async function startHundred(t: ExecutionContext): Promise<{ cluster: TestCluster; passes: Map<string, number> }> {
  const cluster = await startCluster(t, { engines: 10 });
  const server = await startServer(t, cluster);
  const isDone = (name: string) =>
    cluster.cache.serviceStatuses.get(name)?.value.rollout?.state === 'completed' &&
    cluster.cache.replicas(name, cluster.cache.services.get(name)?.value.id).length === 1;
  for (let at = 0; at < services.length; at += 10) {
    const some = services.slice(at, at + 10);
    await Promise.all(some.map((name) => createService(cluster, name, small)));
    await eventually(t, () => some.every(isDone));
  }
  await resyncAll(cluster);
  const passes = countSurveys(server.cluster.cache);
  await untilQuiet(t, cluster, passes);
  return { cluster, passes };
}

/** Whatever was under way is over; from then on nothing is brought on by time. */
async function untilQuiet(t: ExecutionContext, { clock }: TestCluster, passes: Map<string, number>): Promise<void> {
  await eventually(t, async () => {
    passes.clear();
    await pause(1_000);
    return passes.size === 0;
  });
  const now = clock.steadyMs();
  clock.steadyMs = () => now;
}

test('a change of one of a hundred services is looked at by its own reconciler alone, and told to fifty clients at once', async (t) => {
  const { cluster, passes } = await startHundred(t);
  await createService(cluster, 'front', { ...small, links: { s001: 'db' } });
  await eventually(t, () => cluster.cache.serviceStatuses.get('front')?.value.rollout?.state === 'completed');
  await untilQuiet(t, cluster, passes);

  await scaleService(cluster, 's001', 2);
  await eventually(t, () => Object.keys(cluster.cache.serviceStatuses.get('s001')?.value.replicas ?? {}).length === 2);
  await eventually(t, () => passes.has('front'));
  t.deepEqual([...passes.keys()].sort(), ['front', 's001']);
  await untilQuiet(t, cluster, passes);

  // Signs of life, and documents that no loop reads.
  const { version } = await cluster.store.position();
  t.true(version > 0);
  for (let beat = 0; beat < 5; beat++) {
    const { observedAt: _, ...seen } = cluster.cache.publishedObservation('a')?.value ?? { observedAt: '', images: [] };
    await cluster.store.write([
      { kind: 'server', id: 'one', value: { beat: String(beat), aheadMs: 0 } },
      { kind: 'observation', id: 'a', value: { ...seen, observedAt: new Date(beat).toISOString() } },
      { kind: 'tombstone', id: 'x', value: { removedAt: new Date(beat).toISOString() } },
    ]);
  }
  await pause(500);
  t.deepEqual([...passes.keys()], []);
  await shareCatalogue(t, cluster);
});

/** What fifty clients wait for is worked out once for each change, and of one service alone. */
async function shareCatalogue(t: ExecutionContext, cluster: TestCluster): Promise<void> {
  const surveys = countSurveys(cluster.cache);
  const never = () => new AbortController().signal;
  const { tag } = await catalogAfter(cluster, '', { ms: 0, signal: never() });
  t.is(surveys.size, services.length + 1);
  const waiting = Array.from({ length: 50 }, () => catalogAfter(cluster, tag, { ms: 60_000, signal: never() }));
  const ofOne = Array.from({ length: 50 }, async () => {
    const before = await catalogAfter(cluster, '', { service: 's002', ms: 0, signal: never() });
    return catalogAfter(cluster, before.tag, { service: 's002', ms: 60_000, signal: never() });
  });
  await pause(100);
  surveys.clear();

  const { changes } = cluster.cache;
  const before = changes.countOf('service/s002');
  await scaleService(cluster, 's002', 2);
  const answers = await Promise.all([...waiting, ...ofOne]);
  const told = changes.countOf('service/s002') - before;
  t.true(answers.every(({ entries }) => entries.filter(({ service }) => service === 's002').length === 2));
  t.deepEqual([...surveys.keys()], ['s002']);
  const count = surveys.get('s002') ?? 0;
  t.true(count <= told, `${count} times for ${told} changes`);
}
