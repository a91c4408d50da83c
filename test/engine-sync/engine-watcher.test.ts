import test, { type ExecutionContext } from 'ava';
import { destroyContainer } from '../../src/commands/containers/destroy-container.ts';
import { startContainer } from '../../src/commands/containers/start-container.ts';
import { stopContainer } from '../../src/commands/containers/stop-container.ts';
import { showEngine } from '../../src/commands/engines/show-engine.ts';
import { EngineWatcher } from '../../src/engine-sync/engine-watcher.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import type { Explanation } from '../../src/placement/explain.ts';
import { Semaphore } from '../../src/runtime/semaphore.ts';
import type { FakeCall, FakeEngine } from '../engines/fake-engine.ts';
import { listAll, startCluster, type TestCluster } from '../fixtures/harness.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 } as const;
const on80 = { bind_ports: [{ proto: 'tcp', port: 80, container_port: 8080 }] } as const;

const silent = { info: () => undefined, debug: () => undefined, error: () => undefined };

interface Scene {
  readonly cluster: TestCluster;
  readonly engine: FakeEngine;
  readonly watcher: EngineWatcher;
  /** Resolves once the records are as wanted; fails the test where they never are. */
  until(isSo: () => boolean): Promise<void>;
}

/** One engine that is followed; nothing comes by itself but what its events tell. */
async function watch(t: ExecutionContext, settings = {}): Promise<Scene> {
  return await follow(t, await startCluster(t, { engines: 1, settings }));
}

async function follow(t: ExecutionContext, cluster: TestCluster): Promise<Scene> {
  const engine = cluster.pool.client({ id: 'a' });
  const watcher = new EngineWatcher(cluster, 'a', { semaphores: { well: new Semaphore(1), unwell: new Semaphore(1) } });
  watcher.start();
  t.teardown(() => watcher.stop());
  const until = async (isSo: () => boolean) => {
    for (const deadline = Date.now() + 30_000; !isSo(); ) {
      if (Date.now() > deadline) throw new Error(`never: ${isSo}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await until(() => engine.calls.includes('openEvents') && cluster.cache.publishedObservation('a') !== undefined);
  return { cluster, engine, until, watcher };
}

const names = ({ cluster }: Scene) => cluster.cache.reservations('a').map(({ name }) => name);

/** The engine was looked at since it is followed; what is asked from now on is in its calls. */
async function resyncFirst({ engine, watcher }: Scene): Promise<void> {
  await watcher.resync();
  await watcher.resync();
  engine.calls.length = 0;
}

test('an ended container that is still listed as running is queried again', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  const id = engine.runForeign('theirs', { memory: 512 });
  await until(() => names(scene).includes('theirs'));
  const resyncs = () => engine.calls.filter((call) => call === 'listContainers').length;
  const before = resyncs();
  engine.events.tell({ kind: 'container', action: 'die', id });
  await until(() => resyncs() > before);
  t.is((await cluster.store.sums('a')).get('memory'), 512);
  // Nothing tells of this any more.
  Object.assign(engine.containers.get(id) ?? {}, { state: 'exited', ports: [] });
  await until(() => cluster.cache.reservations('a').every(({ isAtRest }) => isAtRest === true));
  t.is((await cluster.store.sums('a')).get('memory'), undefined);
});

test('a container that ended before the event stream, and is still listed as running, is queried again', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const engine = cluster.pool.client({ id: 'a' });
  const id = engine.runForeign('theirs', { memory: 512 });
  engine.events.tell({ kind: 'container', action: 'die', id });
  const scene = await follow(t, cluster);
  await scene.until(() => names(scene).includes('theirs'));
  Object.assign(engine.containers.get(id) ?? {}, { state: 'exited', ports: [] });
  await scene.until(() => cluster.cache.reservations('a').every(({ isAtRest }) => isAtRest === true));
  t.is((await cluster.store.sums('a')).get('memory'), undefined);
});

test('a container of ours that no server can still start is removed, without an event', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs: 500, deadlines: { startMs: 500 } } });
  const engine = cluster.pool.client({ id: 'a' });
  const { id } = await runContainer(cluster, busybox);
  Object.assign(engine.containers.get(id) ?? {}, { state: 'created', ports: [] });
  const { until } = await follow(t, cluster);
  await until(() => engine.containers.size === 0 && cluster.cache.reservations('a').length === 0);
  t.deepEqual(Object.fromEntries(await cluster.store.sums('a')), {});
});

test('a container that was created to be started later is kept, with its claims', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs: 500, deadlines: { startMs: 500 } } });
  const engine = cluster.pool.client({ id: 'a' });
  const kept = await runContainer(cluster, { ...busybox, memory: 512 }, { isLeftUnstarted: true, isKept: true });
  const left = await runContainer(cluster, busybox, { isLeftUnstarted: true });
  const { until } = await follow(t, cluster);
  await until(() => !engine.containers.has(left.id) && cluster.cache.reservations('a').length === 1);
  t.true(engine.containers.has(kept.id));
  t.is((await cluster.store.sums('a')).get('memory'), 512);
});

test('a container that is started by hand claims its port, name, CPUs and memory, and is named in refusals', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  engine.runForeign('theirs', { ...on80, cpus: 1, memory: 512 });
  await until(() => names(scene).includes('theirs'));
  t.deepEqual(Object.fromEntries(await cluster.store.sums('a')), {
    cpu: 1000,
    memory: 512,
    'port/tcp/80': 65_536,
    'image/demo/busybox:1': 1,
    'name/theirs': 1,
  });
  const error = await t.throwsAsync(runContainer(cluster, { ...busybox, ...on80 }), { code: 'unschedulable' });
  const [report] = (error as unknown as { details: Explanation }).details.engines;
  t.is(report?.message, 'port tcp/80 is taken by theirs');
  const calls = engine.calls.filter((call) => call.startsWith('createContainer'));
  t.deepEqual(calls, [], 'the engine was not even asked');
});

test('a stopped foreign container releases all but its name, and the name when it is removed', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  const id = engine.runForeign('theirs', { ...on80, memory: 512 });
  await until(() => names(scene).includes('theirs'));
  engine.exit('theirs');
  await until(() => cluster.cache.snapshot('a').usedMemoryMiB === 0);
  t.deepEqual(Object.fromEntries(await cluster.store.sums('a')), { 'name/theirs': 1 });
  await engine.removeContainer(id);
  await until(() => names(scene).length === 0);
  t.deepEqual(Object.fromEntries(await cluster.store.sums('a')), {});
});

test('a container of ours that is removed by hand releases its claims', async (t) => {
  const scene = await watch(t);
  const { id } = await runContainer(scene.cluster, busybox);
  await scene.engine.removeContainer(id);
  await scene.until(() => names(scene).length === 0);
  t.is(scene.cluster.cache.snapshot('a').usedMemoryMiB, 0);
});

test('an ended container of ours is not counted', async (t) => {
  const { cluster, engine, until } = await watch(t);
  const { id } = await runContainer(cluster, busybox);
  t.is((await showEngine(cluster, 'a')).containers, 1);
  engine.exit(id);
  await until(() => cluster.cache.containers.get('a', id)?.summary.state === 'exited');
  t.is((await showEngine(cluster, 'a')).containers, 0);
});

test('manual stops and starts release and claim resources, even within one resync', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  const { id } = await runContainer(cluster, busybox);
  const used = () => cluster.cache.snapshot('a').usedMemoryMiB;
  engine.exit(id);
  await until(() => used() === 0);
  await engine.startContainer(id);
  await until(() => used() === 100);
  engine.exit(id);
  const looks = () => engine.calls.filter((call) => call === 'listContainers').length;
  const before = looks();
  await until(() => looks() > before);
  await engine.startContainer(id);
  await until(() => used() === 0);
  await until(() => used() === 100);
  t.is(cluster.cache.reservations('a').length, 1);
});

test('changes by this cluster, and events of one container, cause no full resync', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  await resyncFirst(scene);
  for (let i = 0; i < 5; i++) await runContainer(cluster, busybox);
  // The event of a foreign container comes after all of these, and is looked at.
  const id = engine.runForeign('theirs');
  await until(() => names(scene).includes('theirs'));
  engine.exit('theirs');
  await until(() => cluster.cache.containers.get('a', id)?.summary.state === 'exited');
  await engine.removeContainer(id);
  await until(() => !cluster.cache.containers.get('a', id) && !names(scene).includes('theirs'));
  t.deepEqual(
    engine.calls.filter((call) => ['handshake', 'listImages'].includes(call)),
    [],
  );
});

test('an added or removed image is detected without listing containers', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  await resyncFirst(scene);
  engine.images.add('demo/new:1');
  engine.events.tell({ kind: 'image', action: 'pull', id: 'demo/new:1' });
  await until(() => cluster.cache.observation('a').images.has('demo/new:1'));
  // Volumes are asked for by a clock of their own.
  const asked = engine.calls.filter((call) => call !== 'listVolumes');
  t.deepEqual(asked, ['listImages']);
  t.true(engine.calls.length - asked.length <= 1);
});

test('a change without an event is found by the next full resync, and logged', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { observeIntervalMs: 20 } });
  const warnings: { missed?: number }[] = [];
  const warn = (fields: { missed?: number }) => void warnings.push(fields);
  const scene = await follow(t, { ...cluster, logger: Object.assign({ ...cluster.logger }, silent, { warn }) });
  const { until, engine } = scene;
  await resyncFirst(scene);
  // That a container is created is no event that is asked for, and nothing tells of this start.
  const id = await engine.createContainer({ image: busybox, name: 'theirs', labels: {}, maximumCpus: 4 });
  Object.assign(engine.containers.get(id) ?? {}, { state: 'running' });
  await until(() => cluster.cache.containers.get('a', id)?.summary.state === 'running');
  await until(() => warnings.some(({ missed }) => missed === 1));
  t.pass();
});

test('an event that was sent while the connection was lost is received', async (t) => {
  const scene = await watch(t);
  scene.engine.fail('openEvents', 'engine_unreachable', { times: 2 });
  scene.engine.events.breakOff();
  scene.engine.runForeign('theirs');
  await scene.until(() => names(scene).includes('theirs'));
  t.pass();
});

test('an engine that stops answering pings is down, and ok again when it answers', async (t) => {
  const { cluster, engine, until } = await watch(t, { observeIntervalMs: 20 });
  engine.fail('any', 'engine_timeout');
  await until(() => cluster.cache.engine('a').value.condition === 'down');
  engine.heal();
  await until(() => cluster.cache.engine('a').value.condition === 'ok');
  t.is(cluster.cache.engine('a').value.error, undefined);
});

test('destroying a foreign container releases its claims', async (t) => {
  const scene = await watch(t);
  scene.engine.runForeign('theirs', on80);
  await scene.until(() => names(scene).includes('theirs'));
  await destroyContainer(scene.cluster, 'theirs');
  t.deepEqual(Object.fromEntries(await scene.cluster.store.sums('a')), {});
});

test('a container that cannot be recorded does not affect the others', async (t) => {
  const scene = await watch(t);
  scene.engine.runForeign('x'.repeat(5_000), on80);
  scene.engine.runForeign('theirs');
  await scene.until(() => names(scene).includes('theirs'));
  t.is(scene.cluster.cache.engine('a').value.condition, 'ok');
});

test('a copy with the labels of a container of ours is foreign', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  const { id } = await runContainer(cluster, busybox);
  const labels = engine.containers.get(id)?.labels ?? {};
  const copy = await engine.createContainer({ image: busybox, name: 'copy', labels, maximumCpus: 4 });
  await engine.startContainer(copy);
  engine.events.tell({ kind: 'container', action: 'rename', id: copy });
  await until(() => names(scene).includes('copy'));
  t.is(cluster.cache.reservations('a').length, 2);
  t.is(cluster.cache.snapshot('a').usedMemoryMiB, 200);
});

/** How often the engine is looked at, or asked what `call` asks, meanwhile. */
async function resyncsWhile(
  { engine }: Scene,
  forMs: number,
  happens: () => void,
  asked: FakeCall = 'handshake',
): Promise<number> {
  const looks = () => engine.calls.filter((call) => call === asked).length;
  const before = looks();
  const timer = setInterval(happens, 2);
  await new Promise((resolve) => setTimeout(resolve, forMs));
  clearInterval(timer);
  return looks() - before;
}

test('an engine with endless events is queried twice a second', async (t) => {
  const scene = await watch(t);
  const { events } = scene.engine;
  const id = '0'.repeat(64);
  const tell = () => {
    for (let i = 0; i < 100; i++) events.tell({ kind: 'container', action: 'die', id });
  };
  const looks = await resyncsWhile(scene, 2_000, tell, 'listContainers');
  t.true(looks >= 2 && looks <= 5, `${looks} looks`);
  scene.engine.runForeign('theirs');
  await scene.until(() => names(scene).includes('theirs'));
});

test('manual changes are detected during a thousand events per second from other containers', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  const others = Array.from({ length: 100 }, (_, at) => engine.runForeign(`other-${at}`));
  await until(() => names(scene).length === others.length);
  await resyncFirst(scene);
  let told = 0;
  const flood = setInterval(() => {
    for (let count = 0; count < 10; count++) {
      const id = others[told % others.length] ?? '';
      if (Math.floor(told / others.length) % 2 === 0) engine.exit(id);
      else void engine.startContainer(id);
      told += 1;
    }
  }, 10);
  const id = engine.runForeign('mine');
  const known = () => cluster.cache.containers.get('a', id)?.summary;
  await until(() => known()?.state === 'running');
  engine.rename('mine', 'yours');
  await until(() => known()?.name === 'yours');
  engine.exit('yours');
  await until(() => known()?.state === 'exited');
  await engine.removeContainer(id);
  await until(() => known() === undefined);
  clearInterval(flood);
  t.deepEqual(
    engine.calls.filter((call) => ['handshake', 'listImages'].includes(call)),
    [],
    'by events only',
  );
});

test('a skipped event causes a resync, and is logged once', async (t) => {
  const scene = await watch(t);
  const resyncs = await resyncsWhile(scene, 1_000, () => scene.engine.events.skip());
  t.true(resyncs >= 1 && resyncs <= 4, `${resyncs} resyncs`);
});

test('an engine that does not report its time is followed nevertheless', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  cluster.pool.client({ id: 'a' }).fail('time', 'engine_refused');
  const scene = await follow(t, cluster);
  await resyncFirst(scene);
  const { engine, until } = scene;
  const id = engine.runForeign('theirs', { memory: 512 });
  engine.events.tell({ kind: 'container', action: 'start', id });
  await until(() => names(scene).includes('theirs'));
  t.true(engine.calls.includes('listContainers'));
});

test('an engine that disconnects at once is reconnected with increasing delays', async (t) => {
  const scene = await watch(t);
  const opened = () => scene.engine.calls.filter((call) => call === 'openEvents').length;
  const before = opened();
  const resyncs = await resyncsWhile(scene, 2_000, () => scene.engine.events.breakOff());
  t.true(opened() - before <= 7, `${opened() - before} connections`);
  t.true(resyncs <= 14, `${resyncs} resyncs`);
});

test('a container that cannot be inspected does not affect its engine, and an engine without pings is down', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  engine.fail('inspectContainer', 'engine_refused');
  engine.runForeign('theirs');
  await until(() => names(scene).includes('theirs'));
  const record = () => cluster.cache.engine('a').value;
  t.is(record().condition, 'ok');
  engine.fail('ping', 'engine_unreachable');
  engine.runForeign('another');
  await until(() => record().condition === 'down');
  t.regex(record().error ?? '', /ping fails/);
  engine.heal();
  engine.runForeign('third');
  await until(() => record().condition === 'ok' && names(scene).length === 3);
  t.is(record().error, undefined);
});

test('manual updates and renames are in the ledger, for our containers and foreign ones', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  const { id } = await runContainer(cluster, { ...busybox, container_name: 'web', cpus: 0.5 });
  engine.runForeign('theirs', { cpus: 1, memory: 512 });
  await until(() => names(scene).includes('theirs'));
  engine.update(id, { cpus: 2, memory: 300 });
  engine.rename(id, 'app');
  engine.update('theirs', { cpus: 0.5, memory: 256 });
  await until(() => names(scene).includes('app') && cluster.cache.snapshot('a').usedCpuMilli === 2500);
  t.is(cluster.cache.snapshot('a').usedMemoryMiB, 556);
  const sums = Object.fromEntries(await cluster.store.sums('a'));
  t.like(sums, { 'name/app': 1, 'name/web': undefined });
  const [shown] = (await listAll(cluster)).containers.filter((each) => each.id === id);
  t.like(shown?.image, { cpus: 2, memory: 300, container_name: 'app' });
  await stopContainer(cluster, id);
  await startContainer(cluster, 'app');
  t.is((await cluster.store.sums('a')).get('memory'), 556);
});

test('a stopped container that is updated by hand claims its new limits at its start', async (t) => {
  const { cluster, engine } = await watch(t);
  const { id } = await runContainer(cluster, { ...busybox, container_name: 'web', cpus: 0.5 });
  await stopContainer(cluster, id);
  engine.update(id, { cpus: 2, memory: 300 });
  await startContainer(cluster, id);
  t.is((await cluster.store.sums('a')).get('memory'), 300);
  t.is((await cluster.store.sums('a')).get('cpu'), 2000);
});

test('a foreign container whose tag was reassigned keeps its original name', async (t) => {
  const scene = await watch(t);
  const { cluster, engine, until } = scene;
  engine.movedTags.set('demo/busybox:1', `sha256:${'ab'.repeat(32)}`);
  engine.runForeign('theirs');
  await until(() => names(scene).includes('theirs'));
  t.is((await listAll(cluster)).containers[0]?.image.name, 'demo/busybox:1');
  const error = await t.throwsAsync(runContainer(cluster, { ...busybox, type: 'unique' }), { code: 'unschedulable' });
  const [report] = (error as unknown as { details: Explanation }).details.engines;
  t.is(report?.message, 'the image demo/busybox:1 is run there already by theirs');
});
