import test from 'ava';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { createJob } from '../../../src/commands/jobs/change-job.ts';
import { createService } from '../../../src/commands/services/change-service.ts';
import type { DocumentChange, Store } from '../../../src/store/store.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { eventually, isRunning, startServer, untilShown } from './stage.ts';

/** What is written to the store, by kind. */
function recorder() {
  const written: DocumentChange[] = [];
  const wrap = (store: Store): Store => ({
    ...store,
    write(changes, guard) {
      written.push(...changes);
      return store.write(changes, guard);
    },
  });
  const bytesOf = (kind: string) =>
    written
      .filter((change) => change.kind === kind)
      .reduce((sum, { value }) => sum + JSON.stringify(value ?? '').length, 0);
  return { written, wrap, bytesOf };
}

const huge = { ...busybox, memory: 900_000 };

test('a service that fits nowhere is put on record when that says something new, briefly, and is tried for all its slots at once', async (t) => {
  const { wrap, written, bytesOf } = recorder();
  const cluster = await startCluster(t, { engines: 8, wrap });
  const { cluster: server } = await startServer(t, cluster);
  await createService(cluster, 'huge', { ...spec, image: huge, replicas: 100 });
  const status = () => server.cache.serviceStatuses.get('huge');
  await eventually(t, () => Object.keys(status()?.value.waiting ?? {}).length === 100);
  const slot = status()?.value.waiting['7'];
  t.like(slot?.details, {
    counts: [{ message: '900000 MB of memory wanted, 8192 of 8192 free', engines: 8 }],
    engines: { length: 1 },
  });
  const { count } = server.cache.changes;
  written.length = 0;
  // Each time that it is tried makes for another pass.
  await eventually(t, () => server.cache.changes.count > count + 4);
  t.is(bytesOf('service-status'), 0);
  t.true(JSON.stringify(status()?.value).length < 100_000, `${JSON.stringify(status()?.value).length} bytes`);
});

test('once there is room all replicas come', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { cluster: server } = await startServer(t, cluster);
  const image = { ...busybox, memory: 10_000 };
  await createService(cluster, 'web', { ...spec, image, replicas: 20, update: { ...policy, monitor: 0 } });
  await eventually(t, () => Object.keys(server.cache.serviceStatuses.get('web')?.value.waiting ?? {}).length === 20);
  await updateEngine(cluster, 'a', { memory: 1_000_000 });
  t.is((await untilShown(t, cluster, 'web', isRunning)).ready, 20);
  await eventually(t, () => Object.keys(server.cache.serviceStatuses.get('web')?.value.waiting ?? {}).length === 0);
});

test('what every engine lacks is tried later and later, and is no lack of room', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  for (const engine of cluster.engines) engine.fail('startContainer', 'engine_lacks');
  const { cluster: server } = await startServer(t, cluster);
  await createService(cluster, 'web', { ...spec, image: busybox, replicas: 1 });
  const slot = () => server.cache.serviceStatuses.get('web')?.value.waiting['1'];
  await eventually(t, () => (slot()?.failures ?? 0) >= 2);
  t.is(slot()?.code, 'engine_lacks');
  t.regex(slot()?.message ?? '', /^engine [ab]: startContainer fails/);
  t.like(slot()?.details, { engines: { length: 2 } });
});

test('an image that engines lack something for runs where it is there', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.fail('startContainer', 'engine_lacks');
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...spec, image: busybox, replicas: 2, update: { ...policy, monitor: 0 } });
  const { replicas } = await untilShown(t, cluster, 'web', isRunning);
  t.deepEqual(
    replicas.map(({ engine }) => engine),
    ['b', 'b'],
  );
});

test('a job that fits nowhere is put on record once, too', async (t) => {
  const { wrap, written, bytesOf } = recorder();
  const cluster = await startCluster(t, { engines: 2, wrap });
  const { cluster: server } = await startServer(t, cluster);
  const job = {
    image: huge,
    completions: 10,
    parallelism: 10,
    retries: 0,
    time_zone: 'UTC',
    concurrency: 'forbid',
    keep: 10,
  };
  await createJob(cluster, 'huge', job as Parameters<typeof createJob>[2]);
  const waiting = () => Object.keys(server.cache.jobRuns.all()[0]?.value.waiting ?? {}).length;
  await eventually(t, () => waiting() === 10);
  const { count } = server.cache.changes;
  written.length = 0;
  await eventually(t, () => server.cache.changes.count > count + 4);
  t.is(bytesOf('job-run'), 0);
  t.is(waiting(), 10);
});
