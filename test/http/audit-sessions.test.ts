import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { removeCredential } from '../../src/commands/accounts/remove-credential.ts';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import type { AuditEntry } from '../../src/model/audit.ts';
import { eventually } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';

const by = { name: 'test', role: 'admin' };

async function open(t: ExecutionContext) {
  const { cluster, server } = await openDoor(t, { engines: 1, isAudited: true }, 'token');
  await server.start();
  t.teardown(() => server.stop({ timeout: 0 }));
  const { token } = await createToken(cluster, { name: 'ana', role: 'admin' }, by);
  const headers = { host: 'localhost', authorization: `Bearer ${token}` };
  const post = async (path: string, body: object) => {
    const payload = JSON.stringify(body);
    return await server.inject({ method: 'POST', url: `/apiv1/container${path}`, headers, payload });
  };
  const image = { name: 'demo/busybox:1', type: 'label', container_name: 'web', args: ['cat'] };
  t.is((await post('', image)).statusCode, 201);
  const begin = async (path: string) => {
    const url = `${server.info.uri.replace('http', 'ws')}/apiv1/container/web/${path}`;
    const socket = new WebSocket(url, 'v1.satsuma.exec', { headers });
    t.teardown(() => socket.terminate());
    await once(socket, 'open');
    return socket;
  };
  const kept = async (): Promise<AuditEntry[]> => {
    const blocks = await cluster.store.list('audit-block');
    const entries = blocks.flatMap(({ value }) => value.entries);
    return entries.filter(({ verb }) => verb === 'exec' || verb === 'attach');
  };
  const untilKept = async (count: number): Promise<AuditEntry[]> => {
    let found: AuditEntry[] = [];
    const isThere = async () => {
      found = await kept();
      return found.length >= count;
    };
    await eventually(t, isThere, () => found);
    t.is(found.length, count);
    return found;
  };
  return { cluster, server, post, begin, untilKept };
}

const eof = Buffer.from([255, 0]);

for (const [path, session] of [
  ['exec/ws?cmd=exit&cmd=3', { exit_code: 3 }],
  ['attach/ws', { exit_code: 0 }],
] as const) {
  test(`a session of ${path} is recorded as begun while it goes on, and at its end with its exit code`, async (t) => {
    const { begin, untilKept } = await open(t);
    const socket = await begin(path);
    // All that is left where the server is killed now.
    const [began] = await untilKept(1);
    t.like(began, { who: 'ana', target: 'web', result: 'began', status: null });
    t.is(began?.session, undefined);
    socket.send(eof);
    const [, ended] = await untilKept(2);
    t.like(ended, { who: 'ana', target: 'web', result: 'done', status: 101, code: null, session });
    t.is(ended?.request, began?.request);
    t.true((ended?.at ?? '') > (began?.at ?? ''));
  });
}

test('a session whose client goes, or whose server stops, was cut', async (t) => {
  const { server, begin, untilKept } = await open(t);
  (await begin('exec/ws?cmd=hang')).terminate();
  t.like((await untilKept(2))[1], { result: 'failed', status: 101, session: { cut: 'client' } });
  const last = await begin('exec/ws?cmd=hang');
  const stopped = server.stop({ timeout: 5_000 });
  await once(last, 'close');
  await stopped;
  t.like((await untilKept(4))[3], { result: 'failed', code: 'server_stopping', session: { cut: 'server' } });
});

test('a session of a token that was revoked was cut for that', async (t) => {
  const { cluster, begin, untilKept } = await open(t);
  const socket = await begin('exec/ws?cmd=hang');
  await removeCredential(cluster, { kind: 'token', name: 'ana' }, by);
  await once(socket, 'close');
  t.like((await untilKept(2))[1], { result: 'failed', code: 'forbidden', session: { cut: 'access' } });
});

test('a program that cannot be run is recorded with why', async (t) => {
  const { cluster, begin, untilKept } = await open(t);
  const [engine] = cluster.engines;
  if (!engine) throw new Error('no engine');
  engine.fail('startExec', 'engine_refused');
  const socket = await begin('exec/ws?cmd=cat');
  await once(socket, 'close');
  t.like((await untilKept(2))[1], { result: 'failed', code: 'engine_refused', session: { cut: 'error' } });
});

test('an exec without a WebSocket is recorded with its exit code, in one answer or by the line', async (t) => {
  const { post, untilKept } = await open(t);
  for (const query of ['', '?stream=true'])
    t.is((await post(`/web/exec${query}`, { cmd: ['exit', '3'] })).statusCode, 200);
  t.is((await post('/web/exec', { cmd: ['true'], detach: true })).statusCode, 200);
  const ended = (await untilKept(6)).filter(({ result }) => result === 'done');
  t.deepEqual(
    ended.map(({ session }) => session),
    [{ exit_code: 3 }, { exit_code: 3 }, { detached: true }],
  );
});
