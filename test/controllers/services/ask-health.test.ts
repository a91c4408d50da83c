import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { askHealth } from '../../../src/controllers/services/ask-health.ts';
import type { HealthCheck } from '../../../src/model/service.ts';

const http: HealthCheck = {
  ...{ type: 'http', port: 80, path: '/health', interval: 1, timeout: 10, retries: 1, start_period: 0 },
};
const tcp: HealthCheck = { ...http, type: 'tcp' };

async function listen(t: ExecutionContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function ask(port: number, health: HealthCheck): Promise<string | undefined> {
  const ports = [{ proto: 'tcp', host_ip: '0.0.0.0', port, container_port: 80 } as const];
  return askHealth('127.0.0.1', ports, { health, image: {} });
}

const answers = test.macro({
  async exec(t, listener: RequestListener, expected: string | undefined, changes: Partial<HealthCheck> = {}) {
    const port = await listen(t, createServer(listener));
    const wrong = await ask(port, { ...http, ...changes });
    t.is(wrong, expected && `http://127.0.0.1:${port}/health ${expected}`);
  },
  title: (fact = '') => fact,
});

const says =
  (status: number, headers = {}): RequestListener =>
  ({ url }, response) =>
    response.writeHead(url === '/health' ? status : 418, headers).end();

test('200 is healthy', answers, says(200), undefined);
test('204 is healthy', answers, says(204), undefined);
test('a redirect is healthy, and is not followed', answers, says(302, { location: 'http://127.0.0.1:1/' }), undefined);
test('404 is not healthy', answers, says(404), 'answers 404');
test('500 is not healthy', answers, says(500), 'answers 500');
test(
  'a connection that is closed is no answer',
  answers,
  ({ socket }) => socket.destroy(),
  'does not answer: ECONNRESET',
);
test('silence is no answer', answers, () => undefined, 'does not answer: ETIMEDOUT', { timeout: 0.1 });

test('a body without end is not waited for', async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'.repeat(1000)), 1);
    response.once('close', () => clearInterval(timer)).once('close', () => server.emit('left'));
  });
  const port = await listen(t, server);
  const left = once(server, 'left');
  t.is(await ask(port, http), undefined);
  await left;
});

test('headers that come drop by drop end at the timeout', async (t) => {
  const drops = createTcpServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(() => socket.write('x-drop: 1\r\n'), 20);
    socket.once('close', () => clearInterval(timer));
  });
  const port = await listen(t, drops);
  t.regex((await ask(port, { ...http, timeout: 0.2 })) ?? '', /does not answer: ETIMEDOUT$/);
});

test('what is no HTTP is no answer', async (t) => {
  const port = await listen(
    t,
    createTcpServer((socket) => socket.end('220 mail ready\r\n')),
  );
  t.regex((await ask(port, http)) ?? '', /does not answer: HPE_/);
});

for (const health of [http, tcp]) {
  test(`a port where nobody listens is not healthy: ${health.type}`, async (t) => {
    const server = createTcpServer();
    const port = await listen(t, server);
    await new Promise((resolve) => server.close(resolve));
    t.regex((await ask(port, health)) ?? '', /ECONNREFUSED$/);
  });
}

test('a port that takes connections is healthy', async (t) => {
  t.is(await ask(await listen(t, createTcpServer()), tcp), undefined);
});

test('a port that is not published is told so', async (t) => {
  const ports = [{ proto: 'udp', host_ip: '0.0.0.0', port: 80, container_port: 80 }] as const;
  t.is(
    await askHealth('127.0.0.1', ports, { health: tcp, image: {} }),
    'its port 80 is not published: add it to bind_ports',
  );
});

test('on the network of the host the port is the host’s own', async (t) => {
  const port = await listen(t, createTcpServer());
  const image = { network_mode: 'host' };
  t.is(await askHealth('127.0.0.1', [], { health: { ...tcp, port }, image }), undefined);
});
