import test from 'ava';
import { SatsumaError } from '../../../src/model/errors.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import { certificates, engineMaterial } from '../certificates.ts';
import { clientOf, json, type StubAnswer, startStub, stubbed } from '../stub-engine.ts';

const { ours, theirs, client: tls } = await certificates();
const image: ImageConfig = { name: 'redis', type: 'multi', restart_policy: {} };
const spec = { image, name: 'web', labels: {}, maximumCpus: 2 };
const answerAll: StubAnswer = ({ response }) => json(response, 200, []);

const senseless: Readonly<Record<string, StubAnswer>> = {
  null: ({ response }) => response.writeHead(200).end('null'),
  nothing: ({ response }) => response.writeHead(200).end(),
  'a text': ({ response }) => response.writeHead(200).end('"x"'),
  'truncated JSON': ({ response }) => response.writeHead(200).end('[{"Id":'),
  HTML: ({ response }) => response.writeHead(200).end('<html>'),
};

/** Lists, with an entry of which nothing can be read. */
const unreadable: Readonly<Record<string, string>> = {
  'deep JSON': '['.repeat(1_000_000) + ']'.repeat(1_000_000),
  'a list of null': '[null]',
};

for (const [what, answer] of Object.entries(unreadable)) {
  test(`${what} is a list with an unreadable entry, and invalid elsewhere`, async (t) => {
    const { client } = await stubbed(t, ({ response }) => response.writeHead(200).end(answer));
    t.like(await client.listContainers(), { length: 0, leftOut: 1 });
    t.is((await client.listImages()).length, 0);
    await t.throwsAsync(client.createContainer(spec), { instanceOf: SatsumaError, code: 'engine_failed' });
    await t.throwsAsync(client.handshake(), { instanceOf: SatsumaError, code: 'engine_refused' });
  });
}

for (const [what, answer] of Object.entries(senseless)) {
  test(`${what} is not a response`, async (t) => {
    const { client } = await stubbed(t, answer);
    await t.throwsAsync(client.createContainer(spec), { instanceOf: SatsumaError, code: 'engine_failed' });
    for (const call of [client.listContainers(), client.listImages(), client.handshake()])
      await t.throwsAsync(call, { instanceOf: SatsumaError, code: 'engine_refused' });
  });
}

test('a redirect is rejected, not followed', async (t) => {
  const { stub, client } = await stubbed(t, ({ response }) =>
    response.writeHead(301, { location: '/elsewhere' }).end('[]'),
  );
  await t.throwsAsync(client.listImages(), {
    code: 'engine_refused',
    message: /refused to list images: HTTP 301, a redirect, not followed$/,
  });
  t.deepEqual(stub.requests, ['GET /_ping', 'GET /v1.41/images/json']);
});

test('a redirect of a ping is not followed either', async (t) => {
  const { stub, client } = await stubbed(t, () => undefined, {
    ping: ({ response }) => response.writeHead(307, { location: '/elsewhere' }).end(),
  });
  for (const call of [client.ping(), client.handshake(), client.listImages()]) {
    await t.throwsAsync(call, { code: 'engine_refused', message: /HTTP 307, a redirect, not followed$/ });
  }
  t.deepEqual(new Set(stub.requests), new Set(['GET /_ping']));
});

test('content that is not JSON is described, and never shown', async (t) => {
  const { client } = await stubbed(t, ({ response }) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>a page to log in'),
  );
  await t.throwsAsync(client.listContainers(), {
    message: /list containers: no JSON, but 22 characters of text\/html$/,
  });
});

test('error messages are short and single-line, whatever their content', async (t) => {
  const messages: unknown[] = ['\u001b[2J two\r\nlines'.padEnd(50_000, 'x'), { toString: 1 }, ['x'], null];
  const { client } = await stubbed(t, ({ response }) => json(response, 500, { message: messages.shift() }));
  for (let i = messages.length; i > 0; i--) {
    const { message } = await t.throwsAsync(client.listImages(), { code: 'engine_refused' });
    t.true(message.length < 700 && !/\p{Cc}/u.test(message), message);
  }
});

test('an error without a message has its status', async (t) => {
  const { client } = await stubbed(t, ({ response }) => response.writeHead(503).end());
  await t.throwsAsync(client.listImages(), { code: 'engine_refused', message: /HTTP 503/ });
});

test.serial('environment variables do not affect the address of an engine', async (t) => {
  const names = ['DOCKER_HOST', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'NODE_TLS_REJECT_UNAUTHORIZED'];
  t.teardown(() => {
    for (const name of names) delete process.env[name];
  });
  const stub = await startStub(t, await engineMaterial(ours), answerAll);
  const distrusted = await startStub(t, { ...(await engineMaterial(theirs)), ca: tls.ca }, answerAll);
  for (const host of ['://not an address', 'tcp://127.0.0.1:1', 'unix:///nowhere', 'ssh://nobody@127.0.0.1']) {
    Object.assign(process.env, { DOCKER_HOST: host, DOCKER_CERT_PATH: '/nowhere', DOCKER_TLS_VERIFY: '1' });
    t.deepEqual(await clientOf(t, stub.addr, { tls }).listImages(), []);
  }
  // Node's warning about it belongs into no test's output.
  const { emitWarning } = process;
  t.teardown(() => Object.assign(process, { emitWarning }));
  process.emitWarning = () => undefined;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  await t.throwsAsync(clientOf(t, distrusted.addr, { tls }).listImages(), { code: 'engine_certificate' });
});
