import test, { type ExecutionContext } from 'ava';
import { openDoor } from './open-door.ts';

const image = (changes: object = {}) => ({ name: 'demo/busybox:1', type: 'label', ...changes });

async function open(t: ExecutionContext, engines = 3) {
  const door = await openDoor(t, { engines });
  const run = (changes: object) => door.call('POST', '/apiv1/container', image(changes));
  const plan = (changes: object) => door.call('POST', '/apiv1/plan', image(changes));
  const at = (id: string) => {
    const engine = door.cluster.engines.find((each) => each.id === id);
    if (!engine) throw new Error(`no engine ${id}`);
    return engine;
  };
  return { ...door, run, plan, at };
}

const enginesOf = ({ body }: { readonly body: { readonly data: { candidates: { engine: string }[] } } }) =>
  body.data.candidates.map(({ engine }) => engine).sort();

test('a container with a named volume goes where the volume is, and the others say why', async (t) => {
  const { run, plan, at } = await open(t);
  await at('b').createVolume({ name: 'data' });
  const planned = await plan({ volumes: ['data:/x'] });
  t.deepEqual(enginesOf(planned), ['b']);
  const reasons = planned.body.data.refused.engines;
  t.deepEqual(
    reasons.map(({ engine, code, message }: Record<string, string>) => [engine, code, message]),
    ['a', 'c'].map((id) => [id, 'other_engine', 'it has the volume data, which is on engine b']),
    JSON.stringify(reasons),
  );
  const { status, body } = await run({ mounts: [{ type: 'volume', source: 'data', target: '/x' }] });
  t.deepEqual([status, body.data.engine.id], [201, 'b']);
});

test('a volume that is nowhere keeps a container from no engine, and one on several from none of those', async (t) => {
  const { plan, at } = await open(t);
  await at('a').createVolume({ name: 'shared' });
  await at('c').createVolume({ name: 'shared' });
  t.deepEqual(enginesOf(await plan({ volumes: ['nowhere:/x'] })), ['a', 'b', 'c']);
  t.deepEqual(enginesOf(await plan({ volumes: ['shared:/x'] })), ['a', 'c']);
  t.deepEqual(enginesOf(await plan({ volumes: ['/srv/shared:/x', '/y'] })), ['a', 'b', 'c']);
});

test('two volumes on two engines are no place at all', async (t) => {
  const { run, at } = await open(t);
  await at('a').createVolume({ name: 'one' });
  await at('b').createVolume({ name: 'two' });
  const { status, body } = await run({ volumes: ['one:/1', 'two:/2'] });
  t.is(status, 422);
  t.regex(JSON.stringify(body.details), /the volume two, which is on engine b/);
});

test('a volume of a container that was just run counts', async (t) => {
  const { run } = await open(t);
  const first = (await run({ volumes: ['data:/x'] })).body.data.engine.id;
  for (let i = 0; i < 3; i++) t.is((await run({ volumes: ['data:/x'] })).body.data.engine.id, first);
});

test('the engines are not asked for each container, and not at all for one without a named volume', async (t) => {
  const { plan, cluster } = await open(t);
  const asked = () => cluster.engines.map(({ calls }) => calls.filter((call) => call === 'listVolumes').length);
  await plan({});
  t.deepEqual(asked(), [0, 0, 0]);
  await Promise.all(Array.from({ length: 20 }, () => plan({ volumes: ['data:/x'] })));
  t.true(
    asked().every((count) => count >= 1 && count < 20),
    String(asked()),
  );
});

test('an engine that does not answer has what it had, and one that never did has nothing', async (t) => {
  const { plan, at, cluster } = await open(t);
  await at('b').createVolume({ name: 'data' });
  at('c').fail('listVolumes', 'engine_timeout');
  t.deepEqual(enginesOf(await plan({ volumes: ['data:/x'] })), ['b']);
  at('b').fail('listVolumes', 'engine_timeout');
  cluster.clock.turn(3_000);
  t.deepEqual(enginesOf(await plan({ volumes: ['data:/x'] })), ['b']);
});

test('a container goes where its network is; a network that is nowhere is the engine’s to refuse', async (t) => {
  const { plan, at } = await open(t);
  await at('c').createNetwork({ name: 'front' });
  t.deepEqual(enginesOf(await plan({ networks: ['front'] })), ['c']);
  t.deepEqual(enginesOf(await plan({ network_mode: 'front' })), ['c']);
  t.deepEqual(enginesOf(await plan({ networks: ['bridge'] })), ['a', 'b', 'c']);
  t.deepEqual(enginesOf(await plan({ networks: ['nowhere'] })), ['a', 'b', 'c']);
});

test('a volume or a network with the label of a project is for the containers of that project', async (t) => {
  const { call, plan, run, at } = await open(t, 2);
  for (const name of ['ours', 'theirs']) await call('POST', '/apiv1/project', { name });
  const labels = { 'satsuma.project': 'theirs' };
  await at('b').createVolume({ name: 'data', labels });
  const { id } = await at('b').createNetwork({ name: 'back', labels });
  for (const changes of [
    { volumes: ['data:/x'] },
    { mounts: [{ type: 'volume', source: 'data', target: '/x' }] },
    { networks: ['back'] },
    { network_mode: id },
  ]) {
    const named = JSON.stringify(changes);
    t.deepEqual(
      enginesOf(await plan({ ...changes, project: 'theirs' })),
      'network_mode' in changes ? ['a', 'b'] : ['b'],
      named,
    );
    for (const project of [{ project: 'ours' }, {}]) {
      const { body } = await plan({ ...changes, ...project });
      t.false(enginesOf({ body }).includes('b'), named);
      t.regex(JSON.stringify(body.data.refused), /the (volume|network) \S+ there belongs to another project/, named);
    }
  }
  t.is((await run({ volumes: ['data:/x'], project: 'ours' })).status, 422);
});

test('a network is meant by its name, whatever the id of another project’s network begins with', async (t) => {
  const { plan, at, cluster } = await open(t, 1);
  const { id } = await at('a').createNetwork({ name: 'back', labels: { 'satsuma.project': 'theirs' } });
  const name = id.slice(0, 2);
  t.deepEqual(enginesOf(await plan({ networks: [name] })), [], 'Docker takes it for the id');
  await at('a').createNetwork({ name });
  cluster.clock.turn(3_000);
  t.deepEqual(enginesOf(await plan({ networks: [name] })), ['a']);
});
