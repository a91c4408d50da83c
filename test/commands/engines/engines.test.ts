import test from 'ava';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { removeEngine } from '../../../src/commands/engines/remove-engine.ts';
import { showEngine } from '../../../src/commands/engines/show-engine.ts';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { summarizeCluster } from '../../../src/commands/summarize-cluster.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { overlay } from '../../fixtures/overlay.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100, cpus: 0.5 } as const;
const engine = (id: string, addr = `https://${id}.test:2376`) => ({ id, addr, labels: [] });

test('what is left out is read from the engine', async (t) => {
  const cluster = await startCluster(t);
  const record = await registerEngine(cluster, engine('x'));
  t.like(record, { cpus: 4, memory: 8192 });
  t.is(cluster.cache.engine('x').value.condition, 'ok');
});

test('an engine that cannot be reached is not registered', async (t) => {
  const cluster = await startCluster(t);
  cluster.pool.client({ id: 'x' }).fail('handshake', 'engine_unreachable');
  await t.throwsAsync(registerEngine(cluster, engine('x')), { code: 'engine_unreachable' });
  t.false(cluster.cache.hasEngine('x'));
  t.is(await cluster.store.head(), 0);
});

test('an id, an address however spelled, and a daemon can be registered once', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await t.throwsAsync(registerEngine(cluster, engine('a', 'https://other:2376')), { code: 'engine_exists' });
  await t.throwsAsync(registerEngine(cluster, engine('b', 'tcp://A.test')), {
    code: 'address_taken',
    message: 'the address tcp://A.test is registered as engine a',
  });
  cluster.pool.client({ id: 'c' }).daemon = { id: 'daemon-a', version: '1', cpus: 1, memory: 1 };
  await t.throwsAsync(registerEngine(cluster, engine('c')), {
    code: 'daemon_taken',
    message: /registered as engine a;/,
  });
  t.deepEqual(
    cluster.cache.engines().map(({ id }) => id),
    ['a'],
  );
});

test('of two that register one id at the same time, one does', async (t) => {
  const cluster = await startCluster(t);
  const both = await Promise.allSettled([registerEngine(cluster, engine('x')), registerEngine(cluster, engine('x'))]);
  t.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('nothing is placed on an engine in maintenance, and its containers run on', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, busybox);
  await updateEngine(cluster, 'a', { intent: 'maintenance' });
  await t.throwsAsync(runContainer(cluster, busybox), { code: 'unschedulable' });
  t.is((await showEngine(cluster, 'a')).status, 'maintenance');
  t.is(cluster.engines[0]?.containers.size, 1);
  await updateEngine(cluster, 'a', { intent: 'active' });
  t.is((await runContainer(cluster, busybox)).engine.id, 'a');
});

test('an engine is changed although its record changes for another reason at that moment', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { store } = cluster;
  let others = 2;
  const interrupted = overlay(store, {
    write: async (...args: Parameters<typeof store.write>) => {
      if (others-- > 0) await updateEngine(cluster, 'a', { labels: [`other:${others}`] });
      return store.write(...args);
    },
  });
  const changed = await updateEngine(overlay(cluster, { store: interrupted }), 'a', { intent: 'draining' });
  t.like(changed, { intent: 'draining', labels: ['other:0'] });
});

test('an engine that is changed all the time is told, and nothing is changed', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const refused = { ok: false, conflict: { kind: 'engine', id: 'a' } } as const;
  const store = overlay(cluster.store, { write: () => Promise.resolve(refused) });
  await t.throwsAsync(updateEngine(overlay(cluster, { store }), 'a', { intent: 'draining' }), {
    ...{ code: 'engine_changed', message: 'engine a was modified concurrently: try again' },
  });
  t.is(cluster.cache.engine('a').value.intent, 'active');
});

test('an engine moves to another address of the same daemon, and its old address is free', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await updateEngine(cluster, 'a', { addr: 'https://moved.test:2376' });
  cluster.pool.client({ id: 'b' });
  t.is((await registerEngine(cluster, engine('b', 'https://a.test:2376'))).id, 'b');
  await t.throwsAsync(registerEngine(cluster, engine('c', 'https://moved.test')), { code: 'address_taken' });
});

test('an engine does not move to another daemon', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [fake] = cluster.engines;
  if (fake) fake.daemon = { ...fake.daemon, id: 'somebody else' };
  await t.throwsAsync(updateEngine(cluster, 'a', { addr: 'https://moved.test' }), { code: 'engine_changed' });
  t.is(cluster.cache.engine('a').value.addr, 'https://a.test:2376');
});

test('an engine with containers of ours is removed by force only', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, busybox);
  await t.throwsAsync(removeEngine(cluster, 'a', { force: false }), {
    code: 'engine_in_use',
    message: /^engine a has 1 container of Satsuma, \S+ \(running\): destroy it first/,
  });
  await removeEngine(cluster, 'a', { force: true });
  t.false(cluster.cache.hasEngine('a'));
  t.true(cluster.engines[0]?.containers.has(id));
  t.deepEqual(cluster.pool.forgotten, ['a']);
});

test('an engine that is not there is named in clementine’s words', async (t) => {
  const cluster = await startCluster(t);
  const no = { code: 'no_such_engine', message: 'No engine found with ID x' };
  await t.throwsAsync(showEngine(cluster, 'x'), no);
  await t.throwsAsync(updateEngine(cluster, 'x', {}), no);
  await t.throwsAsync(removeEngine(cluster, 'x', { force: true }), no);
});

test('the summary adds up, and is zeros without engines', async (t) => {
  const empty = summarizeCluster(await startCluster(t));
  t.like(empty, { cpus: 0, memory: 0, container_count: 0, image_count: 0, engine_count: 0, reserved_cpus: 0 });
  const cluster = await startCluster(t, { engines: 2 });
  await runContainer(cluster, busybox);
  t.like(summarizeCluster(cluster), {
    cpus: 8,
    memory: 16384,
    engine_count: 2,
    reserved_cpus: 0.5,
    reserved_memory: 100,
  });
  t.is(summarizeCluster(cluster).container_count, 1, 'known at once');
  cluster.engines[1]?.runForeign('theirs');
  await resyncEngine(cluster, 'b');
  t.is(summarizeCluster(cluster).container_count, 2);
  t.deepEqual(summarizeCluster(cluster).engines, { pending: 0, ok: 2, maintenance: 0, draining: 0, lost: 0, down: 0 });
});
