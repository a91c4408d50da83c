import test from 'ava';
import { restartContainer, startContainer } from '../../../src/commands/containers/start-container.ts';
import { killContainer, stopContainer } from '../../../src/commands/containers/stop-container.ts';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { resyncAll, startCluster, type TestCluster } from '../../fixtures/harness.ts';

const web = {
  name: 'demo/busybox:1',
  type: 'label',
  restart_policy: {},
  memory: 100,
  cpus: 1,
  container_name: 'web',
  bind_ports: [{ proto: 'tcp', port: 8080, container_port: 80 }],
} as const;
const other = { ...web, container_name: 'other' } as const;
const heldByWeb = { cpu: 1000, 'image/demo/busybox:1': 1, memory: 100, 'name/web': 1, 'port/tcp/8080': 65_536 };

const held = async ({ store }: TestCluster) => Object.fromEntries(await store.sums('a'));
const calls = (cluster: TestCluster, call: string) =>
  cluster.pool.client({ id: 'a' }).calls.filter((each) => each.startsWith(call)).length;

test('what a stop gives back is free when it returns, and a start takes it again', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, web);
  t.is((await stopContainer(cluster, 'web')).container.state, 'exited');
  t.deepEqual(await held(cluster), { 'name/web': 1 });
  const { container, reservation } = await startContainer(cluster, id.slice(0, 12));
  t.is(container.state, 'running');
  t.deepEqual(await held(cluster), heldByWeb);
  t.is(reservation?.claims.length, 5);
  t.deepEqual(await cluster.store.expired(), []);
});

test('starting what runs and stopping what is stopped change nothing', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, web);
  await cluster.cache.catchUp();
  const head = await cluster.store.head();
  t.is((await startContainer(cluster, 'web')).container.state, 'running');
  t.is(await cluster.store.head(), head);
  t.is(calls(cluster, 'startContainer'), 1);
  await stopContainer(cluster, 'web');
  const stopped = await cluster.store.head();
  t.is((await stopContainer(cluster, 'web')).container.state, 'exited');
  t.is(await cluster.store.head(), stopped);
});

test('a place that was taken meanwhile is named with its holder, and nothing is started or held', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, web);
  await stopContainer(cluster, 'web');
  await runContainer(cluster, other);
  const before = await held(cluster);
  const error = await t.throwsAsync<SatsumaError>(startContainer(cluster, 'web'), { code: 'claim_taken' });
  t.regex(error?.message ?? '', /web cannot be started on engine a: port tcp\/8080 is taken by other/);
  t.deepEqual(error?.details, {
    engine: 'a',
    claims: [{ key: 'port/tcp/8080', wanted: 65_536, free: 0, limit: 65_536, held_by: ['other'] }],
  });
  t.deepEqual(await held(cluster), before);
  t.is(calls(cluster, 'startContainer'), 2, 'the engine was not asked');
  await stopContainer(cluster, 'other');
  t.is((await startContainer(cluster, 'web')).container.state, 'running');
});

test('CPUs and memory are in the way like anything else, by the limits that the engine has now', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, { ...web, cpus: 2, memory: 6000 });
  await stopContainer(cluster, 'web');
  await updateEngine(cluster, 'a', { cpus: 1, memory: 5000 });
  const error = await t.throwsAsync<SatsumaError>(startContainer(cluster, 'web'), { code: 'claim_taken' });
  t.regex(
    error?.message ?? '',
    /2 cpus wanted, 1 of 1 free; 6000 MB of memory wanted, 5000 of 5000 free; destroy this one and run it anew elsewhere/,
  );
  await updateEngine(cluster, 'a', { cpus: 4, memory: 6000 });
  await startContainer(cluster, 'web');
  t.is((await held(cluster)).memory, 6000);
});

test('a foreign container gets no port that one of ours holds, and its claims when there is room', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const engine = cluster.pool.client({ id: 'a' });
  engine.runForeign('theirs', { bind_ports: web.bind_ports, memory: 50 });
  engine.exit('theirs');
  await resyncAll(cluster);
  await runContainer(cluster, web);
  const error = await t.throwsAsync<SatsumaError>(startContainer(cluster, 'theirs'), { code: 'claim_taken' });
  t.regex(error?.message ?? '', /port tcp\/8080 is taken by web/);
  await stopContainer(cluster, 'web');
  await startContainer(cluster, 'theirs');
  const sums = await held(cluster);
  t.deepEqual(sums, {
    'image/demo/busybox:1': 1,
    memory: 50,
    'name/theirs': 1,
    'name/web': 1,
    'port/tcp/8080': 65_536,
  });
  const records = await cluster.store.reservations();
  await resyncEngine(cluster, 'a');
  t.deepEqual(await cluster.store.reservations(), records, 'what is seen of it is what it took');
});

test('a start that the engine refuses leaves the container stopped and nothing held', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, web);
  await stopContainer(cluster, 'web');
  cluster.engines[0]?.foreignPorts.add('tcp/8080');
  await t.throwsAsync(startContainer(cluster, 'web'), { code: 'port_taken' });
  t.deepEqual(await held(cluster), { 'name/web': 1 });
  t.like((await cluster.store.reservations())[0]?.value, { state: 'bound', isAtRest: true });
});

test('a start whose container is gone gives everything back', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, web);
  await stopContainer(cluster, 'web');
  const engine = cluster.pool.client({ id: 'a' });
  engine.latencyMs.set('startContainer', 500);
  const starting = startContainer(cluster, 'web');
  while (calls(cluster, 'startContainer') < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await engine.removeContainer(id);
  await t.throwsAsync(starting, { code: 'no_such_container' });
  t.deepEqual(await held(cluster), {});
});

test('a first start takes nothing again: whether it fails or has no answer, the container holds what it held', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, web, { isLeftUnstarted: true, isKept: true });
  const engine = cluster.pool.client({ id: 'a' });
  const isUnstarted = () => cluster.cache.reservationsOf(id)[0]?.isUnstarted;
  const lists: number[] = [];
  for (const code of ['engine_failed', 'engine_timeout'] as const) {
    engine.fail('startContainer', code, { times: 1 });
    const before = calls(cluster, 'listContainers');
    await t.throwsAsync(startContainer(cluster, 'web'), { code });
    lists.push(calls(cluster, 'listContainers') - before);
    t.deepEqual(await held(cluster), heldByWeb);
    t.true(isUnstarted());
  }
  t.deepEqual(lists, [1, 0], 'an engine that hangs is not asked what became of it');
  t.is((await startContainer(cluster, 'web')).container.state, 'running');
  t.deepEqual(await held(cluster), heldByWeb);
  t.is(isUnstarted(), undefined);
  t.deepEqual(await cluster.store.expired(), []);
});

test('while the store is away nothing is started: another server may have given the room away', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, web, { isLeftUnstarted: true, isKept: true });
  cluster.store.position = () => Promise.reject(new SatsumaError('store_unavailable', 'the store is away'));
  await t.throwsAsync(startContainer(cluster, 'web'), { code: 'store_unavailable' });
  t.is(calls(cluster, 'startContainer'), 0);
});

test('of containers that were never started the one that was removed by hand gives everything back', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, web, { isLeftUnstarted: true, isKept: true });
  cluster.pool.client({ id: 'a' }).containers.delete(id);
  await t.throwsAsync(startContainer(cluster, 'web'), { code: 'no_such_container', message: /web/ });
  await cluster.cache.catchUp();
  t.deepEqual(await held(cluster), {});
});

test('a start without an answer holds everything until its lease is over, and then what is seen', async (t) => {
  for (const takesEffect of [false, true]) {
    const cluster = await startCluster(t, { engines: 1 });
    const engine = cluster.pool.client({ id: 'a' });
    await runContainer(cluster, web);
    await stopContainer(cluster, 'web');
    const [stopped] = await cluster.store.reservations();
    engine.fail('startContainer', 'engine_timeout', { takesEffect, times: 1 });
    await t.throwsAsync(startContainer(cluster, 'web'), { code: 'engine_timeout' });
    t.deepEqual(await held(cluster), heldByWeb);
    await t.throwsAsync(runContainer(cluster, other), { code: 'unschedulable' });
    await cluster.store.renew(stopped?.id ?? '', 0);
    await resyncEngine(cluster, 'a');
    t.deepEqual(await held(cluster), takesEffect ? heldByWeb : { 'name/web': 1 });
    t.is((await startContainer(cluster, 'web')).container.state, 'running');
  }
});

test('a look while the container is being started changes nothing', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const engine = cluster.pool.client({ id: 'a' });
  await runContainer(cluster, web);
  await stopContainer(cluster, 'web');
  engine.latencyMs.set('startContainer', 30);
  const starting = startContainer(cluster, 'web');
  while (calls(cluster, 'startContainer') < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await resyncEngine(cluster, 'a');
  t.deepEqual(await held(cluster), heldByWeb);
  await starting;
  t.like((await cluster.store.reservations())[0]?.value, { state: 'bound', isAtRest: undefined });
});

test('many who start it at once all find it running, and it is counted once', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, web);
  await stopContainer(cluster, 'web');
  cluster.pool.client({ id: 'a' }).latencyMs.set('startContainer', 5);
  const started = await Promise.all(Array.from({ length: 8 }, () => startContainer(cluster, 'web')));
  t.true(started.every(({ container }) => container.state === 'running'));
  t.deepEqual(await held(cluster), heldByWeb);
  t.is((await cluster.store.reservations())[0]?.value.state, 'bound');
});

test('of two stopped containers that want one port one is started', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, web);
  await stopContainer(cluster, 'web');
  await runContainer(cluster, other);
  await stopContainer(cluster, 'other');
  const results = await Promise.allSettled(['web', 'other'].map((name) => startContainer(cluster, name)));
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 1);
  t.is((await held(cluster))['port/tcp/8080'], 65_536);
  t.is(calls(cluster, 'startContainer'), 3);
});

test('a restart holds everything all the while, and starts what is stopped', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const engine = cluster.pool.client({ id: 'a' });
  await runContainer(cluster, web);
  engine.latencyMs.set('restartContainer', 20);
  const restarting = restartContainer(cluster, 'web', { timeoutSeconds: 3 });
  while (calls(cluster, 'restartContainer') < 1) await new Promise((resolve) => setTimeout(resolve, 1));
  await t.throwsAsync(runContainer(cluster, other), { code: 'unschedulable' });
  t.is((await restarting).container.state, 'running');
  t.true(engine.calls.some((call) => /^restartContainer \w+ 3$/.test(call)));
  await stopContainer(cluster, 'web');
  t.is((await restartContainer(cluster, 'web')).container.state, 'running');
  t.deepEqual(await held(cluster), heldByWeb);
});

test('a restart that broke off after the stop leaves nothing held', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const engine = cluster.pool.client({ id: 'a' });
  const { id } = await runContainer(cluster, web);
  engine.fail('restartContainer', 'engine_refused');
  const restarting = restartContainer(cluster, 'web');
  engine.exit(id);
  await t.throwsAsync(restarting, { code: 'engine_refused' });
  t.deepEqual(await held(cluster), { 'name/web': 1 });
});

test('a container that is stopped while it is being started holds its name only', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const engine = cluster.pool.client({ id: 'a' });
  const { id } = await runContainer(cluster, web);
  await stopContainer(cluster, 'web');
  engine.latencyMs.set('startContainer', 10);
  const starting = startContainer(cluster, 'web');
  while (engine.containers.get(id)?.state !== 'running') {
    await new Promise((resolve) => setImmediate(resolve));
  }
  engine.exit(id);
  t.is((await starting).container.state, 'exited');
  t.deepEqual(await held(cluster), { 'name/web': 1 });
});

test('a kill stops it, a gentle signal does not, and one that does not run cannot be killed', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, web);
  t.is((await killContainer(cluster, 'web', { signal: 'HUP' })).container.state, 'running');
  t.deepEqual(await held(cluster), heldByWeb);
  t.is((await killContainer(cluster, 'web')).container.state, 'exited');
  t.deepEqual(await held(cluster), { 'name/web': 1 });
  await t.throwsAsync(killContainer(cluster, 'web'), { code: 'wrong_state' });
  t.is((await killContainer(cluster, 'web', { isRetry: true })).container.state, 'exited');
});

test('a stop without an answer gives nothing back that is not seen to be free', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, web);
  cluster.engines[0]?.fail('stopContainer', 'engine_timeout', { takesEffect: true, times: 1 });
  await t.throwsAsync(stopContainer(cluster, 'web'), { code: 'engine_timeout' });
  t.deepEqual(await held(cluster), heldByWeb);
  await resyncEngine(cluster, 'a');
  t.deepEqual(await held(cluster), { 'name/web': 1 });
});

test('what nobody knows cannot be started, stopped or killed', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  for (const act of [startContainer, restartContainer, stopContainer, killContainer]) {
    await t.throwsAsync(act(cluster, 'nobody'), { code: 'no_such_container' });
  }
});
