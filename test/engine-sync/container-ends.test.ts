import test, { type ExecutionContext } from 'ava';
import { ContainerEnds } from '../../src/engine-sync/container-ends.ts';
import type { EngineEvent } from '../../src/engines/engine-client.ts';
import { EventLog } from '../../src/state/events/event-log.ts';
import { eventually } from '../controllers/services/stage.ts';
import { startCluster } from '../fixtures/harness.ts';

const id = 'c'.repeat(64);
const factId = `a/${id}`;

async function listen(t: ExecutionContext) {
  const cluster = await startCluster(t, { engines: 1 });
  const log = new EventLog(cluster);
  const stop = new AbortController();
  const told: string[] = [];
  let begun: () => void = () => undefined;
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const reading = (async () => {
    for await (const news of log.read({ signal: stop.signal })) {
      begun();
      if (news.type !== 'event' || news.event.kind !== 'container') continue;
      const { action, attributes } = news.event;
      told.push(attributes.exit_code === undefined ? action : `${action} ${attributes.exit_code}`);
    }
  })();
  await beginning;
  const ends = new ContainerEnds(cluster, 'a');
  ends.listenFrom(1_000_000);
  t.teardown(async () => {
    ends.stop();
    stop.abort();
    await reading;
    log.close();
  });
  const take = (action: string, more: Partial<EngineEvent> = {}) =>
    ends.take({ kind: 'container', action, id, at: '2000.5', name: 'short', image: 'demo/busybox:1', ...more });
  return { cluster, told, ends, take };
}

test('a container that no list contained is reported by its events', async (t) => {
  const { told, take } = await listen(t);
  take('start');
  take('die', { exitCode: 3 });
  take('destroy');
  await eventually(
    t,
    () => told.length >= 4,
    () => told,
  );
  t.deepEqual(told, ['create', 'start', 'die 3', 'destroy']);
});

test('a container that was listed as running has one die and one destroy event', async (t) => {
  const { cluster, told, take } = await listen(t);
  const labels = {};
  const summary = {
    id,
    name: 'short',
    imageName: 'demo/busybox:1',
    state: 'running',
    labels,
    ports: [],
    createdAt: '',
  } as const;
  const value = { engineId: 'a', observedAt: new Date().toISOString(), summary };
  await cluster.store.write([{ kind: 'container', id: factId, value }]);
  await eventually(
    t,
    () => told.length >= 2,
    () => told,
  );
  take('start');
  take('die', { exitCode: 0 });
  take('destroy');
  await eventually(
    t,
    () => told.length >= 4,
    () => told,
  );
  // What the looks tell later is no news.
  await cluster.store.write([
    { kind: 'container', id: factId, value: { ...value, summary: { ...summary, state: 'exited' } } },
  ]);
  await cluster.store.write([{ kind: 'container', id: factId }]);
  await cluster.store.write([
    { kind: 'container', id: `a/${'d'.repeat(64)}`, value: { ...value, summary: { ...summary, id: 'd'.repeat(64) } } },
  ]);
  await eventually(
    t,
    () => told.length >= 6,
    () => told,
  );
  t.deepEqual(told, ['create', 'start', 'die 0', 'destroy', 'create', 'start']);
});

test('past events of the engine, and containers that stay, are not recorded', async (t) => {
  const { cluster, told, take } = await listen(t);
  for (const action of ['start', 'die', 'destroy']) take(action, { at: '999.9' });
  take('start');
  cluster.clock.turn(4_000);
  take('die');
  cluster.clock.turn(4_000);
  take('destroy');
  const last = { id: 'e'.repeat(64) };
  for (const action of ['start', 'die', 'destroy']) take(action, last);
  await eventually(
    t,
    () => told.length >= 4,
    () => told,
  );
  t.deepEqual(told, ['create', 'start', 'die', 'destroy']);
  t.is((await cluster.store.list('container-end')).length, 1);
});

test('a container of ours that is killed on removal is reported once, with its exit code', async (t) => {
  const { cluster, told, take } = await listen(t);
  const state = 'running';
  const summary = {
    id,
    name: 'short',
    imageName: 'demo/busybox:1',
    state,
    labels: {},
    ports: [],
    createdAt: '',
  } as const;
  const value = { engineId: 'a', observedAt: new Date(cluster.clock.now() - 60_000).toISOString(), summary };
  await cluster.store.write([{ kind: 'container', id: factId, value }]);
  take('die', { reservationId: 'ours', exitCode: 137 });
  t.is((await cluster.store.list('container-end')).length, 0, 'it may stay');
  take('destroy', { reservationId: 'ours' });
  await eventually(
    t,
    () => told.length >= 4,
    () => told,
  );
  await cluster.store.write([{ kind: 'container', id: factId }]);
  await cluster.store.write([{ kind: 'container', id: `a/${'d'.repeat(64)}`, value }]);
  await eventually(
    t,
    () => told.length >= 6,
    () => told,
  );
  t.deepEqual(told, ['create', 'start', 'die 137', 'destroy', 'create', 'start']);
});

test('of many concurrent ends some are reported, and all records expire', async (t) => {
  const { cluster, told, take } = await listen(t);
  for (let count = 0; count < 500; count++) {
    const one = { id: count.toString(16).padStart(64, '0') };
    for (const action of ['start', 'die', 'destroy']) take(action, one);
  }
  await eventually(
    t,
    () => told.length >= 4 * 10,
    () => told.length,
  );
  t.true((await cluster.store.list('container-end')).length <= 20);
  await eventually(t, async () => {
    cluster.clock.turn(30_000);
    return (await cluster.store.list('container-end')).length === 0;
  });
});

test('events of a container that ends and restarts at once are in order, whatever was listed before', async (t) => {
  const { cluster, told, take } = await listen(t);
  const labels = {};
  const summary = { id, name: 'short', imageName: 'demo/busybox:1', labels, ports: [], createdAt: '' } as const;
  const see = (state: 'running' | 'exited', at: number) => {
    const value = { engineId: 'a', observedAt: new Date(at).toISOString(), summary: { ...summary, state } };
    return cluster.store.write([{ kind: 'container', id: factId, value }]);
  };
  const before = cluster.clock.now() - 1_000;
  take('start');
  take('die', { exitCode: 1 });
  await eventually(
    t,
    () => told.length >= 3,
    () => told,
  );
  await see('running', before);
  await see('running', cluster.clock.now() + 100);
  await see('exited', cluster.clock.now() + 1_000);
  await see('running', cluster.clock.now() + 5_000);
  await eventually(
    t,
    () => told.length >= 4,
    () => told,
  );
  take('destroy');
  await eventually(
    t,
    () => told.length >= 5,
    () => told,
  );
  t.deepEqual(told, ['create', 'start', 'die 1', 'start', 'destroy']);
});
