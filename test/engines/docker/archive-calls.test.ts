import { once } from 'node:events';
import test from 'ava';
import { SatsumaError } from '../../../src/model/errors.ts';
import { json, stubbed } from '../stub-engine.ts';

const id = 'a'.repeat(64);
const stat = { name: 'etc', size: 4096, mode: 2147484141, mtime: '2026-01-02T03:04:05Z', linkTarget: '' };
const header = (value: unknown) => ({
  'x-docker-container-path-stat': Buffer.from(JSON.stringify(value)).toString('base64'),
});
const never = new AbortController().signal;

async function textOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of bytes) text += chunk;
  return text;
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

test('a path is read by HEAD', async (t) => {
  const { stub, client } = await stubbed(t, ({ response }) => void response.writeHead(200, header(stat)).end());
  t.deepEqual(await client.statPath(id, '/etc/a b'), stat);
  t.is(stub.requests.at(-1), `HEAD /v1.41/containers/${id}/archive?path=%2Fetc%2Fa+b`);
});

test('a missing path is no_such_path', async (t) => {
  const { client } = await stubbed(t, ({ response }) => void response.writeHead(404).end());
  await t.throwsAsync(client.statPath(id, '/nope'), { code: 'no_such_path' });
});

for (const [what, headers] of [
  ['none', {}],
  ['no JSON', { 'x-docker-container-path-stat': 'AAAA' }],
  ['a mode that is none', header({ ...stat, mode: -1 })],
  ['a name of two lines', header({ ...stat, name: 'a\nb' })],
] as const) {
  test(`a stat that is ${what} is invalid`, async (t) => {
    const { client } = await stubbed(t, ({ response }) => void response.writeHead(200, headers).end());
    await t.throwsAsync(client.statPath(id, '/etc'), { code: 'engine_refused' });
    await t.throwsAsync(client.openArchive(id, '/etc', never), { code: 'engine_refused' });
  });
}

test('an archive has the stat of its path', async (t) => {
  const { client } = await stubbed(t, ({ response }) => void response.writeHead(200, header(stat)).end('bytes'));
  const archive = await client.openArchive(id, '/etc', never);
  t.deepEqual(archive.stat, stat);
  t.is(await textOf(archive.bytes), 'bytes');
});

for (const [message, code] of [
  ['No such container: web', 'no_such_container'],
  ['Could not find the file /nope in container web', 'no_such_path'],
] as const) {
  test(`"${message}" is ${code}`, async (t) => {
    const { client } = await stubbed(t, ({ response }) => json(response, 404, { message }));
    await t.throwsAsync(client.openArchive(id, '/nope', never), { code });
    await t.throwsAsync(client.putArchive(id, { path: '/nope' }, pieces('x'), never), { code });
  });
}

test('a truncated archive is an error', async (t) => {
  const { client } = await stubbed(t, ({ response, socket }) => {
    response.writeHead(200, header(stat)).write('part', () => socket.destroy());
  });
  const archive = await client.openArchive(id, '/etc', never);
  await t.throwsAsync(textOf(archive.bytes), { code: 'engine_unreachable' });
});

test.serial('an engine that becomes silent in the middle times out', async (t) => {
  const { client } = await stubbed(t, ({ response }) => void response.writeHead(200, header(stat)).write('part'), {
    limits: { pullMs: 3_000 },
  });
  const archive = await client.openArchive(id, '/etc', never);
  await t.throwsAsync(textOf(archive.bytes), { code: 'engine_unreachable' });
});

test('an archive is streamed, with docker’s options', async (t) => {
  let body = '';
  const { stub, client } = await stubbed(t, (request) => {
    body = request.body;
    request.response.writeHead(200).end();
  });
  const options = { path: '/data', noOverwriteDirNonDir: true, copyUIDGID: false };
  await client.putArchive(id, options, pieces('one', 'two'), never);
  t.is(body, 'onetwo');
  t.is(stub.requests.at(-1), `PUT /v1.41/containers/${id}/archive?path=%2Fdata&noOverwriteDirNonDir=1`);
});

test('a failed archive is not sent as complete, and its error is thrown', async (t) => {
  let wasWhole = false;
  const { client } = await stubbed(t, ({ response }) => {
    wasWhole = true;
    response.writeHead(200).end();
  });
  async function* broken() {
    yield Buffer.from('part');
    throw new SatsumaError('invalid', 'the body broke off');
  }
  await t.throwsAsync(client.putArchive(id, { path: '/data' }, broken(), never), { code: 'invalid' });
  t.false(wasWhole);
});

test.serial('time in which the archive has no data is not counted', async (t) => {
  const { client } = await stubbed(t, ({ response }) => void response.writeHead(200).end(), {
    limits: { pullMs: 3_000 },
  });
  async function* slow() {
    yield Buffer.from('a');
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    yield Buffer.from('b');
  }
  await t.notThrowsAsync(client.putArchive(id, { path: '/data' }, slow(), never));
});

test.serial('an engine that does not answer in time is a timeout', async (t) => {
  const { client } = await stubbed(t, () => undefined, { limits: { pullMs: 3_000 } });
  await t.throwsAsync(client.putArchive(id, { path: '/data' }, pieces('x'), never), { code: 'engine_timeout' });
});

test('an abort ends the request to the engine', async (t) => {
  let closed: Promise<unknown> = Promise.resolve();
  const { stub, client } = await stubbed(t, ({ response, socket }) => {
    closed = once(socket, 'close');
    response.writeHead(200, header(stat)).write('part');
  });
  const gone = new AbortController();
  const archive = await client.openArchive(id, '/etc', gone.signal);
  const reading = textOf(archive.bytes);
  gone.abort();
  await t.throwsAsync(reading);
  await closed;
  t.is(stub.requests.length, 2);
});

test('an id with other characters is not found', async (t) => {
  const { client } = await stubbed(t, ({ response }) => json(response, 200, {}));
  await t.throwsAsync(client.statPath('../x', '/etc'), { code: 'no_such_path' });
  await t.throwsAsync(client.openArchive('../x', '/etc', never), { code: 'no_such_container' });
  await t.throwsAsync(client.putArchive('../x', { path: '/' }, pieces('x'), never), { code: 'no_such_container' });
});
