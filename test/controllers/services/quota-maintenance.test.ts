import test from 'ava';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { createJob } from '../../../src/commands/jobs/change-job.ts';
import { changeProject, createProject } from '../../../src/commands/projects/projects.ts';
import { createService } from '../../../src/commands/services/change-service.ts';
import { repairQuotas } from '../../../src/engine-sync/repair-ledger.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import type { Store } from '../../../src/store/store.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { eventually, resyncAll, startServer } from './stage.ts';

const by = { name: 'test', role: 'admin' };
const image = { ...busybox, project: 'shop' };

async function used({ store }: TestCluster): Promise<number> {
  return (await store.quotas()).get('quota/shop/containers') ?? 0;
}

test('services that wait for a full quota ask the ledger nothing', async (t) => {
  let asked = 0;
  const wrap = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...parts: unknown[]) => {
          if (name === 'reserve') asked += 1;
          return value.apply(target, parts);
        };
      },
    });
  const cluster = await startCluster(t, { engines: 2, wrap });
  await createProject(cluster, { name: 'shop', quota: { containers: 1 } }, by);
  await runContainer(cluster, { ...image, container_name: 'till' });
  await startServer(t, cluster);
  asked = 0;
  const names = Array.from({ length: 20 }, (_, at) => `web-${at}`);
  for (const name of names) await createService(cluster, name, { ...spec, replicas: 1, image });
  const sinceOf = async (name: string) => {
    const status = await cluster.store.read('service-status', name);
    return Object.values(status?.value.waiting ?? {}).filter(({ code }) => code === 'quota_exceeded').length;
  };
  await eventually(t, async () => (await Promise.all(names.map(sinceOf))).every((count) => count === 1));
  t.is(asked, 0);
  await changeProject(cluster, 'shop', { quota: { containers: 21 } }, by);
  await eventually(t, async () => (await used(cluster)) === 21);
  t.is(asked, 20);
});

test('what was lost holds nothing of a quota once something took its place, also where there was room for both', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  await createProject(cluster, { name: 'shop', quota: { containers: 2 } }, by);
  const { engine } = await runContainer(cluster, { ...image, container_name: 'raw', reschedule: 'on-engine-failure' });
  const lost = cluster.pool.client(engine);
  lost.fail('any', 'engine_unreachable');
  await updateEngine(cluster, engine.id, { intent: 'lost' });
  await startServer(t, cluster);
  await eventually(t, async () => {
    await resyncAll(cluster);
    return cluster.cache.reservations().some(({ replaces, state }) => replaces && state === 'bound');
  });
  await eventually(t, async () => {
    cluster.clock.turn(5_000);
    return (await used(cluster)) === 1;
  });
  await runContainer(cluster, { ...image, container_name: 'other' });
  t.deepEqual(await cluster.store.recountQuotas(), []);
});

test('an engine that is silent for a moment keeps what its containers hold of a quota', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await createProject(cluster, { name: 'shop', quota: { containers: 1 } }, by);
  await createService(cluster, 'web', {
    ...{ ...spec, grace: 3_600, update: { ...policy, monitor: 0 }, replicas: 1, image },
  });
  const { cluster: server } = await startServer(t, cluster);
  const replicas = () => cluster.cache.allReplicas().filter(({ state }) => state === 'bound');
  await eventually(t, () => replicas().length === 1);
  const [replica] = replicas();
  cluster.pool.client({ id: replica?.engineId ?? '' }).fail('any', 'engine_unreachable');
  await eventually(t, async () => {
    await resyncAll(cluster);
    return cluster.cache.engine(replica?.engineId ?? '').value.condition === 'down';
  });
  await server.cache.catchUp();
  const identity = replica?.replica;
  await t.throwsAsync(runContainer(server, image, identity && { replica: identity }), { code: 'quota_exceeded' });
  t.is(await used(cluster), 1);
});

test('what runs goes on when its quota gets smaller than what is used, and nothing is added', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await createProject(cluster, { name: 'shop', quota: { memory: 128 } }, by);
  await runContainer(cluster, { ...image, memory: 64, container_name: 'till' });
  await changeProject(cluster, 'shop', { quota: { memory: 32 } }, by);
  const refused = runContainer(cluster, { ...image, memory: 1, container_name: 'more' });
  await t.throwsAsync(refused, {
    code: 'quota_exceeded',
    message: /0 of 32 left; most is held by container till \(64\)/,
  });
  t.is(cluster.cache.reservations().length, 1);
});

test('a task waits for room in the quota of its project, says so, and runs when there is some', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await createProject(cluster, { name: 'shop', quota: { containers: 1 } }, by);
  await runContainer(cluster, { ...image, container_name: 'till' });
  await startServer(t, cluster);
  await createJob(cluster, 'night', {
    ...{ image, time_zone: 'UTC', completions: 1, parallelism: 1, retries: 0, concurrency: 'forbid', keep: 3 },
  });
  const run = () => cluster.cache.jobRuns.all().find(({ value }) => value.job === 'night')?.value;
  await eventually(t, () => Object.values(run()?.waiting ?? {}).some(({ code }) => code === 'quota_exceeded'));
  t.is(run()?.attempts.length, 0);
  await changeProject(cluster, 'shop', { quota: { containers: 2 } }, by);
  await eventually(t, () => cluster.cache.tasks('night').some(({ state }) => state === 'bound'));
  t.is(await used(cluster), 2);
});

test('totals that are not what the reservations hold are repaired, with a line in the log; others are left alone', async (t) => {
  let isWrong = false;
  let recounts = 0;
  const wrap = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name) => {
        if (name === 'quotas' && isWrong) return () => Promise.resolve(new Map([['quota/shop/containers', 7]]));
        if (name === 'recountQuotas') {
          return () => {
            recounts += 1;
            return Promise.resolve([{ key: 'quota/shop/containers', was: 7, is: 1 }]);
          };
        }
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const cluster = await startCluster(t, { engines: 1, wrap });
  const lines: unknown[] = [];
  const logger = { warn: (...line: unknown[]) => lines.push(line) } as unknown as TestCluster['logger'];
  await runContainer(cluster, { ...image, container_name: 'till' });
  await repairQuotas({ ...cluster, logger });
  t.deepEqual([recounts, lines], [0, []]);
  isWrong = true;
  await repairQuotas({ ...cluster, logger });
  t.is(recounts, 1);
  t.like(lines[0], { 1: 'totals of quotas repaired' });
  await startServer(t, cluster);
  await eventually(t, () => recounts > 1);
});
