import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { BuildEngines } from '../../../src/commands/builds/build-engines.ts';
import { createDoors } from '../../../src/http/doors.ts';
import { startListening } from '../../../src/http/listener.ts';
import { untilClosed } from '../../../src/http/until-gone.ts';
import { upgradeOf } from '../../../src/http/web-sockets.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { engineOf, sleeper } from './docker-door.ts';

async function listen(t: ExecutionContext) {
  const cluster = await startCluster(t, { engines: 1 });
  const listen = { host: '127.0.0.1', port: 0 };
  const server = (await createDoors(cluster, { docker: { listen } }, [])).get('docker');
  if (!server) throw new Error('no door');
  await startListening(server);
  t.teardown(() => server.stop({ timeout: 0 }));
  return { cluster, port: Number(server.info.port), server };
}

/** The signals of the connections that a request opened to the engine, whose client left before its handler ran. */
async function signalsOf(t: ExecutionContext, lines: (id: string) => readonly string[]): Promise<AbortSignal[]> {
  const { cluster, port, server } = await listen(t);
  const { payload } = await server.inject({ method: 'POST', url: '/containers/create', payload: sleeper });
  const { Id: id } = JSON.parse(payload);
  await server.inject({ method: 'POST', url: `/containers/${id}/start` });
  const signals = openedAt(cluster);
  const client = connect(port, '127.0.0.1').on('error', () => undefined);
  server.ext('onPreHandler', async (request, h) => {
    const socket = upgradeOf(request)?.socket;
    if (!socket) return h.continue;
    client.resetAndDestroy();
    if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    return h.continue;
  });
  const answered = new Promise<void>((resolve) => {
    server.events.on('response', (request) => void (upgradeOf(request) && resolve()));
  });
  client.write(`${lines(id).join('\r\n')}\r\n\r\n`);
  await answered;
  return signals;
}

function openedAt(cluster: TestCluster): AbortSignal[] {
  const engine = engineOf(cluster, 'a');
  const signals: AbortSignal[] = [];
  const attach = engine.attachContainer.bind(engine);
  engine.attachContainer = (id, options, signal) => {
    signals.push(signal);
    return attach(id, options, signal);
  };
  const tunnel = engine.tunnel.bind(engine);
  engine.tunnel = (request, signal?: AbortSignal) => {
    if (signal) signals.push(signal);
    return tunnel(request);
  };
  return signals;
}

const upgrade = (protocol: string) => ['Host: 127.0.0.1', 'Connection: Upgrade', `Upgrade: ${protocol}`];

const requests: readonly (readonly [string, (id: string) => readonly string[]])[] = [
  ['attach', (id) => [`POST /containers/${id}/attach?stream=1&stdout=1 HTTP/1.1`, ...upgrade('tcp')]],
  [
    'attach over a WebSocket',
    (id) => [
      `GET /containers/${id}/attach/ws?stream=1&stdout=1 HTTP/1.1`,
      ...upgrade('websocket'),
      ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13'],
    ],
  ],
  ['/session', () => ['POST /session HTTP/1.1', ...upgrade('h2c')]],
];

for (const [title, lines] of requests) {
  test(`${title}: a client that leaves while its request is checked keeps no connection to an engine`, async (t) => {
    const signals = await signalsOf(t, lines);
    t.true(signals.every(({ aborted }) => aborted));
  });
}

test('a build of a client that is gone is not waited for', async (t) => {
  const engines = new BuildEngines(await startCluster(t, { engines: 1 }));
  const asked = { session: 'gone', client: 'me', signal: AbortSignal.abort() };
  await t.throwsAsync(engines.ofConnection({ name: 'scratch', type: 'label', restart_policy: {} }, asked), {
    code: 'invalid',
  });
});

test('what is closed already is gone, and what closes later is gone then', (t) => {
  t.true(untilClosed(Object.assign(new EventEmitter(), { closed: true })).aborted);
  const closing = Object.assign(new EventEmitter(), { closed: false });
  const gone = untilClosed(closing);
  t.false(gone.aborted);
  closing.emit('close');
  t.true(gone.aborted);
});

test('a request for its connection has one Host header', async (t) => {
  const { port } = await listen(t);
  const client = connect(port, '127.0.0.1').on('error', () => undefined);
  client.write(`POST /session HTTP/1.1\r\nHost: 127.0.0.1\r\n${upgrade('h2c').join('\r\n')}\r\n\r\n`);
  const [bytes] = await once(client, 'data');
  t.regex(String(bytes), /^HTTP\/1\.1 400 .*one Host header/s);
  client.destroy();
});

test('a connection whose other machine is gone is found out by probes', async (t) => {
  const { server, port } = await listen(t);
  const probes: unknown[] = [];
  server.listener.prependListener('connection', (socket) => {
    socket.setKeepAlive = (...asked) => {
      probes.push(asked);
      return socket;
    };
  });
  const client = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(server.listener, 'connection');
  t.deepEqual(probes, [[true, 15_000]]);
  client.destroy();
});

test('create: a client that leaves while the image is pulled has no container, and its claims are free', async (t) => {
  const { cluster, port, server } = await listen(t);
  const engine = engineOf(cluster, 'a');
  engine.images.clear();
  const pulling = new EventEmitter();
  engine.pullImage = async (_, { signal } = {}) => {
    pulling.emit('begun');
    if (signal) await once(signal, 'abort');
    throw new SatsumaError('engine_timeout', 'the pull was broken off');
  };
  const release = cluster.store.release.bind(cluster.store);
  const released = new Promise((resolve) => {
    cluster.store.release = async (...given) => {
      const isReleased = await release(...given);
      resolve(isReleased);
      return isReleased;
    };
  });
  const begun = once(pulling, 'begun');
  const client = connect(port, '127.0.0.1').on('error', () => undefined);
  const body = JSON.stringify({ ...sleeper, HostConfig: { NanoCpus: 1e9 } });
  const lines = [
    'POST /containers/create?name=web HTTP/1.1',
    ...['Host: 127.0.0.1', 'Content-Type: application/json', `Content-Length: ${body.length}`],
  ];
  client.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  await begun;
  client.resetAndDestroy();
  await released;
  t.deepEqual([...engine.containers.values()], []);
  engine.images.add('demo/busybox:1');
  const again = await server.inject({ method: 'POST', url: '/containers/create?name=web', payload: sleeper });
  t.is(again.statusCode, 201, 'the name is free as well');
});
