import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Server } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { createServer } from '../../src/http/server.ts';
import { startCluster } from '../fixtures/harness.ts';

const protocol = 'v1.satsuma.exec';

async function open(t: ExecutionContext, engines = 1) {
  const cluster = await startCluster(t, { engines });
  const server = await createServer({ host: '127.0.0.1', port: 0, allowedHosts: [], cluster, configuration: {} });
  await server.start();
  t.teardown(() => server.stop());
  await server.inject({
    method: 'POST',
    url: '/apiv1/container',
    payload: JSON.stringify({ name: 'demo/busybox:1', type: 'label', container_name: 'web', args: ['cat'] }),
  });
  return { cluster, server };
}

interface Session {
  readonly socket: WebSocket;
  /** Every message: its channel and its text. */
  readonly messages: [number, string][];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

function session(t: ExecutionContext, server: Server, path: string): Promise<Session> {
  const socket = new WebSocket(`${server.info.uri.replace('http', 'ws')}/apiv1/container/${path}`, protocol);
  t.teardown(() => socket.terminate());
  const messages: [number, string][] = [];
  socket.on('message', (data: Buffer) => messages.push([data[0] ?? -1, data.subarray(1).toString()]));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, messages, closed }));
    socket.once('error', reject);
  });
}

/** What is answered in place of a WebSocket. */
function refusal(server: Server, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; code: string }>((resolve, reject) => {
    const sent = request(`${server.info.uri}${path}`, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol': protocol,
        ...headers,
      },
    });
    sent.once('upgrade', (_, socket) => {
      socket.destroy();
      resolve({ status: 101, code: '' });
    });
    sent.once('response', async (response) => {
      let text = '';
      for await (const bytes of response) text += bytes;
      resolve({ status: response.statusCode ?? 0, code: JSON.parse(text).code });
    });
    sent.once('error', reject);
    sent.end();
  });
}

test('what a program writes comes by channel, what is sent reaches it, and the last message is its end', async (t) => {
  const { server } = await open(t);
  const { socket, messages, closed } = await session(t, server, 'web/exec/ws?cmd=exit&cmd=3&stdin=true');
  socket.send(Buffer.from('\0hello'));
  socket.send(Buffer.from([255, 0]));
  t.is((await closed).code, 1000);
  t.deepEqual(messages, [
    [1, 'ran exit 3\n'],
    [2, 'err\n'],
    [1, 'hello'],
    [3, '{"exit_code":3}'],
  ]);
});

test('attached to, a container’s own process does the same', async (t) => {
  const { server } = await open(t);
  const { socket, messages, closed } = await session(t, server, 'web/attach/ws');
  socket.send(Buffer.from([255, 0]));
  await closed;
  t.deepEqual(messages.at(-1), [3, '{"exit_code":0}']);
});

test('a container that was made and not started is started once it is attached to', async (t) => {
  const { cluster, server } = await open(t);
  const [engine] = cluster.engines;
  const image = { name: 'demo/busybox:1', type: 'label', container_name: 'later', args: ['exit', '3'], memory: 64 };
  const made = await server.inject({
    method: 'POST',
    url: '/apiv1/container?start=false',
    payload: JSON.stringify(image),
  });
  t.is(made.statusCode, 201);
  const { id } = JSON.parse(made.payload).data;
  t.is(engine?.containers.get(id)?.state, 'created');
  t.is((await refusal(server, '/apiv1/container/later/attach/ws?start=maybe')).status, 400);
  const { messages, closed } = await session(t, server, 'later/attach/ws?start=true&stdin=false');
  t.is((await closed).code, 1000);
  t.deepEqual(messages.at(-1), [3, '{"exit_code":3}']);
  t.is(engine?.containers.get(id)?.state, 'running');
  const order = engine?.calls.filter((call) => /^(attachContainer|startContainer)/.test(String(call)));
  t.deepEqual(
    order?.slice(-2).map((call) => String(call).split(' ')[0]),
    ['attachContainer', 'startContainer'],
  );
});

/** A container that publishes a port, made and not started; the port is taken on its engine then. */
async function madeWithPort(t: ExecutionContext, engines: number, more: object = {}) {
  const { cluster, server } = await open(t, engines);
  const image = { name: 'demo/busybox:1', type: 'label', container_name: 'later', args: ['exit', '3'], memory: 64 };
  const bind_ports = [{ proto: 'tcp', port: 80, container_port: 80 }];
  const payload = JSON.stringify({ ...image, bind_ports, ...more });
  const made = await server.inject({ method: 'POST', url: '/apiv1/container?start=false', payload });
  const { id, engine } = JSON.parse(made.payload).data;
  const first = cluster.engines.find((each) => each.id === engine.id);
  first?.foreignPorts.add('tcp/80');
  return { cluster, server, id: String(id), first };
}

const onAnyEngine = 'later/attach/ws?start=true&any_engine=true&stdin=false';

test('where its engine cannot start it, it is made and started on the next one, and the client is told where', async (t) => {
  const { cluster, server, id, first } = await madeWithPort(t, 3);
  const { messages, closed } = await session(t, server, onAnyEngine);
  t.is((await closed).code, 1000);
  const [told] = messages.filter(([channel]) => channel === 5);
  const moved = JSON.parse(told?.[1] ?? '{}');
  t.not(moved.engine, first?.id);
  t.deepEqual(messages.at(-1), [3, '{"exit_code":3}']);
  t.false(first?.containers.has(id), 'nothing is left where it was');
  const there = cluster.engines.find((each) => each.id === moved.engine);
  t.is(there?.containers.get(moved.container)?.state, 'running');
  await cluster.cache.catchUp();
  const records = cluster.cache.reservations().filter(({ name }) => name === 'later');
  t.deepEqual(
    records.map(({ engineId, containerId }) => [engineId, containerId]),
    [[moved.engine, moved.container]],
  );
});

test('one that Docker removes as it cannot start it (--rm) is made and started on the next engine, too', async (t) => {
  const { cluster, server, id, first } = await madeWithPort(t, 2, { auto_remove: true });
  if (!first) return t.fail();
  const start = first.startContainer.bind(first);
  first.startContainer = (container) => start(container).finally(() => first.containers.delete(container));
  const { messages, closed } = await session(t, server, onAnyEngine);
  t.is((await closed).code, 1000);
  const [moved] = messages.filter(([channel]) => channel === 5);
  t.not(JSON.parse(moved?.[1] ?? '{}').engine, first.id);
  await cluster.cache.catchUp();
  t.deepEqual(
    cluster.cache.reservations().filter(({ containerId }) => containerId === id),
    [],
    'what it held is free',
  );
});

test('where no engine can start it, the reasons of all are told, and nothing is left of it', async (t) => {
  const { cluster, server } = await madeWithPort(t, 2);
  for (const each of cluster.engines) each.foreignPorts.add('tcp/80');
  const { messages, closed } = await session(t, server, onAnyEngine);
  await closed;
  const status = JSON.parse(messages.at(-1)?.[1] ?? '{}');
  t.like(status, { code: 'unschedulable' });
  t.deepEqual(
    status.details.engines.map(({ code }: { code: string }) => code),
    ['port_taken', 'port_taken'],
  );
  t.false(cluster.engines.some(({ containers }) => [...containers.values()].some(({ name }) => name === 'later')));
  await cluster.cache.catchUp();
  t.false(cluster.cache.reservations().some(({ name }) => name === 'later'));
});

test('a container that has run before stays where its files are', async (t) => {
  const { server, id, first } = await madeWithPort(t, 2);
  first?.foreignPorts.delete('tcp/80');
  for (const action of ['start', 'stop']) {
    const { statusCode } = await server.inject({ method: 'POST', url: `/apiv1/container/later/${action}` });
    t.is(statusCode, 200);
  }
  first?.foreignPorts.add('tcp/80');
  const { messages, closed } = await session(t, server, onAnyEngine);
  await closed;
  t.like(JSON.parse(messages.at(-1)?.[1] ?? '{}'), { code: 'port_taken' });
  t.is(first?.containers.get(id)?.state, 'exited');
});

test('it stays on its engine unless another one is asked for', async (t) => {
  const { server, id, first } = await madeWithPort(t, 2);
  const { messages, closed } = await session(t, server, 'later/attach/ws?start=true&stdin=false');
  await closed;
  t.like(JSON.parse(messages.at(-1)?.[1] ?? '{}'), { code: 'port_taken' });
  t.true(first?.containers.has(id));
});

test('several containers cannot be left unstarted', async (t) => {
  const { server } = await open(t);
  const payload = JSON.stringify({ name: 'demo/busybox:1', type: 'label' });
  const asked = await server.inject({ method: 'POST', url: '/apiv1/container?start=false&count=2', payload });
  t.is(asked.statusCode, 400);
});

for (const [what, message, code, reason] of [
  ['text', 'hello', 1003, /must be binary/],
  ['nothing', Buffer.alloc(0), 1002, /without a channel/],
  ['a channel of the server', Buffer.from([1, 65]), 1002, /clients cannot send on channel 1/],
  ['a channel that is none', Buffer.from([77]), 1002, /channel 77/],
  ['the end of another channel', Buffer.from([255, 1]), 1002, /only channel 0/],
  ['a size that is none', Buffer.from('\x04{"rows":0,"columns":80}'), 1007, /a resize must be like/],
  ['a size that is no JSON', Buffer.from('\x04rows'), 1007, /a resize must be like/],
  ['too much at once', Buffer.alloc(1024 * 1024 + 1), 1009, /./],
] as const) {
  test(`${what} ends the connection with its reason`, async (t) => {
    const { server } = await open(t);
    const { socket, closed } = await session(t, server, 'web/exec/ws?cmd=cat');
    socket.send(message);
    const end = await closed;
    t.is(end.code, code);
    if (code !== 1009) t.regex(end.reason, reason);
  });
}

test('what guards the routes guards the WebSocket', async (t) => {
  const { server } = await open(t);
  const path = '/apiv1/container/web/exec/ws?cmd=cat';
  t.is((await refusal(server, path)).status, 101);
  t.deepEqual(await refusal(server, path, { origin: 'http://evil.example' }), { status: 403, code: 'forbidden' });
  t.deepEqual(await refusal(server, path, { 'sec-fetch-site': 'cross-site' }), { status: 403, code: 'forbidden' });
  t.deepEqual(await refusal(server, path, { host: 'evil.example' }), { status: 403, code: 'forbidden' });
  t.is((await refusal(server, path, { 'sec-websocket-protocol': 'other' })).status, 400);
  t.is((await refusal(server, '/apiv1/container/web/exec/ws')).status, 400);
  t.is((await refusal(server, '/apiv1/container/web/exec/ws?cmd=cat&detach_keys=ctrl-')).status, 400);
  t.is((await refusal(server, '/apiv1/container/nobody/exec/ws?cmd=cat')).status, 404);
  t.is((await refusal(server, '/apiv1/nothing')).status, 404);
  const plain = await fetch(`${server.info.uri}${path}`);
  t.is(plain.status, 400);
});

test('a WebSocket of a route that has none runs nothing', async (t) => {
  const { server, cluster } = await open(t);
  t.is((await refusal(server, '/apiv1/engines')).status, 200);
  t.is(cluster.engines[0]?.calls.filter((each) => each.startsWith('startExec')).length, 0);
});

test('a route without a WebSocket answers as it does without the offer, and its answer may have no end', async (t) => {
  const { server } = await open(t);
  for (const path of ['/apiv1/events', '/apiv1/stats?stream=true', '/apiv1/container/web/logs?follow=true']) {
    const socket = connect(Number(server.info.port), '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    const [head] = await once(socket, 'data');
    t.regex(String(head), /^HTTP\/1.1 200 OK/, path);
    socket.destroy();
  }
});

test('a WebSocket that could be understood in two ways is refused', async (t) => {
  const { server } = await open(t);
  const path = '/apiv1/container/web/exec/ws';
  t.is((await refusal(server, `${path}?cmd=a%00b`)).status, 400);
  t.is((await refusal(server, `${path}?${'cmd=a&'.repeat(1_000)}tty=true`)).status, 400);
  const raw = async (lines: readonly string[]) => {
    const socket = connect(Number(server.info.port), '127.0.0.1');
    const asked = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    socket.write([...lines, ...asked, key, `Sec-WebSocket-Protocol: ${protocol}`, '', ''].join('\r\n'));
    const [head] = await once(socket, 'data');
    socket.destroy();
    return String(head).split('\r\n')[0];
  };
  // Without a key of its length, ws itself refuses what the route would have taken.
  const short = connect(Number(server.info.port), '127.0.0.1');
  const asked = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: short'];
  const all = [`GET ${path}?cmd=cat HTTP/1.1`, 'Host: localhost', ...asked, `Sec-WebSocket-Protocol: ${protocol}`];
  short.write([...all, '', ''].join('\r\n'));
  const [head, body = ''] = (await text(short)).split('\r\n\r\n');
  t.regex(head ?? '', /^HTTP\/1\.1 400 .*\r\ncontent-type: application\/json/s);
  t.like(JSON.parse(body), { ok: false, code: 'invalid' });
  const get = `GET ${path}?cmd=cat HTTP/1.`;
  t.is(await raw([`${get}1`, 'Host: localhost']), 'HTTP/1.1 101 Switching Protocols');
  t.is(await raw([`${get}1`, 'Host: localhost', 'Host: evil.example']), 'HTTP/1.1 400 Bad Request');
  t.is(await raw([`${get}0`, 'Host: localhost']), 'HTTP/1.1 400 Bad Request');
  t.is(await raw([`${get}1`, 'Host: localhost', 'Content-Length: 5']), 'HTTP/1.1 400 Bad Request');
});

test('another protocol may be offered, and the request is answered as ever', async (t) => {
  const { server } = await open(t);
  const body = JSON.stringify({ name: 'demo/busybox:1', type: 'label' });
  const head = `Host: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\nContent-Length: ${body.length}`;
  const socket = connect(Number(server.info.port), '127.0.0.1');
  socket.write(`POST /apiv1/plan HTTP/1.1\r\n${head}\r\n\r\n`);
  setTimeout(() => socket.write(body), 50);
  let text = '';
  for await (const bytes of socket) {
    text += bytes;
    if (text.includes('"engine":"a"')) break;
  }
  t.regex(text, /^HTTP\/1.1 200 OK/);
});

test('a server that stops says so, and leaves the process alone', async (t) => {
  const { server } = await open(t);
  const { messages, closed } = await session(t, server, 'web/exec/ws?cmd=hang');
  const stopping = server.stop({ timeout: 20_000 });
  await closed;
  await stopping;
  t.like(JSON.parse(messages.at(-1)?.[1] ?? ''), { code: 'server_stopping' });
});

test('whoever is narrowed is not told by whom the port of a container is taken', async (t) => {
  const { cluster, server: whole } = await open(t);
  const call = async (method: 'POST', url: string, body: object) => {
    const { statusCode, payload } = await whole.inject({ method, url: `/apiv1/${url}`, payload: JSON.stringify(body) });
    t.true(statusCode < 300, payload);
  };
  const image = { name: 'demo/busybox:1', type: 'label', bind_ports: [{ proto: 'tcp', port: 80, container_port: 80 }] };
  for (const project of ['ours', 'theirs']) await call('POST', 'project', { name: project });
  await call('POST', 'container', { ...image, project: 'ours', container_name: 'mine' });
  await call('POST', 'container/mine/stop', {});
  await call('POST', 'container', { ...image, project: 'theirs', container_name: 'their-secret-name' });
  await call('POST', 'role', { name: 'narrow', rules: [{ verbs: ['*'], nouns: ['*'] }], projects: ['ours'] });
  const gate = { name: 'narrow', role: 'narrow' };
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], cluster, configuration: {}, gate };
  const server = await createServer(options);
  await server.start();
  t.teardown(() => server.stop());
  const { closed, messages } = await session(t, server, 'mine/attach/ws?start=true');
  await closed;
  t.regex(JSON.stringify(messages), /claim_taken/);
  t.notRegex(JSON.stringify(messages), /secret-name/);
});
