import test from 'ava';
import { openDoor } from './open-door.ts';

const url = '/apiv1/engine-images/pull';
const linesOf = (body: string) =>
  body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a pull tells of each engine, and what fails on one costs the others nothing', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 3 });
  const [a, b, c] = cluster.engines;
  for (const engine of cluster.engines) engine.registry.add('demo/tool:2');
  a?.images.add('demo/tool:2');
  b?.fail('pullImage', 'engine_timeout');
  const { status, body } = await call('POST', url, { name: 'demo/tool:2', policy: 'missing' });
  t.is(status, 200);
  const lines = linesOf(body);
  t.deepEqual(Object.keys(lines.at(-1)), ['ok', 'engines']);
  t.like(lines.at(-1), {
    ok: false,
    engines: {
      a: { ok: true, status: 'present' },
      b: { ok: false, code: 'engine_timeout' },
      c: { ok: true, status: 'pulled' },
    },
  });
  t.true(lines.some(({ engine, layer, status: done }) => engine === 'c' && layer && done === 'Pull complete'));
  t.false(a?.calls.some((each) => each.startsWith('pullImage')));
  t.true(c?.images.has('demo/tool:2'));
});

test('engines are chosen by name or by labels, and not by both', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 3 });
  for (const engine of cluster.engines) engine.registry.add('demo/tool:2');
  const pulled = async (choice: object) => {
    const { body } = await call('POST', url, { name: 'demo/tool:2', ...choice });
    return Object.keys(linesOf(body).at(-1).engines);
  };
  t.deepEqual(await pulled({ engines: ['c', 'a'] }), ['a', 'c']);
  t.deepEqual(await pulled({ labels: ['on-b'] }), ['b']);
  t.deepEqual(await pulled({}), ['a', 'b', 'c']);
  t.is((await call('POST', url, { name: 'x', engines: ['a'], labels: ['on-a'] })).status, 400);
  t.like(await call('POST', url, { name: 'x', engines: ['nobody'] }), {
    status: 404,
    body: { code: 'no_such_engine' },
  });
  t.is((await call('POST', url, { name: 'x', labels: ['on-a', 'on-b'] })).status, 404);
  t.is((await call('POST', url, { name: 'Not An Image' })).status, 400);
  t.is((await call('POST', url, { name: 'x', policy: 'never' })).status, 400);
});

test('a client that goes ends what it started', async (t) => {
  const { server, cluster } = await openDoor(t, { engines: 2 });
  await server.start();
  t.teardown(() => server.stop());
  for (const engine of cluster.engines) {
    engine.registry.add('demo/tool:2');
    engine.latencyMs.set('pullImage', 5_000);
  }
  const client = new AbortController();
  const options = { method: 'POST', body: JSON.stringify({ name: 'demo/tool:2' }), signal: client.signal };
  const response = await fetch(`http://127.0.0.1:${server.info.port}${url}`, options);
  t.is(response.status, 200);
  client.abort();
  await eventually(() => cluster.engines.every(({ brokenPulls }) => brokenPulls === 1));
  t.false(cluster.engines.some(({ images }) => images.has('demo/tool:2')));
});

async function eventually(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600 && !isSo(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
}
