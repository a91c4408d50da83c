import type { RequestApplicationState, ResponseObject } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import { success } from '../../src/http/envelope.ts';
import { createServer } from '../../src/http/server.ts';
import { withIdempotency } from '../../src/http/with-idempotency.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { type ClusterOptions, startCluster, type TestCluster } from '../fixtures/harness.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  readonly body: any;
}

interface Door {
  readonly cluster: TestCluster;
  post(path: string, body: unknown, key?: string): Promise<Answer>;
}

async function openDoor(t: ExecutionContext, options: ClusterOptions = {}): Promise<Door> {
  const cluster = await startCluster(t, options);
  const server = await createServer({ port: 0, allowedHosts: [], cluster, configuration: {} });
  return {
    cluster,
    post: async (path, body, key) => {
      const { statusCode, payload } = await server.inject({
        method: 'POST',
        url: `/apiv1/${path}`,
        headers: { host: 'localhost', ...(key === undefined ? {} : { 'idempotency-key': key }) },
        payload: JSON.stringify(body),
      });
      return { status: statusCode, text: payload, body: JSON.parse(payload) };
    },
  };
}

const image = { name: 'demo/busybox:1', type: 'label', environment: { A: '1' }, memory: 100 };
const engine = { id: 'x', addr: 'https://x.test:2376', labels: [] };

function countContainers({ engines }: TestCluster): number {
  return engines.reduce((sum, { containers }) => sum + containers.size, 0);
}

test('a container: the same key and body give the same answer, word for word', async (t) => {
  const { cluster, post } = await openDoor(t, { engines: 1 });
  const first = await post('container', image, 'deploy 42');
  t.is(first.status, 201);
  t.deepEqual(await post('container', image, 'deploy 42'), first);
  t.is(countContainers(cluster), 1);
});

test('without a key each request is one of its own, and nothing is kept', async (t) => {
  const { cluster, post } = await openDoor(t, { engines: 1 });
  for (const _ of [1, 2]) t.is((await post('container', image)).status, 201);
  t.is(countContainers(cluster), 2);
  t.deepEqual(await cluster.store.list('idempotency'), []);
});

test('an engine: the same key and body give the same answer', async (t) => {
  const { post } = await openDoor(t);
  const first = await post('engine', engine, 'k');
  t.is(first.status, 201);
  t.deepEqual(await post('engine', engine, 'k'), first);
  t.is((await post('engine', engine, 'another')).body.code, 'engine_exists');
});

test('the same key with another body, or on another route, is 409', async (t) => {
  const { cluster, post } = await openDoor(t, { engines: 1 });
  await post('container', image, 'k');
  for (const [path, body] of [
    ['container', { ...image, memory: 101 }],
    ['engine', engine],
  ] as const) {
    t.like(await post(path, body, 'k'), { status: 409, body: { ok: false, code: 'idempotency_conflict' } });
  }
  t.is(countContainers(cluster), 1);
  t.false(cluster.cache.hasEngine('x'));
});

test('a body that means the same is the same', async (t) => {
  const { post } = await openDoor(t, { engines: 1 });
  const first = await post('container', image, 'k');
  const { name, ...rest } = image;
  t.deepEqual(await post('container', { ...rest, restart_policy: {}, name }, 'k'), first);
});

test('a refusal stands, word for word, even when there is room again', async (t) => {
  const { cluster, post } = await openDoor(t, { engines: 1 });
  const other = (await post('container', { ...image, memory: 8192 })).body.data;
  const first = await post('container', image, 'k');
  t.is(first.status, 422);
  t.truthy(first.body.details);
  await cluster.engines[0]?.removeContainer(other.id);
  for (const { id } of await cluster.store.reservations()) await cluster.store.release(id);
  t.deepEqual(await post('container', image, 'k'), first);
  t.is((await post('container', image, 'another')).status, 201);
});

test('a failure is not kept', async (t) => {
  const { cluster, post } = await openDoor(t, { engines: 1 });
  cluster.engines[0]?.fail('startContainer', 'engine_refused', { times: 1 });
  t.is((await post('container', image, 'k')).status, 502);
  t.is((await post('container', image, 'k')).status, 201);
  t.is(countContainers(cluster), 1);
});

test('that it is not known yet is not kept, and the same body on another route is another request', async (t) => {
  const { cluster } = await openDoor(t);
  const h = { response: (body: object) => ({ code: () => body }) as unknown as ResponseObject };
  const ask = (path: string, run: () => Promise<object>) => {
    const request = {
      app: {},
      method: 'post',
      path,
      query: {},
      headers: { 'idempotency-key': 'k' },
      payload: {},
    } as const;
    return withIdempotency(cluster, request, h, async () => ({ status: 201, body: success(await run()) }));
  };
  const running = () => Promise.reject(new SatsumaError('idempotency_running', 'not yet'));
  t.like(await t.throwsAsync(ask('/apiv1/container', running)), { code: 'idempotency_running' });
  t.like(await ask('/apiv1/container', async () => ({ id: 1 })), { data: { id: 1 } });
  t.like(await ask('/apiv1/container', async () => ({ id: 2 })), { data: { id: 1 } });
  t.like(await t.throwsAsync(ask('/apiv1/engine', async () => ({ id: 3 }))), { code: 'idempotency_conflict' });
});

test('a key is for what whoever asks saw, and a refusal that is kept names no others', async (t) => {
  const { cluster } = await openDoor(t);
  const h = { response: (body: object) => ({ code: () => body }) as unknown as ResponseObject };
  const ask = (app: RequestApplicationState, run: () => Promise<object>) => {
    const headers = { 'idempotency-key': 'k' };
    const request = { app, method: 'post', path: '/apiv1/container', query: {}, headers, payload: {} } as const;
    return withIdempotency(cluster, request, h, async () => ({ status: 201, body: success(await run()) }));
  };
  const principal = { name: 'ana', role: 'operator', tokenId: 't1' };
  const taken = () => Promise.reject(new SatsumaError('volume_in_use', 'theirs-box has it', { details: ['theirs'] }));
  t.like(await ask({ principal }, async () => ({ id: 'theirs' })), { data: { id: 'theirs' } });
  const refusal = await ask({ principal, scope: { projects: ['ours'] } }, taken);
  t.like(refusal, { ok: false, code: 'volume_in_use' });
  t.notRegex(JSON.stringify(refusal), /theirs/);
  t.like(await ask({ principal, scope: { projects: ['blog'] } }, async () => ({ id: 2 })), { data: { id: 2 } });
});

test('after 504 a retry answers with what the first request made', async (t) => {
  const { cluster, post } = await openDoor(t, { engines: 1 });
  cluster.engines[0]?.fail('startContainer', 'engine_timeout', { takesEffect: true, times: 1 });
  t.is((await post('container', image, 'k')).status, 504);
  const { status, body } = await post('container', image, 'k');
  t.is(status, 201);
  t.deepEqual([...(cluster.engines[0]?.containers.keys() ?? [])], [body.data.id]);
});

test('a body that is refused as invalid uses up no key', async (t) => {
  const { post } = await openDoor(t, { engines: 1 });
  t.is((await post('container', { ...image, memory: -1 }, 'k')).status, 400);
  t.is((await post('container', image, 'k')).status, 201);
});

for (const [what, key] of [
  ['empty', ''],
  ['of 129 characters', 'k'.repeat(129)],
  ['with a tab', 'a\tb'],
  ['with a letter beyond ASCII', 'clé'],
] as const) {
  test(`a key that is ${what} is 400, and nothing is done`, async (t) => {
    const { cluster, post } = await openDoor(t, { engines: 1 });
    const before = await cluster.store.head();
    const { status, body } = await post('container', image, key);
    t.is(status, 400);
    t.like(body, { ok: false, code: 'invalid', details: [{ path: 'idempotency-key' }] });
    t.regex(body.data, /^"Idempotency-Key" must have 1 to 128 characters/);
    t.is(await cluster.store.head(), before);
    t.is(countContainers(cluster), 0);
  });
}

test('a key of 128 characters, whichever printable ones, is as good as any', async (t) => {
  const { post } = await openDoor(t, { engines: 1 });
  const all = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
  for (const key of ['k'.repeat(128), `"${all}"`]) t.is((await post('container', image, key)).status, 201, key);
});
