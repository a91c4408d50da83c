import test, { type ExecutionContext } from 'ava';
import { updateEngine } from '../../src/commands/engines/update-engine.ts';
import { removeJob } from '../../src/commands/jobs/change-job.ts';
import { createService, removeService } from '../../src/commands/services/change-service.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { busybox, spec } from '../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';
import { goesOn, Stage } from './jobs/stage.ts';
import {
  containersOf,
  endLeadOf,
  eventually,
  isRunning,
  resyncAll,
  startServer,
  untilShown,
} from './services/stage.ts';

const spread = { ...spec, grace: 3600, image: { ...busybox, strategy: 'spread' } } as const;

async function goDown(cluster: TestCluster, id: string): Promise<void> {
  cluster.pool.client({ id }).fail('any', 'engine_unreachable');
  await resyncAll(cluster);
  const { cache } = cluster;
  if (cache.engine(id).value.condition !== 'down') throw new Error(`engine ${id} is not down`);
}

async function untilGone(t: ExecutionContext, cluster: TestCluster, kind: 'service' | 'job'): Promise<void> {
  await eventually(t, async () => (await cluster.store.read(kind, 'web')) === undefined);
  await cluster.cache.catchUp();
}

test('a service is removed while an engine is down; what is left there goes when it is back', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await startServer(t, cluster);
  await createService(cluster, 'web', spread);
  await untilShown(t, cluster, 'web', isRunning);
  await goDown(cluster, 'a');
  await removeService(cluster, 'web');
  await untilGone(t, cluster, 'service');
  t.deepEqual(containersOf(cluster), ['a/1/1/1']);
  // Another one of that name has nothing to do with it.
  await createService(cluster, 'web', { ...spread, replicas: 1 });
  await untilShown(t, cluster, 'web', isRunning);
  cluster.pool.client({ id: 'a' }).heal();
  const look = async () => {
    await resyncAll(cluster);
    return containersOf(cluster).length === 1;
  };
  await eventually(t, look, () => containersOf(cluster));
  t.deepEqual(containersOf(cluster), ['b/1/1/1']);
  await untilShown(t, cluster, 'web', isRunning);
});

test('containers of a service that is not known to be removed are let be', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await createService(cluster, 'lost', { ...spread, replicas: 1 });
  const serviceId = cluster.cache.services.get('lost')?.value.id ?? '';
  await runContainer(cluster, busybox, { replica: { service: 'lost', serviceId, slot: '1', generation: 1, copy: 1 } });
  await cluster.store.write([{ kind: 'service', id: 'lost' }]);
  await cluster.cache.catchUp();
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...spread, replicas: 1 });
  await untilShown(t, cluster, 'web', isRunning);
  await updateEngine(cluster, 'a', { labels: ['witness'] });
  t.is(containersOf(cluster).length, 2);
});

test('a job is removed while an engine is down', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const stage = new Stage(cluster);
  await stage.lead();
  stage.play = goesOn;
  await stage.create('web');
  await stage.pass();
  await stage.pass();
  await goDown(cluster, 'a');
  await removeJob(cluster, 'web');
  for (let pass = 0; pass < 5; pass++) await stage.pass();
  t.is(await cluster.store.read('job', 'web'), undefined);
  t.deepEqual(await cluster.store.list('job-run'), []);
  t.is((await cluster.store.list('tombstone')).length, 1);
  await endLeadOf(cluster, 'whoever');
  await startServer(t, cluster);
  cluster.pool.client({ id: 'a' }).heal();
  const look = async () => {
    await resyncAll(cluster);
    return cluster.engines.every(({ containers }) => containers.size === 0);
  };
  await eventually(t, look);
  t.deepEqual(await cluster.store.list('job'), []);
});
