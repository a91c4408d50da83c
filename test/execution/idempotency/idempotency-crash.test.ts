import test, { type ExecutionContext } from 'ava';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { runOnce } from '../../../src/execution/idempotency/run-once.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import type { Cluster } from '../../../src/state/cluster.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { type CrashPoint, Life } from '../../fixtures/mortal.ts';
import { overlay } from '../../fixtures/overlay.ts';

const leaseMs = 3_000;
const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 } as const;

function run(cluster: Cluster, key: string, image: ImageConfig) {
  return runOnce(cluster, { key, asked: image }, async (attempt) => {
    const { id, engine, ports } = await runContainer(cluster, image, { attempt });
    return { id, engine: engine.id, ports };
  });
}

function register(cluster: Cluster, key: string, id: string) {
  const engine = { id, addr: `https://${id}.test:2376`, labels: [] };
  return runOnce(cluster, { key, asked: engine }, async ({ operationId }) => {
    const { addr, cpus } = await registerEngine(cluster, engine, operationId);
    return { id, addr, cpus };
  });
}

/** More than any of these requests takes. */
const maxCalls = 25;

/** All at once: each waits for leases. Gives how many died. */
async function atEachCall(round: (call: number) => Promise<boolean>): Promise<number> {
  const died = await Promise.all(Array.from({ length: maxCalls }, (_, index) => round(index + 1)));
  return died.filter(Boolean).length;
}

/** That there is one of that name, running and on record. */
async function onlyContainer(t: ExecutionContext, { engines, store }: TestCluster, name: string, when: string) {
  const containers = engines.flatMap((engine) => [...engine.containers.values()].filter((each) => each.name === name));
  t.deepEqual(
    containers.map(({ state }) => state),
    ['running'],
    when,
  );
  const records = (await store.reservations()).filter(({ value }) => value.name === name);
  t.deepEqual(
    records.map(({ value }) => value.state === 'bound' && value.containerId),
    containers.map(({ id }) => id),
    when,
  );
  const [{ id, ports } = { id: '', ports: [] }] = containers;
  return { id, ports };
}

/** Gives whether the server died of it; otherwise it was done before. */
async function dieIn(
  cluster: TestCluster,
  point: CrashPoint,
  request: (server: Cluster) => Promise<unknown>,
): Promise<boolean> {
  const life = new Life(point);
  const pool = overlay(cluster.pool, {
    client: ({ id }: { id: string }) => life.through(cluster.pool.client({ id })),
  });
  const store = life.through(cluster.store);
  await Promise.race([life.ended, request({ ...cluster, pool, store })]);
  return life.isOver;
}

for (const when of ['before', 'after'] as const) {
  test(`after a server died ${when} any of its calls in a run, a retry returns the one container`, async (t) => {
    const cluster = await startCluster(t, { engines: 2, settings: { leaseMs } });
    const deaths = await atEachCall(async (call) => {
      const name = `run-${call}`;
      const bind_ports: ImageConfig['bind_ports'] = [{ proto: 'tcp', container_port: 80 }];
      const image: ImageConfig = { ...busybox, memory: 6, container_name: name, bind_ports, strategy: 'spread' };
      const died = await dieIn(cluster, { call, when }, (server) => run(server, name, image));
      const answer = await run(cluster, name, image);
      const container = await onlyContainer(t, cluster, name, `at call ${call}`);
      t.like(answer, container, `at call ${call}`);
      t.deepEqual(await run(cluster, name, image), answer, `at call ${call}`);
      return died;
    });
    t.true(deaths > 8 && deaths < maxCalls, `${deaths} calls make a run`);
  });

  test(`after a server died ${when} any of its calls in a registration, a retry returns the engine`, async (t) => {
    const cluster = await startCluster(t, { settings: { leaseMs } });
    const deaths = await atEachCall(async (call) => {
      const id = `engine-${call}`;
      const died = await dieIn(cluster, { call, when }, (server) => register(server, id, id));
      const answer = await register(cluster, id, id);
      t.deepEqual(answer, { id, addr: `https://${id}.test:2376`, cpus: 4 }, `at call ${call}`);
      t.is(cluster.cache.engine(id).value.condition, 'ok', `at call ${call}`);
      return died;
    });
    t.true(deaths > 8 && deaths < maxCalls, `${deaths} calls make a registration`);
  });
}

/** A container that runs and is on record, of a request whose server died before it could answer. */
async function runAndDie(cluster: TestCluster, image: ImageConfig = busybox): Promise<string> {
  const keeps = overlay(cluster.store, {
    write: async (changes, guard) => {
      if (changes.some((each) => each.kind === 'idempotency' && each.value?.state === 'done')) throw new Error('dead');
      return cluster.store.write(changes, guard);
    },
  });
  return (await run({ ...cluster, store: keeps }, 'k', image)).id;
}

test('a container that ended before the retry is not started again', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs } });
  const id = await runAndDie(cluster);
  cluster.engines[0]?.exit(id);
  t.is((await run(cluster, 'k', busybox)).id, id);
  t.is(cluster.engines[0]?.containers.get(id)?.state, 'exited');
});

test('a container whose record the store lost is adopted and returned', async (t) => {
  const cluster = await startCluster(t, { engines: 2, settings: { leaseMs } });
  const id = await runAndDie(cluster, { ...busybox, container_name: 'web' });
  for (const reservation of await cluster.store.reservations()) await cluster.store.release(reservation.id);
  t.is((await run(cluster, 'k', { ...busybox, container_name: 'web' })).id, id);
  await onlyContainer(t, cluster, 'web', 'after the retry');
});

test('a container that was removed by hand before the retry is run again', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs } });
  const image = { ...busybox, container_name: 'web' };
  const id = await runAndDie(cluster, image);
  await cluster.engines[0]?.removeContainer(id);
  t.not((await run(cluster, 'k', image)).id, id);
  await onlyContainer(t, cluster, 'web', 'after the retry');
});

test('while the engine of a recorded container is unreachable, no other engine runs it', async (t) => {
  const cluster = await startCluster(t, { engines: 2, settings: { leaseMs } });
  const id = await runAndDie(cluster);
  const [holder] = cluster.engines.filter(({ containers }) => containers.has(id));
  holder?.fail('any', 'engine_unreachable');
  t.like(await t.throwsAsync(run(cluster, 'k', busybox)), { code: 'engine_unreachable' });
  holder?.heal();
  t.is((await run(cluster, 'k', busybox)).id, id);
  t.is(cluster.engines.flatMap(({ containers }) => [...containers]).length, 1);
});

class Semaphore {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

test('a server that was suspended for longer than its lease is superseded before it creates a container', async (t) => {
  const cluster = await startCluster(t, { engines: 2, settings: { leaseMs } });
  const semaphore = new Semaphore();
  let leases = 0;
  const store = overlay(cluster.store, {
    acquireLease: async (...args) => {
      leases += 1;
      if (leases > 1) await semaphore.opened;
      return cluster.store.acquireLease(...args);
    },
    reserve: async (request) => {
      await semaphore.opened;
      return cluster.store.reserve(request);
    },
  });
  const image = { ...busybox, container_name: 'web', strategy: 'spread' } as const;
  const slow = run({ ...cluster, store }, 'k', image);
  const answer = await run(cluster, 'k', image);
  semaphore.open();
  t.like(await t.throwsAsync(slow), { code: 'reservation_lost' });
  await onlyContainer(t, cluster, 'web', 'after both');
  t.deepEqual(await run(cluster, 'k', image), answer);
});

test('a superseded server returns the answer of its successor, and does not change it', async (t) => {
  const cluster = await startCluster(t, { settings: { leaseMs } });
  let leases = 0;
  const store = overlay(cluster.store, {
    acquireLease: async (...args) => {
      leases += 1;
      if (leases > 1 && !isTakenOver) throw new Error('the store is away');
      return cluster.store.acquireLease(...args);
    },
  });
  let isTakenOver = false;
  const semaphore = new Semaphore();
  const request = { key: 'k', asked: 'x' };
  const slow = runOnce({ ...cluster, store }, request, () => semaphore.opened.then(() => 'slow'));
  t.is(await runOnce(cluster, request, async () => 'fast'), 'fast');
  isTakenOver = true;
  semaphore.open();
  t.is(await slow, 'fast');
  t.is(await runOnce(cluster, request, async () => 'another'), 'fast');
});

test('a server superseded after its reservation: both return the container that it ran', async (t) => {
  const cluster = await startCluster(t, { engines: 2, settings: { leaseMs } });
  const isStarting = () => cluster.engines.some(({ calls }) => calls.some((call) => call.startsWith('startContainer')));
  let isAway = true;
  const store = overlay(cluster.store, {
    acquireLease: async (...args) => {
      if (isStarting() && isAway) throw new Error('the store is away');
      return cluster.store.acquireLease(...args);
    },
  });
  for (const { latencyMs } of cluster.engines) latencyMs.set('startContainer', 3 * leaseMs);
  const image = { ...busybox, container_name: 'web' };
  const slow = run({ ...cluster, store }, 'k', image);
  while (!isStarting()) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const { latencyMs } of cluster.engines) latencyMs.clear();
  const answer = await run(cluster, 'k', image);
  isAway = false;
  t.deepEqual(await slow, answer);
  await onlyContainer(t, cluster, 'web', 'after both');
});
