import test from 'ava';
import { boundedWait } from '../../../src/execution/idempotency/bounded-wait.ts';
import { attemptLease, recordIdOf } from '../../../src/execution/idempotency/keyed-request.ts';
import { forgetOldRequests, RequestSweep } from '../../../src/execution/idempotency/request-sweep.ts';
import { runOnce } from '../../../src/execution/idempotency/run-once.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import type { Cluster } from '../../../src/state/cluster.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { overlay } from '../../fixtures/overlay.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 } as const;
const oneDayMs = 24 * 60 * 60 * 1000;

function runUnder(key: string, cluster: Cluster, image: ImageConfig = busybox, wait = boundedWait()) {
  const run = async (attempt: Parameters<Parameters<typeof runOnce>[2]>[0]) => {
    const { id, engine } = await runContainer(cluster, image, { attempt });
    return { id, engine: engine.id };
  };
  return runOnce(cluster, { key, asked: image }, run, wait);
}

function countContainers({ engines }: TestCluster): number {
  return engines.reduce((sum, { containers }) => sum + containers.size, 0);
}

/** As if the request had come so long ago. */
async function age({ store }: Cluster, key: string, byMs: number): Promise<void> {
  const found = await store.read('idempotency', recordIdOf({ key, asked: undefined }));
  if (!found) throw new Error(`nothing is kept under ${key}`);
  const startedAt = new Date(Date.parse(found.value.startedAt) - byMs).toISOString();
  await store.write([{ kind: 'idempotency', id: found.id, value: { ...found.value, startedAt } }]);
}

test('the same request with the same key gets the same answer, without engine calls', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const first = await runUnder('k', cluster);
  for (const { calls } of cluster.engines) calls.length = 0;
  t.deepEqual(await runUnder('k', cluster), first);
  t.deepEqual(
    cluster.engines.flatMap(({ calls }) => calls),
    [],
  );
  t.not((await runUnder('another', cluster)).id, first.id);
});

test('of 20 concurrent requests one runs, and the others wait for its answer', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  for (const { latencyMs } of cluster.engines) latencyMs.set('startContainer', 100);
  const answers = await Promise.all(Array.from({ length: 20 }, () => runUnder('k', cluster)));
  t.is(new Set(answers.map(({ id }) => id)).size, 1);
  t.is(countContainers(cluster), 1);
});

// By itself: it has to renew its lease in time.
test.serial('a run that takes several leases is waited for', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs: 1_500 } });
  cluster.engines[0]?.latencyMs.set('startContainer', 5_000);
  const answers = await Promise.all([runUnder('k', cluster), runUnder('k', cluster)]);
  t.deepEqual(answers[0], answers[1]);
  t.is(countContainers(cluster), 1);
});

test('another request with the same key is refused, and runs nothing', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runUnder('k', cluster);
  const error = await t.throwsAsync(runUnder('k', cluster, { ...busybox, memory: 101 }));
  t.like(error, { code: 'idempotency_conflict' });
  t.is(countContainers(cluster), 1);
});

test('the order of fields does not matter', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const first = await runUnder('k', cluster, { ...busybox, environment: { A: '1', B: '2' } });
  const { name, ...rest } = busybox;
  t.deepEqual(await runUnder('k', cluster, { ...rest, environment: { B: '2', A: '1' }, name }), first);
});

test('keys are separate per caller', async (t) => {
  const cluster = await startCluster(t);
  const answers = ['ann', 'bob', undefined].map((owner) => {
    return runOnce(cluster, { key: 'k', asked: 1, ...(owner && { owner }) }, async () => owner ?? 'nobody');
  });
  t.deepEqual(await Promise.all(answers), ['ann', 'bob', 'nobody']);
});

test('only the hash of a key is stored', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runUnder('hunter2', cluster);
  t.notRegex(JSON.stringify(await cluster.store.list('idempotency')), /hunter2/);
});

test('an error is not stored: the next attempt runs', async (t) => {
  const cluster = await startCluster(t);
  const attempts: boolean[] = [];
  const request = { key: 'k', asked: 'x' };
  const failing = runOnce(cluster, request, async ({ isRetry }) => {
    attempts.push(isRetry);
    throw new SatsumaError('engine_unreachable', 'away');
  });
  t.like(await t.throwsAsync(failing), { code: 'engine_unreachable' });
  const answer = await runOnce(cluster, request, async ({ isRetry }) => {
    attempts.push(isRetry);
    return 'done';
  });
  t.is(answer, 'done');
  t.deepEqual(attempts, [false, true]);
});

test('a failure without leftovers is repeated', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  cluster.engines[0]?.fail('startContainer', 'engine_refused', { times: 1 });
  t.like(await t.throwsAsync(runUnder('k', cluster)), { code: 'engine_refused' });
  t.is((await runUnder('k', cluster)).engine, 'a');
  t.is(countContainers(cluster), 1);
});

test('a start that timed out and succeeded is returned, not repeated', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.fail('startContainer', 'engine_timeout', { takesEffect: true, times: 1 });
  t.like(await t.throwsAsync(runUnder('k', cluster)), { code: 'engine_timeout' });
  const { id } = await runUnder('k', cluster);
  t.is(cluster.engines[0]?.containers.get(id)?.state, 'running');
  t.is(countContainers(cluster), 1);
});

test('a start that timed out and failed is repeated', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.fail('startContainer', 'engine_timeout', { times: 1 });
  t.like(await t.throwsAsync(runUnder('k', cluster)), { code: 'engine_timeout' });
  const { id } = await runUnder('k', cluster);
  t.is(cluster.engines[0]?.containers.get(id)?.state, 'running');
  t.is(countContainers(cluster), 1);
});

test('a start that timed out and is then refused is undone, and the container runs elsewhere', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const image = { ...busybox, bind_ports: [{ proto: 'tcp', port: 80, container_port: 80 }] } as const;
  cluster.engines[0]?.fail('startContainer', 'engine_timeout', { times: 1 });
  t.like(await t.throwsAsync(runUnder('k', cluster, image)), { code: 'engine_timeout' });
  cluster.engines[0]?.foreignPorts.add('tcp/80');
  t.is((await runUnder('k', cluster, image)).engine, 'b');
  t.is(countContainers(cluster), 1);
  t.is((await cluster.store.reservations()).length, 1);
});

test('a create that timed out and succeeded is undone before the container is run again', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs: 1_000 } });
  cluster.engines[0]?.fail('createContainer', 'engine_timeout', { takesEffect: true, times: 1 });
  t.like(await t.throwsAsync(runUnder('k', cluster)), { code: 'engine_timeout' });
  const { id } = await runUnder('k', cluster);
  t.deepEqual([...(cluster.engines[0]?.containers.keys() ?? [])], [id]);
});

test('while the state is unknown, nothing is run, and waiting is limited', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  cluster.engines[0]?.fail('createContainer', 'engine_timeout', { takesEffect: true, times: 1 });
  t.like(await t.throwsAsync(runUnder('k', cluster)), { code: 'engine_timeout' });
  // The reservation's lease has a minute to go.
  const error = await t.throwsAsync(runUnder('k', cluster, busybox, boundedWait(200)));
  t.like(error, { code: 'idempotency_running' });
  t.is(countContainers(cluster), 1);
});

test('waiting for another attempt is limited', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  cluster.engines[0]?.latencyMs.set('startContainer', 500);
  const first = runUnder('k', cluster);
  const error = await t.throwsAsync(runUnder('k', cluster, busybox, boundedWait(100)));
  t.like(error, { code: 'idempotency_running' });
  t.deepEqual(await runUnder('k', cluster), await first);
});

/** A server whose store goes away before the answer is kept. */
function cannotKeep(cluster: Cluster): Cluster {
  const { store } = cluster;
  const write: typeof store.write = async (changes, guard) => {
    const keeps = changes.some((each) => each.kind === 'idempotency' && each.value?.state === 'done');
    if (keeps) throw new SatsumaError('store_unavailable', 'away');
    return store.write(changes, guard);
  };
  return { ...cluster, store: overlay(store, { write }) };
}

test('an answer that cannot be stored is returned, and a retry finds its container', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const first = await runUnder('k', cannotKeep(cluster));
  t.deepEqual(await runUnder('k', cluster), first);
  t.is(countContainers(cluster), 1);
});

test('after a day the key is free, and its container keeps running', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const first = await runUnder('k', cluster);
  await age(cluster, 'k', oneDayMs - 60_000);
  t.deepEqual(await runUnder('k', cluster), first);
  await age(cluster, 'k', 120_000);
  const second = await runUnder('k', cluster, { ...busybox, memory: 101 });
  t.not(second.id, first.id);
  t.is(countContainers(cluster), 2);
});

test('an interrupted request of more than a day ago does not answer a new one', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const first = await runUnder('k', cannotKeep(cluster));
  await age(cluster, 'k', oneDayMs + 60_000);
  t.not((await runUnder('k', cluster)).id, first.id);
});

test('the sweep removes expired records, but not running requests', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  for (const key of ['old', 'young', 'broken off', 'runs']) await runUnder(key, cluster, busybox);
  for (const key of ['old', 'broken off', 'runs']) await age(cluster, key, oneDayMs + 60_000);
  for (const key of ['broken off', 'runs']) {
    const found = await cluster.store.read('idempotency', recordIdOf({ key, asked: undefined }));
    if (!found) throw new Error(key);
    const { requestHash, startedAt, operationId } = found.value;
    const value = { requestHash, startedAt, operationId, state: 'running' } as const;
    await cluster.store.write([{ kind: 'idempotency', id: found.id, value }]);
  }
  const running = recordIdOf({ key: 'runs', asked: undefined });
  await cluster.store.acquireLease(attemptLease(running), 'somebody', 60_000);
  await forgetOldRequests(cluster);
  const kept = (await cluster.store.list('idempotency')).map(({ id }) => id);
  t.deepEqual(kept.sort(), [running, recordIdOf({ key: 'young', asked: undefined })].sort());
});

test('the sweep starts immediately, and can be stopped', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runUnder('k', cluster);
  await age(cluster, 'k', oneDayMs + 60_000);
  const sweep = new RequestSweep(cluster);
  sweep.start();
  while ((await cluster.store.list('idempotency')).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await sweep.stop();
  t.pass();
});
