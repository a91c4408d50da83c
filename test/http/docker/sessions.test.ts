import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Server } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { createRole } from '../../../src/commands/accounts/roles.ts';
import { createToken } from '../../../src/commands/accounts/tokens.ts';
import { createDoors } from '../../../src/http/doors.ts';
import { startListening } from '../../../src/http/listener.ts';
import { eventually } from '../../controllers/services/stage.ts';
import { openDoor } from '../open-door.ts';
import { sleeper } from './docker-door.ts';

const by = { name: 'test', role: 'admin' };

/** The door on an address, and somebody whose policy has sessions recorded and refuses what is privileged. */
async function open(t: ExecutionContext) {
  const { cluster, call } = await openDoor(t, { engines: 1, isAudited: true });
  const settings = { listen: { host: '127.0.0.1', port: 0 } };
  const doors = await createDoors(cluster, { docker: settings }, [], { isTokenRequired: true });
  const server = doors.get('docker') as Server;
  await startListening(server);
  t.teardown(() => server.stop({ timeout: 0 }));
  const { port } = server.listener.address() as AddressInfo;
  t.is((await call('POST', '/apiv1/policy', { name: 'watched', rules: { record_sessions: true } })).status, 201);
  await createRole(
    cluster,
    { name: 'watched', rules: [{ verbs: ['*'], nouns: ['container'] }], policy: 'watched' },
    by,
  );
  const { token } = await createToken(cluster, { name: 'ana', role: 'watched' }, by);
  const headers = { host: '127.0.0.1', authorization: `Bearer ${token}` };
  const ask = async (method: string, url: string, body: object = {}) => {
    const answer = await server.inject({ method, url, headers, payload: JSON.stringify(body) });
    return { status: answer.statusCode, body: answer.payload === '' ? undefined : JSON.parse(answer.payload) };
  };
  t.is((await ask('POST', '/containers/create?name=web', sleeper)).status, 201);
  t.is((await ask('POST', '/containers/web/start')).status, 204);
  const hijack = async (url: string, body = '{}') => {
    const upgrade = { connection: 'Upgrade', upgrade: 'tcp', 'content-length': body.length };
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path: url, headers: { ...headers, ...upgrade } });
    sent.end(body);
    const [, socket, head] = await once(sent, 'upgrade');
    socket.end();
    return Buffer.concat([head, await buffer(socket)]).toString('latin1');
  };
  const entries = async (isSelected: (entry: { readonly verb: string; readonly result: string }) => boolean) => {
    const { body } = await call('GET', '/apiv1/audit');
    return body.data.filter(isSelected);
  };
  const recordings = async () => (await call('GET', '/apiv1/audit/recordings')).body.data;
  return { cluster, ask, hijack, headers, port, entries, recordings };
}

test('an exec is recorded, and in the audit with its exit code', async (t) => {
  const { ask, hijack, entries, recordings } = await open(t);
  const made = await ask('POST', '/containers/web/exec', { Cmd: ['exit', '3'], AttachStdout: true });
  t.is(made.status, 201);
  t.regex(await hijack(`/v1.41/exec/${made.body.Id}/start`), /ran exit 3/);
  const ended = () => entries(({ verb, result }) => verb === 'exec' && result === 'done');
  await eventually(t, async () => (await ended()).some(({ session }: { session?: object }) => session));
  t.like(
    (await ended()).find(({ session }: { session?: object }) => session),
    {
      ...{ who: 'ana', role: 'watched', noun: 'container', status: 101, session: { exit_code: 3 } },
    },
  );
  const [recording] = await recordings();
  t.like(recording, { who: 'ana', verb: 'exec', container: 'web', engine: 'a' });
});

test('an attach is recorded over either connection, and a client that leaves is in the audit', async (t) => {
  const { hijack, entries, recordings, headers, port } = await open(t);
  t.regex(await hijack('/v1.41/containers/web/attach?stream=1&stdout=1'), /ran sleep/);
  await eventually(t, async () => (await recordings()).length === 1);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1.41/containers/web/attach/ws?stream=1&stdin=1`, { headers });
  await once(socket, 'message');
  socket.terminate();
  const cut = () => entries(({ verb, result }) => verb === 'attach' && result === 'failed');
  await eventually(t, async () => (await cut()).length === 1);
  t.like((await cut())[0], { who: 'ana', status: 101, session: { cut: 'client' } });
  await eventually(t, async () => (await recordings()).length === 2);
  for (const each of await recordings()) t.like(each, { verb: 'attach', container: 'web' });
});

test('a policy refuses a body in docker’s form, and the audit says which rule', async (t) => {
  const { cluster, ask, entries } = await open(t);
  const before = cluster.cache.reservations().length;
  for (const HostConfig of [{ Privileged: true }, { Binds: ['/:/host'] }, { PidMode: 'host' }]) {
    const { status, body } = await ask('POST', '/containers/create', { ...sleeper, HostConfig });
    t.is(status, 403, JSON.stringify(body));
    t.deepEqual(Object.keys(body), ['message']);
    t.regex(body.message, /policy watched/);
  }
  t.is((await ask('POST', '/containers/web/exec', { Cmd: ['id'], Privileged: true })).status, 403);
  t.is(cluster.cache.reservations().length, before);
  const refused = () => entries(({ result }) => result === 'refused');
  await eventually(t, async () => (await refused()).length === 4);
  for (const each of await refused()) t.like(each, { who: 'ana', policy: 'watched' });
});
