import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Server } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import { createServer } from '../../src/http/server.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';

interface Door {
  readonly cluster: TestCluster;
  readonly server: Server;
  /** Of a container that runs and is called web. */
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  call(method: string, url: string, body?: unknown, headers?: object): Promise<{ status: number; body: any }>;
  get(url: string): Promise<IncomingMessage>;
}

const image = {
  name: 'demo/busybox:1',
  container_name: 'web',
  bind_ports: [{ port: 8080, container_port: 80 }],
  environment: { SECRET: 'x' },
};

async function openDoor(t: ExecutionContext): Promise<Door> {
  const cluster = await startCluster(t, { engines: 1 });
  const server = await createServer({ host: '127.0.0.1', port: 0, allowedHosts: [], cluster, configuration: {} });
  await server.start();
  t.teardown(() => server.stop());
  const call: Door['call'] = async (method, url, body, headers = {}) => {
    const { statusCode, payload } = await server.inject({
      method,
      url: `/apiv1/${url}`,
      headers: { host: 'localhost', ...headers },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: statusCode, body: JSON.parse(payload) };
  };
  const get = (url: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'accept-encoding': 'gzip' };
      httpRequest(`${server.info.uri}/apiv1/${url}`, { headers }, resolve).on('error', reject).end();
    });
  const { body } = await call('POST', 'container', image);
  return { cluster, server, call, get, id: body.data.id };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test('stop, start, restart and kill answer as GET does', async (t) => {
  const { call, id, cluster } = await openDoor(t);
  const shown = async () => (await call('GET', 'container/web')).body;
  for (const [action, state] of [
    ['stop', 'exited'],
    ['start', 'running'],
    ['restart', 'running'],
    ['kill', 'exited'],
    ['start', 'running'],
  ] as const) {
    const { status, body } = await call('POST', `container/${id.slice(0, 10)}/${action}`);
    t.is(status, 200);
    t.is(body.data.state, state);
    await cluster.cache.catchUp();
    t.deepEqual(body, await shown());
  }
  t.deepEqual((await shown()).data.placement.claims.length, 3);
});

test('pause and unpause leave what is so already, and top shows the processes', async (t) => {
  const { call } = await openDoor(t);
  for (const [action, state] of [
    ['pause', 'paused'],
    ['pause', 'paused'],
    ['unpause', 'running'],
    ['unpause', 'running'],
  ] as const) {
    const { status, body } = await call('POST', `container/web/${action}`);
    t.is(status, 200, action);
    t.is(body.data.state, state);
    t.is((await call('GET', 'container/web')).body.data.state, state);
  }
  const { body } = await call('GET', 'container/web/top');
  t.deepEqual(body.data, { titles: ['PID', 'CMD'], processes: [['1', 'sh']] });
  t.is((await call('GET', 'container/web/top?ps_args=-o%20pid;rm')).status, 400);
  await call('POST', 'container/web/stop');
  for (const request of ['POST pause', 'POST unpause', 'GET top']) {
    const [method = '', action = ''] = request.split(' ');
    t.like(await call(method, `container/web/${action}`), { status: 409 }, request);
  }
});

test('one that its engine removes as soon as it ends is stopped, and not missing', async (t) => {
  const { call, cluster } = await openDoor(t);
  const [engine] = cluster.engines;
  if (!engine) throw new Error('no engine');
  engine.stopContainer = async (id) => void engine.containers.delete(id);
  const { status, body } = await call('POST', 'container/web/stop');
  t.is(status, 200);
  t.like(body.data, { name: '/web', state: 'removing', ports: [] });
  t.is((await call('GET', 'container/web')).status, 404);
});

test('a timeout and a signal come in the body or in the query', async (t) => {
  const { call, cluster } = await openDoor(t);
  const calls = () => cluster.engines[0]?.calls.map((each) => each.replace(/ [0-9a-f]{64}/, '')) ?? [];
  await call('POST', 'container/web/restart?timeout=7');
  await call('POST', 'container/web/stop', { timeout: 0 });
  t.true(calls().includes('restartContainer 7'));
  t.true(calls().includes('stopContainer 0'));
  for (const signal of ['SIGTERM', 'term', '9', 9, 'SIGRTMIN+3']) {
    await call('POST', 'container/web/start');
    t.is((await call('POST', 'container/web/kill', { signal })).status, 200, String(signal));
    t.true(calls().includes(`killContainer ${signal}`));
  }
});

for (const [what, url, body, path] of [
  ['an unknown field', 'start', { force: true }, 'force'],
  ['an unknown field in the query', 'stop?force=1', undefined, 'force'],
  ['a negative timeout', 'stop', { timeout: -1 }, 'timeout'],
  ['a timeout as text in a body', 'restart', { timeout: '5' }, 'timeout'],
  ['a timeout that is no number', 'restart?timeout=soon', undefined, 'timeout'],
  ['a signal that could be more', 'kill', { signal: 'TERM&x=1' }, 'signal'],
  ['signal 0', 'kill?signal=0', undefined, 'signal'],
  ['signal 65', 'kill', { signal: 65 }, 'signal'],
  ['a body that is a list', 'start', [], ''],
] as const) {
  test(`${what} is refused with its path, and nothing is done`, async (t) => {
    const { call, cluster } = await openDoor(t);
    const before = cluster.engines[0]?.calls.length;
    const answer = await call('POST', `container/web/${url}`, body);
    t.is(answer.status, 400);
    t.is(answer.body.details[0].path, path);
    t.is(cluster.engines[0]?.calls.length, before);
  });
}

test('what cannot be done is said with its status', async (t) => {
  const { call, cluster } = await openDoor(t);
  const [engine] = cluster.engines;
  t.like(await call('POST', 'container/nobody/start'), { status: 404, body: { code: 'no_such_container' } });
  await call('POST', 'container/web/stop');
  t.like(await call('POST', 'container/web/kill'), { status: 409, body: { code: 'wrong_state' } });
  const { status, body } = await call('POST', 'container', { ...image, container_name: 'other' });
  t.is(status, 201);
  const refused = await call('POST', 'container/web/start');
  t.is(refused.status, 409);
  t.like(refused.body, { ok: false, code: 'claim_taken', details: { engine: 'a' } });
  t.deepEqual(refused.body.details.claims[0].held_by, ['other']);
  engine?.fail('stopContainer', 'engine_timeout', { times: 1 });
  t.is((await call('POST', `container/${body.data.id}/stop`)).status, 504);
  engine?.fail('stopContainer', 'engine_unreachable', { times: 1 });
  t.is((await call('POST', `container/${body.data.id}/stop`)).status, 502);
});

test('under a key a restart runs once, and for another timeout the key is refused', async (t) => {
  const { call, cluster } = await openDoor(t);
  const key = { 'idempotency-key': 'again' };
  const first = await call('POST', 'container/web/restart?timeout=1', undefined, key);
  t.deepEqual(await call('POST', 'container/web/restart', { timeout: 1 }, key), first);
  t.is((await call('POST', 'container/web/restart?timeout=2', undefined, key)).status, 409);
  t.is((await call('POST', 'container/web/stop?timeout=1', undefined, key)).status, 409);
  t.is(cluster.engines[0]?.calls.filter((each) => each.startsWith('restartContainer')).length, 1);
});

test('a name may have Docker’s slash, plain or encoded', async (t) => {
  const { call } = await openDoor(t);
  t.is((await call('POST', 'container//web/stop')).body.data.state, 'exited');
  t.is((await call('POST', 'container/%2Fweb/start')).body.data.state, 'running');
  t.is((await call('GET', 'container//web/inspect')).status, 200);
  t.is((await call('DELETE', 'container//web')).status, 202);
  t.is((await call('POST', 'container/a/b/stop')).status, 404);
});

test('a container may be called as an action is', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', 'container', { name: 'demo/busybox:1', type: 'label', container_name: 'logs' });
  t.is((await call('GET', 'container/logs')).body.data.name, '/logs');
  t.is((await call('POST', 'container/logs/stop')).body.data.state, 'exited');
  t.is((await call('DELETE', 'container/logs')).status, 202);
});

test('inspect is what the engine says', async (t) => {
  const { call, id } = await openDoor(t);
  t.like(await call('GET', 'container/web/inspect'), {
    status: 200,
    body: { ok: true, data: { Id: id, Name: '/web' } },
  });
  t.is((await call('GET', 'container/nobody/inspect')).status, 404);
});

test('logs are text, as much of the end as is asked for', async (t) => {
  const { cluster, get, id } = await openDoor(t);
  const lines = Array.from({ length: 300 }, (_, i) => `line ${i}\n`);
  cluster.engines[0]?.logs.set(id, lines);
  const response = await get('container/web/logs');
  t.is(response.statusCode, 200);
  t.is(response.headers['content-type'], 'text/plain; charset=utf-8');
  t.is(response.headers['content-encoding'], undefined);
  t.is(await textOf(response), lines.slice(-100).join(''));
  t.is(await textOf(await get('container/web/logs?tail=all')), lines.join(''));
  t.is(await textOf(await get('container/web/logs?tail=1&timestamps=1&since=2026-01-01T00:00:00Z')), 'line 299\n');
});

test('before the first byte an error is an answer like any other', async (t) => {
  const { call, cluster } = await openDoor(t);
  t.like(await call('GET', 'container/nobody/logs'), { status: 404, body: { ok: false, code: 'no_such_container' } });
  for (const query of ['tail=-1', 'tail=some', 'lines=5', 'since=yesterday', 'stdout=0&stderr=0', 'follow=maybe']) {
    t.is((await call('GET', `container/web/logs?${query}`)).status, 400, query);
  }
  cluster.engines[0]?.fail('openLogs', 'engine_timeout');
  t.like(await call('GET', 'container/web/logs'), { status: 504, body: { code: 'engine_timeout' } });
});

test('the answer begins although nothing was written yet, and ends at the engine when the client goes', async (t) => {
  const { cluster, get } = await openDoor(t);
  const [engine] = cluster.engines;
  const response = await get('container/web/logs?follow=true');
  t.is(response.statusCode, 200);
  t.is(engine?.following, 1);
  response.destroy();
  for (const deadline = Date.now() + 30_000; engine?.following !== 0 && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.is(engine?.following, 0);
});

test('a server that stops does not wait for who follows', async (t) => {
  const { server, get } = await openDoor(t);
  const responses = [await get('container/web/logs?follow=true'), await get('logs?container=web&follow=true')];
  const begin = Date.now();
  const read = responses.map((response) => t.throwsAsync(textOf(response), { code: 'ECONNRESET' }));
  await server.stop({ timeout: 60_000 });
  t.true(Date.now() - begin < 30_000);
  await Promise.all(read);
});

test('a kept connection is kept for longer than clients and proxies keep it', async (t) => {
  const { server } = await openDoor(t);
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(`${server.info.uri}/apiv1/engines`, { agent }, resolve).on('error', reject).end();
  });
  response.resume();
  t.is(response.headers['keep-alive'], 'timeout=65');
});
