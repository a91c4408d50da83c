import test, { type ExecutionContext } from 'ava';
import { destroyContainer } from '../../src/commands/containers/destroy-container.ts';
import { inspectDocument } from '../../src/commands/containers/inspect-container.ts';
import { readLogs } from '../../src/commands/containers/read-logs.ts';
import { stopContainer } from '../../src/commands/containers/stop-container.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { busybox } from '../decisions/services/views.ts';
import { startCluster } from '../fixtures/harness.ts';

const deadlines = { startMs: 60_000, restartMs: 30_000 };
const image = { ...busybox, strategy: 'binpack' } as const;

/** A container on `a`, whose engine is away for the next calls of a kind. */
async function open(t: ExecutionContext, settings = deadlines) {
  const cluster = await startCluster(t, { engines: 2, settings: { deadlines: settings } });
  const { id, engine } = await runContainer(cluster, { ...image, container_name: 'till' });
  return { cluster, id, engine: cluster.pool.client(engine) };
}

function callsOf({ calls }: { readonly calls: readonly string[] }, call: string): number {
  return calls.filter((each) => each.startsWith(call)).length;
}

test('a container is removed, stopped and read once its restarting engine is back', async (t) => {
  const { cluster, engine } = await open(t);
  engine.fail('openLogs', 'engine_unreachable', { times: 2 });
  await readLogs(cluster, 'till', {
    follow: false,
    tail: 1,
    stdout: true,
    stderr: true,
    timestamps: false,
    signal: new AbortController().signal,
  });
  engine.fail('stopContainer', 'engine_unreachable', { times: 1 });
  await stopContainer(cluster, 'till');
  engine.fail('removeContainer', 'engine_unreachable', { times: 2 });
  await destroyContainer(cluster, 'till');
  t.is(callsOf(engine, 'removeContainer'), 3);
  t.is(engine.containers.size, 0);
  t.is(cluster.cache.reservations().length, 0);
});

test('a removal with a lost response succeeds when it is repeated', async (t) => {
  const { cluster, engine } = await open(t);
  engine.fail('removeContainer', 'engine_unreachable', { times: 1, takesEffect: true });
  await destroyContainer(cluster, 'till');
  t.is(cluster.cache.reservations().length, 0);
  await t.throwsAsync(destroyContainer(cluster, 'till'), { code: 'no_such_container' });
});

test('calls do not wait for an engine that has been down for longer, or that refuses', async (t) => {
  const { cluster, engine } = await open(t);
  engine.fail('any', 'engine_unreachable');
  await resyncEngine(cluster, engine.id);
  t.is(cluster.cache.engine(engine.id).value.condition, 'down');
  cluster.clock.turn(deadlines.restartMs);
  const before = callsOf(engine, 'removeContainer');
  await t.throwsAsync(destroyContainer(cluster, 'till'), { code: 'engine_unreachable' });
  t.is(callsOf(engine, 'removeContainer'), before + 1);
  engine.heal();
  engine.fail('removeContainer', 'engine_refused');
  await t.throwsAsync(destroyContainer(cluster, 'till'), { code: 'engine_refused' });
  t.is(callsOf(engine, 'removeContainer'), before + 2);
});

test('calls do not wait if waiting is disabled', async (t) => {
  const { cluster, engine } = await open(t, { startMs: 60_000, restartMs: 0 });
  engine.fail('removeContainer', 'engine_unreachable', { times: 1 });
  await t.throwsAsync(destroyContainer(cluster, 'till'), { code: 'engine_unreachable' });
  t.is(callsOf(engine, 'removeContainer'), 1);
});

for (const takesEffect of [true, false]) {
  const done = takesEffect ? 'was carried out' : 'was not';
  test(`a create with a lost response that ${done} leaves one running container`, async (t) => {
    const { cluster, engine } = await open(t);
    engine.fail('createContainer', 'engine_timeout', { times: 1, takesEffect });
    const ran = await runContainer(cluster, { ...image, container_name: 'web' }, { first: engine.id });
    const all = cluster.engines.flatMap(({ containers }) => [...containers.values()]);
    t.deepEqual(
      all.filter(({ name }) => name === 'web').map(({ id, state }) => [id, state]),
      [[ran.id, 'running']],
    );
    t.is(cluster.cache.reservations().length, 2);
  });

  test(`a start with a lost response that ${done} starts one container`, async (t) => {
    const { cluster, engine } = await open(t);
    engine.fail('startContainer', 'engine_timeout', { times: 1, takesEffect });
    const before = callsOf(engine, 'startContainer');
    const ran = await runContainer(cluster, { ...image, container_name: 'web' }, { first: engine.id });
    t.is(ran.engine.id, engine.id);
    t.is(engine.containers.get(ran.id)?.state, 'running');
    t.is(callsOf(engine, 'startContainer') - before, takesEffect ? 1 : 2);
    t.is(cluster.cache.reservationsOf(ran.id)[0]?.state, 'bound');
  });
}

test('a container that ran and ended during an uncertain start is not started again', async (t) => {
  const { cluster, engine } = await open(t);
  engine.fail('startContainer', 'engine_timeout', { times: 1, takesEffect: true });
  const listing = engine.listContainers.bind(engine);
  engine.listContainers = (filter) => {
    for (const { id, name } of engine.containers.values()) if (name === 'web') engine.exit(id, 3);
    return listing(filter);
  };
  const before = callsOf(engine, 'startContainer');
  await runContainer(cluster, { ...image, container_name: 'web' }, { first: engine.id });
  t.is(callsOf(engine, 'startContainer') - before, 1);
});

test('the outcome of a start is queried again if the restarting daemon answers late', async (t) => {
  const { cluster, engine } = await open(t);
  engine.fail('startContainer', 'engine_timeout', { times: 1 });
  engine.fail('listContainers', 'engine_timeout', { times: 2 });
  const ran = await runContainer(cluster, { ...image, container_name: 'web' }, { first: engine.id });
  t.is(ran.engine.id, engine.id);
  t.is(engine.containers.get(ran.id)?.state, 'running');
});

test('a read is repeated after a timeout of a restarting engine, and of no other', async (t) => {
  const { cluster, engine } = await open(t);
  const inspect = () => inspectDocument(cluster, 'till');
  engine.fail('inspectDocument', 'engine_timeout', { times: 1 });
  await t.throwsAsync(inspect(), { code: 'engine_timeout' });
  engine.fail('any', 'engine_unreachable');
  await resyncEngine(cluster, engine.id);
  engine.heal();
  engine.fail('inspectDocument', 'engine_timeout', { times: 2 });
  await t.notThrowsAsync(inspect());
});

test('if the engine does not return, the error of a lost create is unchanged, and its claims are kept', async (t) => {
  const { cluster, engine } = await open(t, { startMs: 60_000, restartMs: 1 });
  engine.fail('createContainer', 'engine_timeout', { takesEffect: true });
  engine.fail('listContainers', 'engine_unreachable');
  await t.throwsAsync(runContainer(cluster, { ...image, container_name: 'web' }, { first: engine.id }), {
    code: 'engine_timeout',
  });
  t.is(cluster.cache.reservations().filter(({ name }) => name === 'web').length, 1);
});

test('a container that its engine refuses after an interrupted start runs on another one', async (t) => {
  const { cluster, engine } = await open(t);
  engine.fail('startContainer', 'engine_timeout', { times: 1 });
  const listing = engine.listContainers.bind(engine);
  engine.listContainers = (filter) => {
    engine.fail('startContainer', 'engine_failed');
    return listing(filter);
  };
  const ran = await runContainer(cluster, { ...image, container_name: 'web' }, { first: engine.id });
  t.not(ran.engine.id, engine.id);
  t.deepEqual(
    [...engine.containers.values()].map(({ name }) => name),
    ['till'],
  );
});
