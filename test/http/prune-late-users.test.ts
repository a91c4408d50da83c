import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { openDoor } from './open-door.ts';

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

async function open(t: ExecutionContext) {
  const door = await openDoor(t, { engines: 1 });
  const [engine] = door.cluster.engines;
  if (!engine) throw new Error('one engine');
  const prune = async (what: string, body: object = {}) => {
    const { data } = (await door.call('POST', `/apiv1/${what}/prune`, body)).body;
    return data as Record<'removed' | 'kept', readonly { name: string; id: string; tags: string[]; reason: string }[]>;
  };
  return { ...door, engine, prune };
}

test.serial('an image that a config names by its id or the beginning of it stays', async (t) => {
  const { call, engine, prune } = await open(t);
  const [byId, byBeginning, free] = ['d', 'e', 'f'].map((digit) => `sha256:${digit.repeat(64)}`) as [
    string,
    string,
    string,
  ];
  for (const id of [byId, byBeginning, free]) engine.dangling.add(id);
  const image = (name: string) => ({ name, type: 'label' });
  t.is((await call('POST', '/apiv1/image', { name: 'saved', image: image(byId) })).status, 201);
  t.is((await call('POST', '/apiv1/service', { name: 'web', replicas: 0, image: image('e'.repeat(12)) })).status, 201);
  const { removed, kept } = await prune('engine-images', { dangling: true });
  t.deepEqual(
    removed.map(({ id }) => id),
    [free],
  );
  t.deepEqual(
    kept.map(({ id, reason }) => [id, reason]),
    [
      [byId, 'image config saved'],
      [byBeginning, 'service web'],
    ],
  );
});

test.serial('what a service names that was created while the engine was asked stays', async (t) => {
  const { call, engine, prune } = await open(t);
  engine.images.add('demo/late:1');
  await engine.createVolume({ name: 'late' });
  await engine.createNetwork({ name: 'late' });
  for (const [what, list, named] of [
    ['engine-images', 'listEngineImages', { name: 'demo/late:1' }],
    ['volumes', 'listVolumes', { volumes: ['late:/x'] }],
    ['networks', 'listNetworks', { networks: [{ name: 'late' }] }],
  ] as const) {
    const image = { name: 'demo/busybox:1', type: 'label', ...named };
    const asked = engine[list].bind(engine) as () => Promise<never>;
    engine[list] = async () => {
      const found = await asked();
      t.is((await call('POST', '/apiv1/service', { name: what, replicas: 0, image })).status, 201);
      return found;
    };
    const { removed, kept } = await prune(what, what === 'volumes' ? { all: true } : {});
    Object.assign(engine, { [list]: asked });
    t.false(JSON.stringify(removed).includes('late'), what);
    t.true(
      kept.some(({ reason }) => reason.startsWith(`service ${what}`)),
      `${what}: ${JSON.stringify({ removed, kept })}`,
    );
  }
});

test.serial('a volume and a network of a container that is being made stay', async (t) => {
  const { call, cluster, engine, prune } = await open(t);
  await engine.createVolume({ name: 'data' });
  await engine.createNetwork({ name: 'front' });
  const create = engine.createContainer.bind(engine);
  const pruned = new AbortController();
  const asked = new AbortController();
  engine.createContainer = async (spec) => {
    asked.abort();
    await aborted(pruned.signal);
    return await create(spec);
  };
  const image = { name: 'demo/busybox:1', type: 'label', container_name: 'db', volumes: ['data:/x'] };
  const running = call('POST', '/apiv1/container', { ...image, networks: [{ name: 'front' }] });
  await aborted(asked.signal);
  t.is(cluster.cache.reservations('a').length, 1);
  const volumes = await prune('volumes', { all: true });
  const networks = await prune('networks');
  pruned.abort();
  t.is((await running).status, 201);
  for (const { removed, kept } of [volumes, networks]) {
    t.deepEqual(removed, []);
    t.is(kept[0]?.reason, 'container db names it');
  }
});

test.serial('a name that another image got while the engine was asked is not taken from it', async (t) => {
  const { engine, prune } = await open(t);
  const ids = ['demo/moved:1', 'demo/other:1'].map((name) => engine.imageId(name)) as [string, string];
  for (const name of ['demo/moved:1', 'demo/other:1']) engine.images.add(name);
  const asked = engine.listEngineImages.bind(engine);
  engine.listEngineImages = async () => {
    const found = await asked();
    engine.imageIds.set('demo/moved:1', `sha256:${'a'.repeat(64)}`);
    engine.dangling.add(ids[0]);
    await engine.tagImage('demo/other:1', 'demo/kept:1');
    return found;
  };
  const { removed, kept } = await prune('engine-images');
  t.true(engine.images.has('demo/moved:1'));
  t.false(engine.dangling.has(ids[0]), 'the image itself is removed by its id');
  t.true(removed.some(({ id }) => id === ids[0]));
  t.like(
    kept.find(({ id }) => id === ids[1]),
    { reason: 'it was tagged demo/kept:1 meanwhile' },
  );
  t.true(engine.images.has('demo/other:1'));
});
