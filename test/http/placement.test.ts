import { readFile } from 'node:fs/promises';
import test from 'ava';
import { openDoor } from './open-door.ts';

const busybox = { name: 'demo/busybox:1', type: 'label' };
const zones = { a: ['zone=eu-1', 'ssd'], b: ['zone=eu-2'], c: ['zone=us-1'] };

async function openZones(t: Parameters<typeof openDoor>[0]) {
  const { call, ...door } = await openDoor(t, { engines: 3 });
  for (const [id, labels] of Object.entries(zones)) await call('PATCH', `/apiv1/engine/${id}`, { labels });
  const engineOf = async (changes: object) => {
    const { status, body } = await call('POST', '/apiv1/container', { ...busybox, ...changes });
    return status === 201 ? body.data.engine.id : body.code;
  };
  return { ...door, call, engineOf };
}

test('a constraint leads to the engine that meets it, and a plan says why not to the others', async (t) => {
  const { call, engineOf } = await openZones(t);
  t.is(await engineOf({ constraints: ['zone==us-*'] }), 'c');
  const { body } = await call('POST', '/apiv1/plan', { ...busybox, constraints: ['zone==us-*'] });
  t.is(body.data.engine, 'c');
  t.deepEqual(body.data.refused.engines[0], {
    engine: 'a',
    code: 'constraint_unmet',
    message: "zone==us-* is not met: the engine's zone is eu-1",
  });
  t.is(await engineOf({ constraints: ['zone==asia'] }), 'unschedulable');
});

test('anti-affinity keeps away from a container, and the plan names it', async (t) => {
  const { call, engineOf } = await openZones(t);
  await engineOf({ container_name: 'cache', constraints: ['node==b'] });
  const away = { name: 'redis', constraints: ['image!=demo/busybox:*', 'zone==eu-*'] };
  const { body } = await call('POST', '/apiv1/plan', { ...busybox, ...away });
  t.is(body.data.engine, 'a');
  t.deepEqual(body.data.refused.engines.find((each: { engine: string }) => each.engine === 'b').held_by, ['cache']);
  t.is(await engineOf({ constraints: ['container==cache'] }), 'b');
});

test('of the same kind, as many run as there are engines, however many are asked for at once', async (t) => {
  const { call } = await openZones(t);
  const alone = { ...busybox, constraints: ['image!=demo/busybox:1'] };
  const answers = await Promise.all(Array.from({ length: 6 }, () => call('POST', '/apiv1/container', alone)));
  t.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 201, 422, 422, 422]);
  t.is(new Set(answers.flatMap(({ body }) => body.data.engine?.id ?? [])).size, 3);
});

test('a soft constraint is followed while it can be, and the answer tells how well', async (t) => {
  const { call, engineOf } = await openZones(t);
  const soft = { constraints: ['zone==~us-1'], resources: { slot: 1 } };
  for (const id of ['a', 'c']) await call('PATCH', `/apiv1/engine/${id}`, { resources: { slot: 1 } });
  const { body } = await call('POST', '/apiv1/plan', { ...busybox, ...soft });
  t.deepEqual(
    body.data.candidates.map(({ engine, penalties }: { engine: string; penalties: object }) => [engine, penalties]),
    [
      ['c', { constraint: 0 }],
      ['a', { constraint: 1 }],
    ],
  );
  t.deepEqual([await engineOf(soft), await engineOf(soft), await engineOf(soft)], ['c', 'a', 'unschedulable']);
});

test('containers are spread over zones, and one tells how full its zone was', async (t) => {
  const { call, engineOf } = await openZones(t);
  await call('PATCH', '/apiv1/engine/b', { labels: ['zone=eu-1'] });
  const spread = { spread: 'zone', container_name: 'last' };
  const first = [await engineOf({ spread: 'zone' }), await engineOf({ spread: 'zone' }), await engineOf(spread)];
  t.deepEqual(first.map((id) => (id === 'c' ? 'us' : 'eu')).sort(), ['eu', 'eu', 'us'].sort());
  t.not(first[0], first[1]);
  const { body } = await call('GET', '/apiv1/container/last');
  t.deepEqual(body.data.placement.penalties, { spread: 1 });
});

test('what an operator counts is promised once, shown, and can be changed', async (t) => {
  const { call, engineOf } = await openZones(t);
  const gpus = { resources: { gpu: 2 } };
  const added = await call('POST', '/apiv1/engine', { id: 'g', addr: 'https://g.test:2376', ...gpus });
  t.deepEqual(added.body.data.resources, { gpu: 2 });
  t.is(await engineOf({ ...gpus, container_name: 'train' }), 'g');
  const { body } = await call('POST', '/apiv1/plan', { ...busybox, resources: { gpu: 1 } });
  t.is(body.data.engine, null);
  const byEngine = new Map(body.data.refused.engines.map((each: { engine: string }) => [each.engine, each]));
  t.like(byEngine.get('a'), { code: 'resource_missing', message: 'the engine has no gpu' });
  t.like(byEngine.get('g'), {
    code: 'resource_short',
    message: '1 gpu wanted, 0 of 2 free, the rest taken by train',
    held_by: ['train'],
  });
  const shown = await call('PATCH', '/apiv1/engine/g', { resources: { gpu: 3 } });
  t.like(shown.body.data, { resources: { gpu: 3 }, reserved_resources: { gpu: 2 } });
  t.is(await engineOf({ resources: { gpu: 1 } }), 'g');
  t.false('resources' in (await call('GET', '/apiv1/engine/a')).body.data);
});

test('the lines of docs/scheduling.md that say where a container runs can be pasted', async (t) => {
  const { call } = await openZones(t);
  const page = await readFile('docs/scheduling.md', 'utf8');
  const section = page.slice(page.indexOf('\n## Constraints'));
  const lines = [...section.matchAll(/curl (-XPATCH )?'127.0.0.1:8080(\S+)' -d '(.*)'$/gm)];
  t.is(lines.length, [...section.matchAll(/curl/g)].length);
  for (const [line, patch, path = '', body = ''] of lines) {
    const url = path.replace('web-1', 'a');
    t.is((await call(patch ? 'PATCH' : 'POST', url, body)).status, 200, line);
  }
});

test('a service says where it may run, of its image config or beside it, and not both', async (t) => {
  const { call } = await openZones(t);
  const where = { constraints: ['zone==eu-*', 'service!=web'], spread: 'zone' };
  const image = { name: 'demo/busybox:1' };
  const both = await call('POST', '/apiv1/service', { name: 'web', image: { ...image, ...where }, ...where });
  t.is(both.status, 400);
  t.regex(both.body.data, /give either "constraints" or "image.constraints", not both/);
  t.regex(both.body.data, /give either "spread" or "image.spread", not both/);
  const created = await call('POST', '/apiv1/service', { name: 'web', image, ...where });
  t.is(created.status, 201, JSON.stringify(created.body));
  t.like(created.body.data.image, { ...image, ...where });
  const changed = await call('PUT', '/apiv1/service/web', { constraints: ['zone==us-*'] });
  t.like(changed.body.data.image, { ...image, spread: 'zone', constraints: ['zone==us-*'] });
  t.is(changed.body.data.generation, 2);
});
