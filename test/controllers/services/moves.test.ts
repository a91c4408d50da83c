import test, { type ExecutionContext } from 'ava';
import { destroyContainer } from '../../../src/commands/containers/destroy-container.ts';
import { drainEngine } from '../../../src/commands/engines/drain-engine.ts';
import {
  createService,
  removeService,
  scaleService,
  updateService,
} from '../../../src/commands/services/change-service.ts';
import { moveService, stopMove } from '../../../src/commands/services/move-service.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { isMoveOver, type ServiceMove } from '../../../src/model/service-move.ts';
import { archiveOf } from '../../cli/copy/archives.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { type CrashPoint, Life } from '../../fixtures/mortal.ts';
import { containersOf, endLeadOf, eventually, isRunning, resyncAll, startServer, untilShown } from './stage.ts';

const image = { ...busybox, restart_policy: { name: 'always' }, volumes: ['data:/data'] } as const;
const db = { ...spec, image, update: { ...policy, monitor: 0 } } as const;

/** A service that runs on engine a with data in its volume, and may run anywhere. */
async function startDb(t: ExecutionContext, cluster: TestCluster, { replicas = 1, cpus = 0 } = {}): Promise<void> {
  await createService(cluster, 'db', { ...db, image: { ...image, cpus }, replicas });
  await untilShown(t, cluster, 'db', isRunning);
}

const content = archiveOf({ name: './rows', content: 'all that there is' });

interface Stage {
  readonly life?: Life;
  readonly replicas?: number;
  readonly cpus?: number;
  readonly engines?: number;
}

async function startOnA(t: ExecutionContext, options: Stage = {}) {
  const cluster = await startCluster(t, { engines: options.engines ?? 2, settings: { leaseMs: 1000 } });
  const [a, b, ...others] = cluster.engines;
  if (!a || !b) throw new Error('two engines are needed');
  // Only a has room until the service runs.
  for (const each of [b, ...others]) each.fail('createContainer', 'engine_failed');
  const server = await startServer(t, cluster, options.life ? { life: options.life } : {});
  await startDb(t, cluster, options);
  for (const each of [b, ...others]) each.heal();
  a.volumeFiles.set('data', await content);
  return { cluster, server, a, b };
}

function moveOf(cluster: TestCluster): ServiceMove | undefined {
  return cluster.cache.services.get('db')?.value.move;
}

async function untilOver(t: ExecutionContext, cluster: TestCluster): Promise<ServiceMove> {
  let move: ServiceMove | undefined;
  await eventually(
    t,
    async () => {
      await resyncAll(cluster);
      await cluster.cache.catchUp();
      move = moveOf(cluster);
      return move !== undefined && isMoveOver(move);
    },
    () => move,
  );
  if (!move) throw new Error('there is no move');
  return move;
}

test('a service runs on the other engine with its data, and its old container is gone', async (t) => {
  const { cluster, a, b } = await startOnA(t);
  await moveService(cluster, 'db', { to: 'b' });
  t.like(await untilOver(t, cluster), { phase: 'done', from: 'a', to: 'b' });
  await untilShown(t, cluster, 'db', isRunning);
  t.deepEqual(containersOf(cluster), ['b/1/1/2']);
  t.deepEqual(b.volumeFiles.get('data'), await content);
  t.true(a.volumes.has('data'), 'the old volume is kept');
  t.deepEqual(await cluster.store.list('volume-copy'), []);
});

test('what would start it again elsewhere does not: its data is where it was moved to', async (t) => {
  const { cluster, b } = await startOnA(t);
  await moveService(cluster, 'db', { to: 'b', areVolumesRemoved: true });
  await untilOver(t, cluster);
  t.false(cluster.engines[0]?.volumes.has('data'), 'the old volume is removed');
  const [moved = ''] = b.containers.keys();
  b.exit(moved, 1);
  await untilShown(t, cluster, 'db', (shown) => isRunning(shown) && !b.containers.has(moved));
  t.regex(containersOf(cluster).join(), /^b\/1\/1\/\d$/, 'although a is empty');
});

test('one that fails on the other engine is started again where it was, and what was copied is removed', async (t) => {
  const { cluster, a, b } = await startOnA(t);
  b.fail('startContainer', 'engine_failed');
  await moveService(cluster, 'db', { to: 'b' });
  const move = await untilOver(t, cluster);
  t.like(move, { phase: 'failed' });
  t.regex(move.message ?? '', /startContainer fails/);
  await untilShown(t, cluster, 'db', isRunning);
  t.deepEqual(containersOf(cluster), ['a/1/1/1'], 'the same container as before');
  t.false(b.volumes.has('data'));
  t.deepEqual(a.volumeFiles.get('data'), await content);
});

test('what was given away while it was stopped is not taken back: it waits for room where its data is', async (t) => {
  const { cluster, a, b } = await startOnA(t, { cpus: 3 });
  const startContainer = b.startContainer.bind(b);
  b.startContainer = async (...asked) => {
    await resyncAll(cluster);
    const where = { type: 'host', labels: ['host:a'] };
    const squatter = { ...busybox, restart_policy: {}, ...where, cpus: 3, container_name: 'squatter' };
    await runContainer(cluster, squatter);
    b.startContainer = startContainer;
    b.fail('startContainer', 'engine_failed');
    await startContainer(...asked);
  };
  await moveService(cluster, 'db', { to: 'b' });
  t.like(await untilOver(t, cluster), { phase: 'failed' });
  await resyncAll(cluster);
  const isAlive = ({ state }: { readonly state: string }) => state === 'running';
  t.is([...a.containers.values()].filter(isAlive).length, 1, 'the squatter alone');
  t.is((await cluster.store.sums('a')).get('cpu'), 3_000);
  await destroyContainer(cluster, 'squatter');
  await untilShown(t, cluster, 'db', isRunning);
  t.regex(containersOf(cluster).join(), /^a\/1\/1\/\d$/);
  t.deepEqual(a.volumeFiles.get('data'), await content);
});

test('a copy that fails leaves the service where it was, and says why', async (t) => {
  const { cluster, b } = await startOnA(t);
  b.fail('putArchive', 'disk_full');
  await moveService(cluster, 'db', { to: 'b' });
  const move = await untilOver(t, cluster);
  t.like(move, { phase: 'failed' });
  t.regex(move.message ?? '', /disk_full/);
  await untilShown(t, cluster, 'db', isRunning);
  t.deepEqual(containersOf(cluster), ['a/1/1/1']);
  t.false(b.volumes.has('data'));
});

test('all replicas of one engine move together', async (t) => {
  const { cluster, b } = await startOnA(t, { replicas: 3 });
  await moveService(cluster, 'db', { to: 'b' });
  t.like(await untilOver(t, cluster), { phase: 'done' });
  await untilShown(t, cluster, 'db', isRunning);
  t.deepEqual(containersOf(cluster), ['b/1/1/2', 'b/2/1/2', 'b/3/1/2']);
  t.deepEqual(b.volumeFiles.get('data'), await content);
});

test('a move is refused before anything is stopped', async (t) => {
  const { cluster, a, b } = await startOnA(t);
  const refused = (to: string, code: string, more = {}) =>
    t.throwsAsync(moveService(cluster, 'db', { to, ...more }), { code });
  await refused('nowhere', 'no_such_engine');
  await refused('a', 'invalid');
  await refused('b', 'invalid', { from: 'b' });
  await b.createVolume({ name: 'data' });
  await refused('b', 'name_taken');
  const other = { ...busybox, restart_policy: {}, volumes: ['data:/x'] };
  await b.createContainer({ image: other, name: 'theirs', labels: {}, maximumCpus: 1 });
  await refused('b', 'volume_in_use', { isReplacing: true });
  for (const id of b.containers.keys()) await b.removeContainer(id);
  await b.removeVolume('data');
  const id = await a.createContainer({ image: other, name: 'beside', labels: {}, maximumCpus: 1 });
  await a.startContainer(id);
  await refused('b', 'volume_in_use');
  t.deepEqual(moveOf(cluster), undefined);
  t.false(a.calls.some((call) => call.startsWith('stopContainer')));
});

test('a service that is removed while it moves is gone, with what was copied', async (t) => {
  const { cluster, a, b } = await startOnA(t);
  b.latencyMs.set('putArchive', 300);
  await moveService(cluster, 'db', { to: 'b' });
  await eventually(t, () => b.calls.some((call) => call.startsWith('putArchive')));
  await removeService(cluster, 'db');
  await eventually(t, async () => {
    await resyncAll(cluster);
    return (await cluster.store.read('service', 'db')) === undefined;
  });
  t.deepEqual(containersOf(cluster), []);
  await eventually(t, async () => (await cluster.store.list('volume-copy')).length === 0);
  t.false(b.volumes.has('data'));
  t.true(a.volumes.has('data'));
});

test('a move that is stopped leaves the service where it was', async (t) => {
  const { cluster, b } = await startOnA(t);
  b.latencyMs.set('putArchive', 300);
  await moveService(cluster, 'db', { to: 'b' });
  await t.throwsAsync(moveService(cluster, 'db', { to: 'b' }), { code: 'wrong_state' });
  await eventually(t, () => b.calls.some((call) => call.startsWith('putArchive')));
  await scaleService(cluster, 'db', 1);
  await stopMove(cluster, 'db');
  t.like(await untilOver(t, cluster), { phase: 'failed', message: 'it was stopped by request' });
  await untilShown(t, cluster, 'db', isRunning);
  t.deepEqual(containersOf(cluster), ['a/1/1/1']);
  await t.throwsAsync(stopMove(cluster, 'db'), { code: 'wrong_state' });
});

test('a drain leaves a service with a volume where it is, or moves it with it', async (t) => {
  const { cluster, b } = await startOnA(t);
  await t.throwsAsync(drainEngine(cluster, 'a', { force: false }), {
    code: 'drain_blocked',
    message: /--with-volumes/,
  });
  await b.createVolume({ name: 'data' });
  const taken = drainEngine(cluster, 'a', { force: false, withVolumes: true });
  await t.throwsAsync(taken, { code: 'drain_blocked', message: /engine b has a volume data already/ });
  t.is(cluster.cache.engine('a').value.intent, 'active');
  await b.removeVolume('data');
  const { moves, blocked } = await drainEngine(cluster, 'a', { force: false, withVolumes: true });
  t.deepEqual(blocked, []);
  t.deepEqual(
    moves.map(({ engine }) => engine),
    ['b'],
  );
  t.like(await untilOver(t, cluster), { phase: 'done' });
  t.deepEqual(containersOf(cluster), ['b/1/1/2']);
  await eventually(t, () => cluster.cache.engine('a').value.intent === 'maintenance');
});

for (const [old, free] of [
  ['b', 'c'],
  ['c', 'b'],
] as const) {
  test(`a drain moves volumes to ${free} where ${old} has an old one of the name`, async (t) => {
    const { cluster } = await startOnA(t, { engines: 3 });
    await cluster.engines.find(({ id }) => id === old)?.createVolume({ name: 'data' });
    const { moves } = await drainEngine(cluster, 'a', { force: false, withVolumes: true });
    t.deepEqual(
      moves.map(({ engine }) => engine),
      [free],
    );
    t.like(await untilOver(t, cluster), { phase: 'done', to: free });
  });
}

for (const order of ['start-first', 'stop-first'] as const) {
  test(`an updated service stays where its volume is, ${order}`, async (t) => {
    const { cluster } = await startOnA(t);
    await updateService(cluster, 'db', { update: { order }, image: { ...image, environment: { VERSION: '2' } } });
    await untilShown(t, cluster, 'db', (shown) => isRunning(shown) && shown.record.generation === 2);
    t.regex(containersOf(cluster).join(), /^a\/1\/2\/\d$/, 'although b is empty');
    const [container = ''] = cluster.engines[0]?.containers.keys() ?? [];
    cluster.engines[0]?.exit(container, 1);
    await untilShown(t, cluster, 'db', (shown) => isRunning(shown) && !cluster.engines[0]?.containers.has(container));
    t.regex(containersOf(cluster).join(), /^a\//, 'after a failure, too');
  });
}

/** As time would: whoever holds it does not say so any more. */
async function endLease({ store }: TestCluster, name: string): Promise<void> {
  const last = (await store.acquireLease('any', 'a test', 1))?.token ?? 0;
  for (let token = last; token > 0; token--) if (await store.releaseLease(name, token)) return;
}

/** One server dies at the point, and another one goes on. */
const outlives = test.macro({
  async exec(t, point: CrashPoint) {
    const life = new Life({ call: 'never', when: 'before' });
    const { cluster, a, b } = await startOnA(t, { life });
    const running = () =>
      [a, b]
        .flatMap(({ containers }) => [...containers.values()])
        .filter(({ state, labels }) => state === 'running' && labels['satsuma.service']).length;
    let most = 0;
    for (const engine of [a, b]) {
      const start = engine.startContainer.bind(engine);
      engine.startContainer = async (id) => {
        await start(id);
        most = Math.max(most, running());
      };
    }
    life.arm(point);
    const heir = life.ended.then(async () => {
      await life.aftermath();
      await endLeadOf(cluster, 'one');
      for (const { id } of await cluster.store.list('volume-copy')) await endLease(cluster, `volume-copy/${id}`);
      await startServer(t, cluster, { id: 'two' });
    });
    await moveService(cluster, 'db', { to: 'b' });
    t.like(await untilOver(t, cluster), { phase: 'done' });
    await untilShown(t, cluster, 'db', isRunning);
    t.is(containersOf(cluster).length, 1);
    t.is(most, 1, 'never two at a time');
    t.deepEqual(b.volumeFiles.get('data'), await content);
    await eventually(t, async () => (await cluster.store.list('volume-copy')).length === 0);
    const holders = [a, b]
      .flatMap(({ containers }) => [...containers.values()])
      .filter(({ name }) => /volume-copy/.test(name));
    t.deepEqual(holders, []);
    if (typeof point.call === 'string') t.true(life.isOver, 'there is no such call');
    if (life.isOver) await heir;
  },
  title: (_, { call, when }: CrashPoint) => `a move whose server dies ${when} its call ${call} is finished by another`,
});

const named = [
  ...['inspectImage', 'updateContainer', 'stopContainer', 'createVolume', 'putArchive', 'createContainer'],
  ...['startContainer', 'removeContainer', 'bind', 'release'],
];
for (const [index, call] of named.entries()) test(outlives, { call, when: index % 2 === 0 ? 'before' : 'after' });
for (const [index, call] of named.entries()) test(outlives, { call, when: index % 2 === 0 ? 'after' : 'before' });
// Whichever it is: how many there are depends on how fast the server is.
for (let call = 3; call <= 43; call += 5) test(outlives, { call, when: call % 2 === 0 ? 'before' : 'after' });
