import { once } from 'node:events';
import { renameSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { createDoors } from '../../../src/http/doors.ts';
import { startListening } from '../../../src/http/listener.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { engineOf, sleeper } from './docker-door.ts';

/** The door on a socket of its own. */
async function listen(t: ExecutionContext) {
  const cluster = await startCluster(t, { engines: 1 });
  const socket = join(temporaryFolder(t), 'docker.sock');
  const server = (await createDoors(cluster, { docker: { socket } }, [])).get('docker-socket');
  if (!server) throw new Error('no door');
  await startListening(server);
  t.teardown(() => server.stop({ timeout: 0 }));
  const ask = async (method: string, url: string, body?: object) => {
    const payload = body && JSON.stringify(body);
    const { statusCode, payload: text } = await server.inject({ method, url, ...(payload && { payload }) });
    return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) };
  };
  return { cluster, socket, server, ask };
}

/** What is answered to a request for the connection: the connection, or a status. */
function hijack(path: string, url: string, body = ''): Promise<{ status: number; type: string; stream: Socket }> {
  return new Promise((resolve, reject) => {
    // As docker 20.10 names a socket.
    const headers = { host: path, connection: 'Upgrade', upgrade: 'tcp', 'content-length': Buffer.byteLength(body) };
    const sent = request({ socketPath: path, method: 'POST', path: url, headers });
    sent.once('upgrade', ({ statusCode = 0, headers: told }, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve({ status: statusCode, type: String(told['content-type']), stream: socket as Socket });
    });
    sent.once('response', (response) => {
      resolve({ status: response.statusCode ?? 0, type: '', stream: response as unknown as Socket });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Docker's frames. */
function framesIn(bytes: Buffer): [number, string][] {
  const frames: [number, string][] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4);
    frames.push([bytes[at] ?? 0, bytes.subarray(at + 8, at + 8 + length).toString()]);
    at += 8 + length;
  }
  return frames;
}

test('the socket can be opened by its owner alone, and by one server at a time', async (t) => {
  const { cluster, socket } = await listen(t);
  t.is(statSync(socket).mode & 0o777, 0o600);
  const second = (await createDoors(cluster, { docker: { socket } }, [])).get('docker-socket');
  await t.throwsAsync(async () => second && (await startListening(second)), { code: 'invalid' });
  const client = connect(socket);
  await once(client, 'connect');
  client.destroy();
});

test('the file that a killed server has left is taken away', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const path = join(temporaryFolder(t), 'docker.sock');
  const killed = createServer().listen(`${path}.first`);
  await once(killed, 'listening');
  renameSync(`${path}.first`, path);
  killed.close();
  await once(killed, 'close');
  t.true(statSync(path).isSocket());
  const server = (await createDoors(cluster, { docker: { socket: path } }, [])).get('docker-socket');
  if (!server) throw new Error('no door');
  await startListening(server);
  t.teardown(() => server.stop({ timeout: 0 }));
  const client = connect(path);
  await once(client, 'connect');
  client.destroy();
});

test('exec is created, started over the connection, and has its input and frames', async (t) => {
  const { cluster, socket, ask } = await listen(t);
  const { body } = await ask('POST', '/containers/create?name=web', sleeper);
  t.is((await ask('POST', '/containers/web/exec', { Cmd: ['cat'] })).status, 409);
  t.is((await ask('POST', `/containers/${body.Id}/start`)).status, 204);
  t.is((await ask('POST', '/containers/web/exec', {})).status, 400);
  const made = await ask('POST', '/containers/web/exec', { Cmd: ['cat'], AttachStdin: true, AttachStdout: true });
  t.is(made.status, 201);
  const start = `/v1.41/exec/${made.body.Id}/start`;
  const { status, type, stream } = await hijack(socket, start, '{"Detach":false,"Tty":false}');
  t.is(status, 101);
  t.is(type, 'application/vnd.docker.raw-stream');
  stream.end('hello');
  t.deepEqual(framesIn(await buffer(stream)), [
    [1, 'ran cat\n'],
    [2, 'err\n'],
    [1, 'hello'],
  ]);
  t.true(engineOf(cluster, 'a').calls.some((call) => call.startsWith('createExec')));
});

test('a program that nobody knows is 404, in place of the connection', async (t) => {
  const { socket } = await listen(t);
  const { status, stream } = await hijack(socket, `/exec/${'0'.repeat(64)}/start`, '{}');
  t.is(status, 404);
  t.regex((await buffer(stream)).toString(), /"message":"No such exec instance: 0+"/);
});

test('whichever host a client of a socket names, it is served', async (t) => {
  const { socket } = await listen(t);
  for (const host of [socket, 'docker', '%2Fvar%2Frun%2Fdocker.sock', 'api.moby.localhost']) {
    const sent = request({ socketPath: socket, path: '/v1.41/_ping', headers: { host } }).end();
    const [{ statusCode }] = await once(sent, 'response');
    t.is(statusCode, 200, host);
  }
});

test('who offers another protocol is answered as if nothing was offered', async (t) => {
  const { socket } = await listen(t);
  // Hijacked by another protocol alone.
  const { status } = await hijack(socket, '/session');
  t.is(status, 400);
  const made = await hijack(socket, '/containers/create', JSON.stringify(sleeper));
  t.is(made.status, 201, (await buffer(made.stream)).toString());
});

test('attach tells what was written before, and what comes, as it is asked for', async (t) => {
  const { socket, ask } = await listen(t);
  const { body } = await ask('POST', '/containers/create', sleeper);
  t.is((await ask('POST', `/containers/${body.Id}/start`)).status, 204);
  const told = async (query: string) => {
    const { status, stream } = await hijack(socket, `/v1.41/containers/${body.Id}/attach?stdout=1&${query}`);
    t.is(status, 101, query);
    return framesIn(await buffer(stream)).map(([, text]) => text);
  };
  t.deepEqual(await told('logs=1'), ['said before\n']);
  t.deepEqual(await told('logs=1&stream=1'), ['said before\n', 'ran sleep 1d\n']);
  t.deepEqual(await told('stream=1'), ['ran sleep 1d\n']);
  t.deepEqual(await told('logs=0'), []);
});

/** What comes over a WebSocket until it is closed, and how it was closed. */
function webSocket(
  path: string,
  url: string,
): Promise<{ socket: WebSocket; told: Promise<{ text: string; code: number }> }> {
  const socket = new WebSocket(`ws+unix://${path}:${url}`);
  const chunks: Buffer[] = [];
  socket.on('message', (bytes: Buffer, isBinary: boolean) => chunks.push(isBinary ? bytes : Buffer.from('no bytes')));
  const told = new Promise<{ text: string; code: number }>((resolve) => {
    socket.once('close', (code) => resolve({ text: Buffer.concat(chunks).toString(), code }));
  });
  return new Promise((resolve, reject) => socket.once('open', () => resolve({ socket, told })).once('error', reject));
}

test('a WebSocket has the bytes of a container, and takes its input', async (t) => {
  const { socket, ask } = await listen(t);
  const { body } = await ask('POST', '/containers/create', { ...sleeper, OpenStdin: true });
  t.is((await ask('POST', `/containers/${body.Id}/start`)).status, 204);
  const attach = `/containers/${body.Id}/attach/ws`;
  const { socket: client, told } = await webSocket(socket, `/v1.41${attach}?stream=1&logs=1&stdin=1`);
  client.send('hello');
  client.send(Buffer.from([0, 255]));
  await new Promise((resolve) => client.on('message', (bytes) => String(bytes).includes('hello') && resolve(0)));
  client.close();
  t.regex((await told).text, /^said before\nran sleep 1d\nerr\nhello/);
  const before = await webSocket(socket, `/v1.41${attach}?logs=1`);
  const { text, code } = await before.told;
  t.is(text, 'said before\n');
  t.true(code < 1006, 'the server said goodbye');
});

test('what cannot be a WebSocket is answered in docker’s form', async (t) => {
  const { socket, ask } = await listen(t);
  const { body } = await ask('POST', '/containers/create', sleeper);
  const refusal = async (url: string, headers: object = {}) => {
    const offered = { 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const sent = request({
      ...{ socketPath: socket, path: url },
      headers: { host: 'docker', connection: 'Upgrade', upgrade: 'websocket', ...offered, ...headers },
    }).end();
    const [response] = await once(sent, 'response');
    return { status: response.statusCode, message: JSON.parse((await buffer(response)).toString()).message };
  };
  t.like(await refusal('/v1.41/containers/none/attach/ws?stream=1'), { status: 404 });
  t.regex((await refusal('/containers/none/attach/ws?stream=1')).message, /^No such container: none/);
  const attach = `/containers/${body.Id}/attach/ws?stream=1`;
  t.like(await refusal(attach, { 'sec-websocket-key': 'short' }), { status: 400 });
  t.like(await ask('GET', attach), { status: 400, body: { message: 'this endpoint needs a WebSocket' } });
  t.like(await refusal(`/containers/${body.Id}/json`, { upgrade: 'h2c' }), { status: 404 });
});
