import { Socket } from 'node:net';
import test from 'ava';
import type { EngineClient } from '../../../src/engines/engine-client.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { json, type StubAnswer, stubbed } from '../stub-engine.ts';

const info = { ID: 'daemon', ServerVersion: '20.10.24', NCPU: 2, MemTotal: 2 ** 31 };
const answerAll: StubAnswer = ({ path, response }) => json(response, 200, path.endsWith('/info') ? info : []);

test('the version is negotiated once, and one connection serves sequential calls', async (t) => {
  const { stub, client } = await stubbed(t, answerAll);
  for (let i = 0; i < 5; i++) await client.listImages();
  t.deepEqual(stub.requests, ['GET /_ping', ...Array(5).fill('GET /v1.41/images/json')]);
  t.is(stub.connections(), 1);
});

const spoken = test.macro({
  exec: async (t, theirs: string, expected: string) => {
    const { stub, client } = await stubbed(t, answerAll, { version: theirs });
    await client.listImages();
    t.is(stub.requests.at(-1), `GET /v${expected}/images/json`);
  },
  title: (_, theirs, expected) => `an engine with API ${theirs} is called with ${expected}`,
});

test(spoken, '1.24', '1.24');
test(spoken, '1.47', '1.47');
test(spoken, '1.51', '1.51');
test(spoken, '1.100', '1.51');

const unspoken = test.macro({
  exec: async (t, theirs: string, message: RegExp) => {
    const { stub, client } = await stubbed(t, answerAll, { version: theirs });
    await t.throwsAsync(client.handshake(), { instanceOf: SatsumaError, code: 'engine_refused', message });
    t.deepEqual(stub.requests, ['GET /_ping']);
  },
  title: (_, theirs) => `an engine with API "${theirs}" is rejected`,
});

test(unspoken, '1.23', /1\.23, and Satsuma needs 1\.24/);
test(unspoken, '', /no API version/);
test(unspoken, '2.0', /no API version/);
test(unspoken, '1.41/../..', /no API version/);

test('a handshake negotiates the version again', async (t) => {
  const { stub, client } = await stubbed(t, answerAll);
  t.deepEqual(await client.handshake(), {
    daemon: { id: 'daemon', version: '20.10.24', cpus: 2, memory: 2048, api: 41 },
  });
  await client.handshake();
  t.deepEqual(stub.requests, ['GET /_ping', 'GET /v1.41/info', 'GET /_ping', 'GET /v1.41/info']);
});

// In turn: it slows the connections of all tests.
test.serial('an early response does not cause a second connection', async (t) => {
  const { _write } = Socket.prototype;
  t.teardown(() => Object.assign(Socket.prototype, { _write }));
  Socket.prototype._write = function (chunk, encoding, written) {
    _write.call(this, chunk, encoding, (error) => void setTimeout(written, 50, error));
  };
  const { stub, client } = await stubbed(t, answerAll);
  await client.handshake();
  await client.listImages();
  t.is(stub.connections(), 1);
});

/** Each another question, so that each is asked. */
async function atOnce(client: EngineClient, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => client.listContainers({ label: `x=${i}` })));
}

/** Lets the first call pass and closes the connection, without an answer, at the one that follows. */
function closesOnce(): StubAnswer {
  let calls = 0;
  return (request) => {
    calls += 1;
    if (calls === 2) request.socket.destroy();
    else if (request.method === 'DELETE') request.response.writeHead(204).end();
    else answerAll(request);
  };
}

test('a read on a connection that was just closed is retried on a new one', async (t) => {
  const { stub, client } = await stubbed(t, closesOnce());
  await client.listImages();
  t.deepEqual(await client.listImages(), []);
  t.deepEqual(stub.requests, ['GET /_ping', ...Array(3).fill('GET /v1.41/images/json')]);
  t.is(stub.connections(), 2);
});

test('after a restart of the daemon, all idle connections are dropped at the first failure', async (t) => {
  const former = new Set<unknown>();
  let isRestarted = false;
  const { client } = await stubbed(t, (request) => {
    if (!isRestarted) former.add(request.socket);
    if (isRestarted && former.has(request.socket)) request.socket.destroy();
    else answerAll(request);
  });
  await atOnce(client, 8);
  isRestarted = true;
  t.true(former.size > 1);
  t.deepEqual(await client.listImages(), []);
});

test('a removal on a connection that was just closed is retried', async (t) => {
  const { stub, client } = await stubbed(t, closesOnce());
  await client.listImages();
  await client.removeContainer('web');
  t.deepEqual(stub.requests.slice(2), Array(2).fill('DELETE /v1.41/containers/web?force=true&v=true'));
});

test('a create is never retried, and its outcome is reported as unknown', async (t) => {
  const { stub, client } = await stubbed(t, closesOnce());
  await client.listImages();
  const image = { name: 'x', type: 'multi', restart_policy: {} };
  const create = client.createContainer({ image, name: 'web', labels: {}, maximumCpus: 1 });
  await t.throwsAsync(create, { instanceOf: SatsumaError, code: 'engine_timeout', message: /is unknown/ });
  t.deepEqual(stub.requests.slice(2), ['POST /v1.41/containers/create?name=web']);
});

test('a start is never retried, because a container that has ended would run again', async (t) => {
  const { stub, client } = await stubbed(t, closesOnce());
  await client.listImages();
  await t.throwsAsync(client.startContainer('web'), { instanceOf: SatsumaError, code: 'engine_timeout' });
  t.deepEqual(stub.requests.slice(2), ['POST /v1.41/containers/web/start']);
});

test('an engine that closes every connection is unreachable, after one retry', async (t) => {
  const { stub, client } = await stubbed(t, ({ socket }) => socket.destroy());
  await t.throwsAsync(client.listImages(), { instanceOf: SatsumaError, code: 'engine_unreachable' });
  t.deepEqual(stub.requests, ['GET /_ping', ...Array(2).fill('GET /v1.41/images/json')]);
});

test('after a broken connection the version is negotiated again', async (t) => {
  const { stub, client } = await stubbed(t, closesOnce());
  await client.listImages();
  await t.throwsAsync(client.startContainer('web'));
  await client.listImages();
  t.deepEqual(stub.requests.slice(3), ['GET /_ping', 'GET /v1.41/images/json']);
});

test('100 concurrent calls share at most 64 connections, which are reused', async (t) => {
  const { stub, client } = await stubbed(t, answerAll);
  await client.listImages();
  for (let round = 0; round < 3; round++) await atOnce(client, 100);
  t.true(stub.connections() <= 64, `${stub.connections()} connections`);
});
