import test from 'ava';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { createProject } from '../../../src/commands/projects/projects.ts';
import { createService } from '../../../src/commands/services/change-service.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { eventually, resyncAll, startServer } from './stage.ts';

const by = { name: 'test', role: 'admin' };
const raw = { ...busybox, container_name: 'raw', project: 'shop', reschedule: 'on-engine-failure' } as const;

async function used(cluster: TestCluster): Promise<number> {
  return (await cluster.store.quotas()).get('quota/shop/containers') ?? 0;
}

test('what was lost with its engine gives its part of the quota to what takes its place, and to nothing else', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  await createProject(cluster, { name: 'shop', quota: { containers: 1 } }, by);
  const { engine } = await runContainer(cluster, raw);
  const lost = cluster.pool.client(engine);
  lost.fail('any', 'engine_unreachable');
  await updateEngine(cluster, engine.id, { intent: 'lost' });
  await t.throwsAsync(runContainer(cluster, { ...raw, container_name: 'other' }), { code: 'quota_exceeded' });
  await startServer(t, cluster);
  const isElsewhere = () => cluster.cache.reservations().some(({ replaces, state }) => replaces && state === 'bound');
  await eventually(t, async () => {
    await resyncAll(cluster);
    return isElsewhere();
  });
  t.is(await used(cluster), 1);
  t.deepEqual(await cluster.store.recountQuotas(), []);
  lost.heal();
  await eventually(t, async () => {
    await resyncAll(cluster);
    return lost.containers.size === 0;
  });
  t.is(await used(cluster), 1);
});

test('so it is with a replica, and what comes back with its engine counts again', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await createProject(cluster, { name: 'shop', quota: { containers: 1 } }, by);
  await startServer(t, cluster);
  await runContainer(cluster, { ...busybox, container_name: 'apart' });
  await createService(cluster, 'web', {
    ...{ ...spec, grace: 0, update: { ...policy, monitor: 0 }, replicas: 1, image: { ...busybox, project: 'shop' } },
  });
  const replicas = () => cluster.cache.allReplicas().filter(({ state }) => state === 'bound');
  await eventually(t, async () => replicas().length === 1);
  const engineId = replicas()[0]?.engineId ?? '';
  const lost = cluster.pool.client({ id: engineId });
  lost.fail('any', 'engine_unreachable');
  await updateEngine(cluster, engineId, { intent: 'lost' });
  await eventually(t, async () => {
    await resyncAll(cluster);
    return replicas().some((each) => each.engineId !== engineId);
  });
  t.is(await used(cluster), 1);
});
