import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createDoors } from '../../../src/http/doors.ts';
import { startListening } from '../../../src/http/listener.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { engineOf, openDocker } from './docker-door.ts';

const cut = new SatsumaError('engine_unreachable', 'engine a is gone');

interface Line {
  readonly status?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message: string };
}

/** The lines of the answer; whoever is cut off gets no whole answer. */
async function openLines(t: ExecutionContext) {
  const opened = await openDocker(t);
  const ask = async (url: string, payload?: string): Promise<Line[]> => {
    const headers = { host: 'localhost', 'content-type': 'application/x-tar' };
    const answer = await opened.server.inject({ method: 'POST', url, headers, ...(payload && { payload }) });
    t.is(answer.statusCode, 200, answer.payload);
    return answer.payload
      .trimEnd()
      .split('\r\n')
      .map((line) => JSON.parse(line));
  };
  const failsWith = (lines: readonly Line[], reason: RegExp) => {
    const { error = '', errorDetail } = lines.at(-1) ?? {};
    t.regex(error, reason);
    t.is(errorDetail?.message, error);
  };
  return { ...opened, ask, failsWith };
}

test('a push, and a build, that break off in the middle of a line end with docker’s own line', async (t) => {
  const { cluster, ask, failsWith } = await openLines(t);
  engineOf(cluster, 'a').relayed.set('GET /images/demo/web/json', { body: { Id: 'sha256:1' } });
  const body = '{"status":"Pushing"}\r\n{"status":"Pus';
  engineOf(cluster, 'a').relayed.set('POST /images/demo/web/push', { body, cut });
  const pushed = await ask('/v1.41/images/demo/web/push');
  t.is(pushed.length, 2);
  t.is(pushed[0]?.status, 'Pushing');
  failsWith(pushed, /^engine a is gone$/);
  for (const { relayed } of cluster.engines) relayed.set('POST /build', { body, cut });
  failsWith(await ask('/v1.41/build', 'the context'), /^engine a is gone$/);
});

test('a last line without an end is sent, and a line that is long is sent as it comes', async (t) => {
  const { cluster, server } = await openLines(t);
  for (const body of ['{"status":"done"}', `{"status":"${'x'.repeat(70_000)}`]) {
    for (const { relayed } of cluster.engines) relayed.set('POST /build', { body });
    const answer = await server.inject({ method: 'POST', url: '/v1.41/build', headers: { host: 'localhost' } });
    t.is(answer.payload, body);
  }
});

test('a load of what is no archive says so', async (t) => {
  const { ask, failsWith } = await openLines(t);
  failsWith(await ask('/v1.41/images/load', 'nonsense'), /the archive cannot be loaded/);
});

test('an import whose image does not come to the other engines says so', async (t) => {
  const { cluster, ask, failsWith } = await openLines(t);
  const status = `sha256:${'a'.repeat(64)}`;
  for (const { relayed } of cluster.engines) relayed.set('POST /images/create', { body: { status } });
  failsWith(await ask('/v1.41/images/create?fromSrc=-&repo=demo/made', 'tar'), /demo\/made/);
});

test('a pull that cannot begin says so', async (t) => {
  const { cluster, ask, failsWith } = await openLines(t);
  cluster.cache.catchUp = () => Promise.reject(new SatsumaError('store_unavailable', 'the store is away'));
  failsWith(await ask('/v1.41/images/create?fromImage=demo/web'), /^the store is away$/);
});

test('a server that stops says so in the same form', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const path = join(temporaryFolder(t), 'docker.sock');
  const server = (await createDoors(cluster, { docker: { socket: path } }, [])).get('docker-socket');
  if (!server) throw new Error('no door');
  await startListening(server);
  const begun = new EventEmitter();
  engineOf(cluster, 'a').pullImage = async (_, { signal } = {}) => {
    begun.emit('pull');
    await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    throw new SatsumaError('engine_timeout', 'the pull was broken off');
  };
  const pulling = once(begun, 'pull');
  const asked = server.inject({
    method: 'POST',
    url: '/images/create?fromImage=demo/web',
    headers: { host: 'localhost' },
  });
  await pulling;
  await server.stop({ timeout: 0 });
  const last = (await asked).payload.trimEnd().split('\r\n').at(-1) ?? '';
  t.regex(JSON.parse(last).error, /the server is stopping/);
});
