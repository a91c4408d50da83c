import test from 'ava';
import { runContainer } from '../../../src/execution/run-container.ts';
import type { FakeEngine } from '../../engines/fake-engine.ts';
import { engineOf, openDocker } from './docker-door.ts';

/** What an engine lists of its containers that do not run. */
function listStopped(engine: FakeEngine, more: object = {}): void {
  const entries = [...engine.containers.values()].map(({ id, labels, image }) => {
    return { Id: id, Labels: { ...labels, ...image.container_labels }, ...more };
  });
  engine.relayed.set('GET /containers/json', {
    body: entries.map((entry) => ({ Created: 1_700_000_000, SizeRw: 100, ...entry })),
  });
}

test('containers that do not run are pruned with their claims, and what they wrote is summed up', async (t) => {
  const { cluster, docker, create } = await openDocker(t);
  const ids = [await create({ HostConfig: { NanoCpus: 1e9 } }), await create(), await create()];
  for (const engine of cluster.engines) listStopped(engine);
  const running = ids[2] ?? '';
  await docker('POST', `/containers/${running}/start`);
  const { status, body } = await docker('POST', '/v1.41/containers/prune');
  t.is(status, 200);
  t.deepEqual(body.ContainersDeleted.toSorted(), ids.slice(0, 2).sort());
  t.is(body.SpaceReclaimed, 200);
  const left = cluster.engines.flatMap(({ containers }) => [...containers.keys()]);
  t.deepEqual(left, [running]);
  t.is((await cluster.store.list('engine')).length, 2);
  t.deepEqual(
    cluster.cache.reservations().map(({ containerId }) => containerId),
    [running],
  );
  const [asked] = engineOf(cluster, 'a').relays;
  t.is(asked?.query?.get('size'), '1');
  for (const engine of cluster.engines) engine.relayed.set('GET /containers/json', { body: [] });
  t.deepEqual((await docker('POST', '/containers/prune')).body, { ContainersDeleted: null, SpaceReclaimed: 0 });
});

test('what a service or a job has, what is being made, and what copies volumes is not pruned', async (t) => {
  const { cluster, docker, create } = await openDocker(t, { engines: 1 });
  const engine = engineOf(cluster, 'a');
  const image = { name: 'demo/busybox:1', type: 'label', restart_policy: {} };
  const replica = { service: 'web', slot: '1', generation: 1, copy: 1 };
  const task = { job: 'nightly', jobId: 'j', run: 1, slot: 1, attempt: 1 };
  await runContainer(cluster, image, { replica, isLeftUnstarted: true });
  const ofJob = await create();
  for (const { value, version: ifVersion } of cluster.cache.records('a')) {
    const { state: _, ...record } = value;
    if (value.containerId === ofJob) await cluster.store.adopt({ ...record, task }, ofJob, { ifVersion });
  }
  const free = await create();
  // Between its create and the moment in which the ledger knows its id.
  let goOn = () => {};
  const isReleased = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const bind = cluster.store.bind.bind(cluster.store);
  const isBinding = new Promise<void>((resolve) => {
    cluster.store.bind = async (...args) => {
      resolve();
      await isReleased;
      return await bind(...args);
    };
  });
  const made = create();
  await isBinding;
  listStopped(engine);
  const entries = engine.relayed.get('GET /containers/json')?.body as object[];
  entries.push({ Id: 'f'.repeat(64), Created: 1, Labels: { 'satsuma.volume-copy': 'x' } });
  t.deepEqual((await docker('POST', '/containers/prune')).body.ContainersDeleted, [free]);
  t.is(engine.containers.size, 3);
  goOn();
  t.true(engine.containers.has(await made));
});

test('filters of a prune are Docker’s, and what is none is refused before anything is removed', async (t) => {
  const { cluster, docker, create } = await openDocker(t, { engines: 1 });
  const kept = await create({ Labels: { tier: 'db', keep: '' } });
  const gone = await create({ Labels: { tier: 'web' } });
  const engine = engineOf(cluster, 'a');
  listStopped(engine, { Created: Math.floor(cluster.clock.now() / 1000) - 3600 });
  const prune = async (filters: object) => {
    const { status, body } = await docker('POST', `/containers/prune?filters=${JSON.stringify(filters)}`);
    return status === 200 ? body.ContainersDeleted : status;
  };
  t.is(await prune({ nonsense: ['1'] }), 400);
  t.is(await prune({ until: ['yesterday'] }), 400);
  t.is(await prune({ until: ['1h', '2h'] }), 400);
  t.is(await prune({ until: ['2h'] }), null);
  t.is(await prune({ until: ['2001-01-01'] }), null);
  t.is(await prune({ label: ['tier=cache'] }), null);
  t.is(await prune({ label: ['tier'], 'label!': ['tier'] }), null);
  t.deepEqual(await prune({ until: ['30m'], label: { tier: true }, 'label!': ['keep'] }), [gone]);
  t.deepEqual([...engine.containers.keys()], [kept]);
});

test('an engine that fails costs its own part; where none answers that is the answer', async (t) => {
  const { cluster, docker, create } = await openDocker(t);
  const id = await create({ Env: ['constraint:engine==a'] });
  for (const engine of cluster.engines) listStopped(engine);
  engineOf(cluster, 'b').fail('relay', 'engine_unreachable');
  t.deepEqual((await docker('POST', '/containers/prune')).body.ContainersDeleted, [id]);
  engineOf(cluster, 'a').fail('relay', 'engine_unreachable');
  t.is((await docker('POST', '/containers/prune')).status, 502);
});

test('volumes without a name are pruned, those with a name for an older client or where all are wanted', async (t) => {
  const { cluster, docker } = await openDocker(t);
  const anonymous = 'f'.repeat(64);
  const engine = engineOf(cluster, 'a');
  const fill = async () => {
    for (const name of [anonymous, 'data']) await engine.createVolume({ name, labels: { of: name } });
  };
  engine.relayed.set('GET /system/df', {
    body: { Volumes: [anonymous, 'data'].map((Name) => ({ Name, UsageData: { Size: 7, RefCount: 0 } })) },
  });
  await fill();
  const prune = async (path: string) => (await docker('POST', path)).body;
  const measured = () => cluster.engines.map(({ relays }) => relays.filter(({ path }) => path === '/system/df').length);
  t.deepEqual(await prune('/volumes/prune'), { VolumesDeleted: [anonymous], SpaceReclaimed: 7 });
  t.deepEqual(measured(), [1, 0], 'sizes are asked of the engine that loses volumes');
  t.deepEqual(await prune('/volumes/prune'), { VolumesDeleted: null, SpaceReclaimed: 0 });
  t.deepEqual(measured(), [1, 0]);
  await fill();
  const filters = JSON.stringify({ label: ['of=data'], all: ['1'] });
  t.deepEqual((await prune(`/volumes/prune?filters=${filters}`)).VolumesDeleted, ['data']);
  await fill();
  t.deepEqual((await prune('/v1.41/volumes/prune')).VolumesDeleted.toSorted(), ['data', anonymous]);
  t.is((await docker('POST', '/volumes/prune?filters={"until":["1h"]}')).status, 400);
});

test('networks that nothing is in are pruned', async (t) => {
  const { cluster, docker } = await openDocker(t);
  const engine = engineOf(cluster, 'a');
  for (const name of ['front', 'back']) await engine.createNetwork({ name, labels: { of: name } });
  const filters = JSON.stringify({ label: ['of=back'] });
  t.deepEqual((await docker('POST', `/networks/prune?filters=${filters}`)).body, { NetworksDeleted: ['back'] });
  t.deepEqual([...engine.networks.keys()], ['front']);
});

test('images without a name are pruned, all unused ones where dangling is false', async (t) => {
  const { cluster, docker } = await openDocker(t, { engines: 1 });
  const prune = async (filters: object) =>
    (await docker('POST', `/images/prune?filters=${JSON.stringify(filters)}`)).body;
  const engine = engineOf(cluster, 'a');
  engine.images.add('demo/old:1');
  t.deepEqual(await prune({}), { ImagesDeleted: null, SpaceReclaimed: 0 });
  t.is((await prune({ dangling: ['perhaps'] })).message.includes('true or false'), true);
  const { ImagesDeleted, SpaceReclaimed } = await prune({ dangling: ['false'] });
  t.true(JSON.stringify(ImagesDeleted).includes('demo/old:1'));
  t.true(SpaceReclaimed > 0);
  t.false(engine.images.has('demo/old:1'));
});

test('disk usage is that of all engines', async (t) => {
  const { cluster, docker } = await openDocker(t);
  const usage = (name: string) => ({
    ...{ LayersSize: 5, BuilderSize: 1, Images: [{ Id: 'sha256:1' }], Containers: [{ Id: name }], BuildCache: null },
    Volumes: [{ Name: 'data', UsageData: { Size: 1 } }],
  });
  for (const id of ['a', 'b']) engineOf(cluster, id).relayed.set('GET /system/df', { body: usage(id) });
  const { body } = await docker('GET', '/v1.41/system/df?type=volume');
  t.is(body.LayersSize, 10);
  t.deepEqual(body.Containers, [{ Id: 'a' }, { Id: 'b' }]);
  t.is(body.Images.length, 2);
  t.deepEqual(
    body.Volumes.map(({ Name }: { Name: string }) => Name),
    ['a/data', 'b/data'],
  );
  t.deepEqual(body.BuildCache, []);
  t.is(engineOf(cluster, 'a').relays.at(-1)?.query?.get('type'), 'volume');
  engineOf(cluster, 'b').fail('relay', 'engine_unreachable');
  t.is((await docker('GET', '/system/df')).body.LayersSize, 5);
});
