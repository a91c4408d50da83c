import test from 'ava';
import { chainsOf } from '../../src/execution/archives/archived-images.ts';
import { archiveOf, digest, entriesOf, imageEntries } from '../execution/archives/archives.ts';
import { checkAnswer } from './answer-check.ts';
import { openDoor } from './open-door.ts';

const url = '/apiv1/engine-images';
const layers = ['a'.repeat(400_000), 'b'.repeat(300), 'c'.repeat(2_000)];
const diffIds = layers.map((layer) => `sha256:${digest(layer)}`);

async function load(door: Awaited<ReturnType<typeof openDoor>>, query: string, payload: Buffer) {
  const asked = { method: 'POST', url: `${url}/load${query}` };
  const answer = await door.server.inject({
    ...asked,
    headers: { host: 'localhost', 'content-type': 'application/x-tar' },
    payload,
  });
  const { statusCode: status, payload: text, headers } = answer;
  checkAnswer(door.server, { ...asked, status, type: String(headers['content-type']), payload: text });
  const lines = answer.payload.trim().split('\n');
  return { status: answer.statusCode, last: JSON.parse(lines.at(-1) ?? ''), lines };
}

test('an engine gets the layers that it lacks, and one that takes no part of an archive gets the whole', async (t) => {
  const door = await openDoor(t, { engines: 4 });
  const [a, b, c, d] = door.cluster.engines;
  if (!a || !b || !c || !d) return t.fail();
  for (const engine of [a, b, c]) engine.loadable.add('web:2');
  // What is below is known to both, by an image that they have.
  for (const engine of [a, c]) engine.layers.set(engine.imageId('demo/busybox:1'), diffIds.slice(0, 2));
  c.fail('loadImages', 'engine_refused', { times: 1 });
  d.fail('loadImages', 'engine_timeout');
  const archive = await archiveOf(imageEntries('web:2', layers));
  const { status, last } = await load(door, '', archive);
  t.is(status, 200);
  t.false(last.ok);
  t.like(last.engines, {
    a: { ok: true, status: 'loaded' },
    b: { ok: true, status: 'loaded' },
    c: { ok: true, status: 'loaded' },
    d: { ok: false, code: 'engine_timeout' },
  });
  t.true(last.engines.a.sent_bytes < 20_000, String(last.engines.a.sent_bytes));
  t.true(last.engines.b.sent_bytes > 400_000);
  t.is(last.engines.c.sent_bytes, last.engines.a.sent_bytes + last.engines.b.sent_bytes);
  const sums = Object.values<{ sent_bytes: number }>(last.engines).map(({ sent_bytes }) => sent_bytes);
  t.is(
    last.sent_bytes,
    sums.reduce((sum, bytes) => sum + bytes, 0),
  );
  const [part = Buffer.alloc(0)] = a.loads;
  t.deepEqual(
    [...(await entriesOf([part])).values()].filter((bytes) => bytes.length > 1_000).map(String),
    [layers[2]],
    'the layer that is new',
  );
  t.is(chainsOf(diffIds).length, 3);
});

test('engines are named, or have a label; one that has the image gets nothing but its name', async (t) => {
  const door = await openDoor(t, { engines: 3 });
  const [a, b, c] = door.cluster.engines;
  const entries = imageEntries('web:2', layers);
  const id = `sha256:${entries.at(-2)?.name.slice(0, 64)}`;
  a?.images.add('web:1');
  a?.imageIds.set('web:1', id);
  b?.loadable.add('web:2');
  const { last } = await load(door, '?to=label:on-a&to=b', await archiveOf(entries));
  t.like(last, { ok: true, engines: { a: { status: 'present', sent_bytes: 0 }, b: { status: 'loaded' } } });
  t.is(a?.loads.length, 0);
  t.is(a?.imageIds.get('web:2'), id);
  t.is(c?.loads.length, 0);
  t.is((await load(door, '?to=nobody', await archiveOf(entries))).status, 404);
  t.is((await load(door, '?to=label:nobody', await archiveOf(entries))).status, 404);
  t.is((await load(door, '?from=a', Buffer.alloc(0))).status, 400);
});

test('a bad archive is 400 before any engine is asked', async (t) => {
  const door = await openDoor(t, { engines: 1 });
  const bad = await load(door, '', await archiveOf([{ name: '../x', text: 'x' }]));
  t.is(bad.status, 400);
  t.is(bad.last.code, 'invalid');
  t.regex(bad.last.data, /leads out of it/);
  t.is((await load(door, '', Buffer.from('no archive'))).status, 400);
  t.is(door.cluster.engines[0]?.loads.length, 0);
});

test('an image is saved from the engine that has it', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  cluster.engines[1]?.images.add('demo/tool:2');
  const saved = await call('GET', `${url}/save?name=demo/tool:2`);
  t.is(saved.status, 200);
  t.is(saved.body, 'an archive');
  t.is((await call('GET', `${url}/save?name=demo/none`)).status, 404);
  t.is((await call('GET', `${url}/save?name=demo/tool:2&engine=a`)).status, 404);
});

test('HEAD of an archive tells whether there is one, and makes no engine collect it', async (t) => {
  const { server, cluster } = await openDoor(t, { engines: 1 });
  const head = async (name: string) => {
    const headers = { host: 'localhost' };
    return await server.inject({ method: 'HEAD', url: `${url}/save?name=${name}`, headers });
  };
  const { statusCode, headers } = await head('demo/busybox:1');
  t.is(statusCode, 200);
  t.regex(String(headers['content-type']), /^application\/x-tar/);
  t.is((await head('nobody/has:1')).statusCode, 404);
  t.false(cluster.engines[0]?.calls.some((call) => call.startsWith('openImageArchive')));
});
