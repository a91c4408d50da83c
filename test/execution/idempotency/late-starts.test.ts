import test from 'ava';
import { runAllOrNone } from '../../../src/commands/containers/run-containers.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { runOnce } from '../../../src/execution/idempotency/run-once.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { labelsOf } from '../../../src/labels/container-labels.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import type { NewReservation } from '../../../src/model/reservation.ts';
import type { Cluster } from '../../../src/state/cluster.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { Life, mortal, outlive } from '../../fixtures/mortal.ts';
import { overlay } from '../../fixtures/overlay.ts';

// What a look at an engine saw, or a server that stood still believes, may be old by the time it is acted upon: a retry of
// the same request may have answered with the container in between.

const web = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100, container_name: 'web' } as const;
const leaseMs = 3_000;

function run(cluster: Cluster) {
  return runOnce(cluster, { key: 'k', asked: web }, async (attempt) => {
    const { id } = await runContainer(cluster, web, { attempt });
    return id;
  });
}

function engineOf({ engines: [engine] }: TestCluster) {
  if (!engine) throw new Error('one engine');
  return engine;
}

function latch() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

/** Created and never started, on record under a lease that is over: a look removes it, the first of all. */
async function leaveUnstarted(cluster: TestCluster): Promise<string> {
  const id = '0';
  const reservation: NewReservation = {
    ...{ id, engineId: 'a', name: 'other', image: web, claims: [], createdAt: '2026-01-01T00:00:00.000Z' },
    reason: { type: 'label', strategy: 'binpack', score: 0, candidates: 1, refused: 0 },
  };
  const { version } = cluster.cache.engine('a');
  await cluster.store.reserve({ reservation, engineVersion: version, leaseMs: 0 });
  const labels = labelsOf(cluster.installation, reservation, { daemonId: 'daemon-a', epoch: cluster.cache.epoch });
  return await engineOf(cluster).createContainer({ image: web, name: 'other', labels, maximumCpus: 4 });
}

/** A look that has made up its mind, and is kept busy by another container before it comes to the one at stake. */
async function lookThatDawdles(cluster: TestCluster) {
  const other = [...engineOf(cluster).containers.values()].find(({ name }) => name === 'other');
  const [asked, going] = [latch(), latch()];
  const client = overlay(engineOf(cluster), {
    removeContainer: async (id, ...options) => {
      if (id === other?.id) {
        asked.open();
        await going.opened;
      }
      await engineOf(cluster).removeContainer(id, ...options);
    },
  });
  const look = resyncEngine({ ...cluster, pool: overlay(cluster.pool, { client: () => client }) }, 'a');
  await asked.opened;
  return async () => {
    going.open();
    await look;
  };
}

/** A request whose server dies when it has asked for the start: the container is there, and its engine takes its time. */
async function dieBeforeTheStart(cluster: TestCluster): Promise<string> {
  await leaveUnstarted(cluster);
  const life = new Life({ call: 'startContainer', when: 'before' });
  await Promise.race([life.ended, run(mortal(cluster, life))]);
  await outlive(cluster, life);
  await cluster.cache.catchUp();
  const [, id = ''] = engineOf(cluster).containers.keys();
  return id;
}

test('a resync that saw a container unstarted does not remove it if it started late and was returned', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs } });
  const id = await dieBeforeTheStart(cluster);
  const goOn = await lookThatDawdles(cluster);
  await engineOf(cluster).startContainer(id);
  t.is(await run(cluster), id);
  await goOn();
  t.is(engineOf(cluster).containers.get(id)?.state, 'running');
  t.like(await cluster.store.reservations(), [{ value: { state: 'bound', containerId: id } }]);
});

test('nor if it has ended by then', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs } });
  const id = await dieBeforeTheStart(cluster);
  const goOn = await lookThatDawdles(cluster);
  await engineOf(cluster).startContainer(id);
  engineOf(cluster).exit(id);
  t.is(await run(cluster), id);
  await goOn();
  t.is(engineOf(cluster).containers.get(id)?.state, 'exited');
});

test('an unbound container that runs is kept by its engine, and bound', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs } });
  const id = await dieBeforeTheStart(cluster);
  const goOn = await lookThatDawdles(cluster);
  await engineOf(cluster).startContainer(id);
  await goOn();
  t.is(engineOf(cluster).containers.get(id)?.state, 'running');
  t.like(await cluster.store.reservations(), [{ value: { state: 'bound', containerId: id } }]);
  t.is(await run(cluster), id);
});

test('a resync that saw a container running does not bind it while another one removes it', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs } });
  const id = await dieBeforeTheStart(cluster);
  const engine = engineOf(cluster);
  const [binding, mayBind, removing, mayRemove] = [latch(), latch(), latch(), latch()];
  const store = overlay(cluster.store, {
    bind: async (...args) => {
      binding.open();
      await mayBind.opened;
      return await cluster.store.bind(...args);
    },
  });
  const seesItRun = overlay(engine, {
    listContainers: async () => {
      const listed = await engine.listContainers();
      return listed.map((each) => (each.id === id ? { ...each, state: 'running' as const } : each));
    },
  });
  const removes = overlay(engine, {
    removeContainer: async (each, options) => {
      if (each === id) {
        removing.open();
        await mayRemove.opened;
      }
      await engine.removeContainer(each, options);
    },
  });
  const one = resyncEngine({ ...cluster, store, pool: overlay(cluster.pool, { client: () => seesItRun }) }, 'a');
  await binding.opened;
  const other = resyncEngine({ ...cluster, pool: overlay(cluster.pool, { client: () => removes }) }, 'a');
  await removing.opened;
  mayBind.open();
  await one;
  t.like(await cluster.store.reservations(), [{ value: { state: 'reserved' } }]);
  mayRemove.open();
  await other;
  t.is(engine.containers.size, 0);
  t.deepEqual(await cluster.store.reservations(), []);
});

/** Both are on record as there, and seen not to run for longer than a start may take. */
async function leaveForLong(cluster: TestCluster): Promise<void> {
  const containers = [...engineOf(cluster).containers.keys()];
  for (const [at, { id }] of (await cluster.store.reservations()).entries()) {
    await cluster.store.bind(id, containers[at] ?? '');
  }
  await resyncEngine(cluster, 'a');
  const { leaseMs: most, deadlines } = cluster.settings;
  await new Promise((resolve) => setTimeout(resolve, most + deadlines.startMs + 10));
}

test('a resync that considered a container left over does not remove it after a retry started it', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs: 400, deadlines: { startMs: 1 } } });
  const id = await dieBeforeTheStart(cluster);
  await leaveForLong(cluster);
  const goOn = await lookThatDawdles(cluster);
  t.is(await run(cluster), id);
  await goOn();
  t.is(engineOf(cluster).containers.get(id)?.state, 'running');
  t.like(await cluster.store.reservations(), [{ value: { state: 'bound', containerId: id } }]);
});

test('a retry does not start a container that a resync is about to remove: it runs another one', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs: 400, deadlines: { startMs: 1 } } });
  await dieBeforeTheStart(cluster);
  await leaveForLong(cluster);
  const [asked, going] = [latch(), latch()];
  const client = overlay(engineOf(cluster), {
    removeContainer: async (...args) => {
      asked.open();
      await going.opened;
      await engineOf(cluster).removeContainer(...args);
    },
  });
  const look = resyncEngine({ ...cluster, pool: overlay(cluster.pool, { client: () => client }) }, 'a');
  await asked.opened;
  const retry = run(cluster);
  await new Promise((resolve) => setTimeout(resolve, 100));
  going.open();
  await look;
  const answer = await retry;
  t.is(engineOf(cluster).containers.get(answer)?.state, 'running');
  t.like(await cluster.store.reservations(), [{ value: { state: 'bound', containerId: answer } }]);
});

/** A server that gets no word to its store while `isAway`, nor renews what it holds. */
function cutOff(cluster: TestCluster, link: { isAway: boolean }): Cluster {
  const fails = <Args extends unknown[], T>(method: (...args: Args) => Promise<T>) => {
    return async (...args: Args) => {
      if (link.isAway) throw new SatsumaError('store_unavailable', 'away');
      return await method(...args);
    };
  };
  const { store } = cluster;
  const store_ = overlay(store, {
    acquireLease: fails(store.acquireLease),
    renew: fails(store.renew),
    write: fails(store.write),
    release: fails(store.release),
    reserve: fails(store.reserve),
  });
  return { ...cluster, store: store_ };
}

test('a server that returns after an outage does not undo a container that a retry returned', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs: 600 } });
  const link = { isAway: false };
  const [binding, going] = [latch(), latch()];
  const server = cutOff(cluster, link);
  const store = overlay(server.store, {
    bind: async () => {
      link.isAway = true;
      binding.open();
      await going.opened;
      throw new SatsumaError('store_unavailable', 'away');
    },
  });
  const slow = run({ ...server, store });
  await binding.opened;
  const id = await run(cluster);
  link.isAway = false;
  going.open();
  t.like(await t.throwsAsync(slow), { code: 'store_unavailable' });
  t.is(engineOf(cluster).containers.get(id)?.state, 'running');
  t.like(await cluster.store.reservations(), [{ value: { state: 'bound', containerId: id } }]);
});

test('a superseded server does not remove the request’s containers when one of them fails', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs: 600 } });
  const { container_name: _, ...image } = web;
  const request = { key: 'k', asked: image };
  const all = (server: Cluster) =>
    runOnce(server, request, async (attempt) => {
      return (await runAllOrNone(server, image, { count: 2, attempt })).map(({ id }) => id).sort();
    });
  const link = { isAway: false };
  const [starting, going] = [latch(), latch()];
  let starts = 0;
  const client = overlay(engineOf(cluster), {
    startContainer: async (id) => {
      starts += 1;
      if (starts === 1) return await engineOf(cluster).startContainer(id);
      link.isAway = true;
      starting.open();
      await going.opened;
      throw new SatsumaError('engine_timeout', 'no answer');
    },
  });
  const slow = all({ ...cutOff(cluster, link), pool: overlay(cluster.pool, { client: () => client }) });
  await starting.opened;
  const answer = await all(cluster);
  link.isAway = false;
  going.open();
  await t.throwsAsync(slow);
  t.deepEqual([...engineOf(cluster).containers.keys()].sort(), answer);
});
