import { request } from 'node:http';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createDoors } from '../../../src/http/doors.ts';
import { startListening } from '../../../src/http/listener.ts';
import { resyncAll, startCluster } from '../../fixtures/harness.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { engineOf, openDocker, sleeper } from './docker-door.ts';

const told = { body: '{"stream":"Step 1/1 : FROM scratch\\n"}\r\n' };

async function openBuilds(t: ExecutionContext) {
  const opened = await openDocker(t);
  for (const { relayed } of opened.cluster.engines) relayed.set('POST /build', told);
  const build = async (query: string, headers: Record<string, string> = {}) => {
    const { statusCode, payload } = await opened.server.inject({
      ...{ method: 'POST', url: `/v1.41/build?${query}`, payload: 'the context' },
      headers: { host: 'localhost', 'content-type': 'application/x-tar', ...headers },
    });
    return { status: statusCode, text: payload };
  };
  const builders = () =>
    opened.cluster.engines.filter(({ relays }) => relays.some(({ path }) => path === '/build')).map(({ id }) => id);
  return { ...opened, build, builders };
}

test('an image is built on one engine, which classic Swarm’s words choose, and the rest is handed on', async (t) => {
  const { cluster, build, builders } = await openBuilds(t);
  const buildargs = JSON.stringify({ 'constraint:engine': '=b', VERSION: '2', HTTP_PROXY: null });
  const labels = JSON.stringify({ tier: 'web', 'satsuma.strategy': 'spread' });
  const query = new URLSearchParams({ t: 'demo/web:1', dockerfile: 'Other', buildargs, labels, nonsense: '1' });
  const { status, text } = await build(`${query}&t=demo/web:latest`);
  t.is(status, 200);
  t.is(text, told.body);
  t.deepEqual(builders(), ['b']);
  const { relays, relayedBodies } = engineOf(cluster, 'b');
  t.is(String(relayedBodies.get('POST /build')), 'the context');
  const [asked] = relays.filter(({ path }) => path === '/build');
  t.deepEqual(asked?.query?.getAll('t'), ['demo/web:1', 'demo/web:latest']);
  t.is(asked?.query?.get('buildargs'), '{"VERSION":"2","HTTP_PROXY":null}');
  t.is(asked?.query?.get('labels'), '{"tier":"web"}');
  t.is(asked?.query?.get('dockerfile'), 'Other');
  t.false(asked?.query?.has('nonsense'));
  t.is(asked?.version, '1.41');
});

test('an image is built anew where it was built before', async (t) => {
  const { cluster, build, builders } = await openBuilds(t);
  engineOf(cluster, 'b').images.add('demo/web:1');
  await resyncAll(cluster);
  await build('t=demo/web:1');
  t.deepEqual(builders(), ['b']);
});

test('credentials of the client are handed on, and what has no place is docker’s own error', async (t) => {
  const { cluster, build, builders } = await openBuilds(t);
  const config = { 'registry.example.com': { username: 'me', password: 'secret' } };
  const header = Buffer.from(JSON.stringify(config)).toString('base64');
  await build('', { 'x-registry-config': header });
  const [engine] = cluster.engines.filter(({ id }) => builders().includes(id));
  const [sent] = engine?.relays.filter(({ path }) => path === '/build') ?? [];
  t.deepEqual(JSON.parse(Buffer.from(sent?.headers?.['x-registry-config'] ?? '', 'base64').toString()), config);
  const args = encodeURIComponent(JSON.stringify({ 'constraint:zone': '=mars' }));
  const refused = await build(`buildargs=${args}`);
  t.is(refused.status, 409);
  t.regex(JSON.parse(refused.text).message, /zone==mars/);
  t.is((await build('buildargs=nonsense')).status, 400);
  t.is((await build('labels=[]')).status, 400);
});

test('the cache of builds is pruned on all engines', async (t) => {
  const { cluster, docker } = await openBuilds(t);
  for (const id of ['a', 'b'])
    engineOf(cluster, id).relayed.set('POST /build/prune', { body: { CachesDeleted: [id], SpaceReclaimed: 2 } });
  const { body } = await docker('POST', '/v1.41/build/prune?all=1');
  t.deepEqual(body, { CachesDeleted: ['a', 'b'], SpaceReclaimed: 4 });
});

test('arguments and credentials of a build may be longer than Node reads by itself', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const socketPath = join(temporaryFolder(t), 'docker.sock');
  const server = (await createDoors(cluster, { docker: { socket: socketPath } }, [])).get('docker-socket');
  if (!server) throw new Error('no door');
  await startListening(server);
  t.teardown(() => server.stop({ timeout: 0 }));
  const engine = engineOf(cluster, 'a');
  engine.relayed.set('POST /build', told);
  const buildargs = JSON.stringify({ CERTIFICATE: 'c'.repeat(30_000) });
  const logins = Object.fromEntries(['one', 'two'].map((name) => [name, { password: 'p'.repeat(15_000) }]));
  const path = `/v1.41/build?buildargs=${encodeURIComponent(buildargs)}`;
  const headers = { 'x-registry-config': Buffer.from(JSON.stringify(logins)).toString('base64') };
  const status = await new Promise((resolve, reject) => {
    const sent = request({ socketPath, method: 'POST', path, headers }, (answer) => resolve(answer.statusCode));
    sent.once('error', reject);
    sent.end();
  });
  t.is(status, 200);
  const [asked] = engine.relays.filter((each) => each.path === '/build');
  t.is(asked?.query?.get('buildargs'), buildargs);
  t.deepEqual(JSON.parse(Buffer.from(asked?.headers?.['x-registry-config'] ?? '', 'base64').toString()), logins);
});

/** A connection that the door hands on; undefined where it says no. */
function tunnelled(socketPath: string, path: string, headers: Record<string, string | string[]> = {}) {
  return new Promise<string | undefined>((resolve, reject) => {
    const asked = { connection: 'Upgrade', upgrade: 'h2c', ...headers };
    const sent = request({ socketPath, method: 'POST', path, headers: asked });
    sent.once('upgrade', (_, socket) => {
      socket.once('data', (bytes: Buffer) => {
        resolve(bytes.toString());
        socket.destroy();
      });
      socket.write('there and back');
    });
    sent.once('response', () => resolve(undefined));
    sent.once('error', reject);
    sent.end();
  });
}

test('a container of an image that was built over /grpc is at the engine of the build', async (t) => {
  const { cluster, docker } = await openDocker(t);
  const path = join(temporaryFolder(t), 'docker.sock');
  const server = (await createDoors(cluster, { docker: { socket: path } }, [])).get('docker-socket');
  if (!server) throw new Error('no door');
  await startListening(server);
  t.teardown(() => server.stop({ timeout: 0 }));
  const built = new Promise<string>((resolve) => {
    for (const engine of cluster.engines) {
      const tunnel = engine.tunnel.bind(engine);
      engine.tunnel = async (asked) => {
        engine.images.add('demo/made:1');
        const opened = await tunnel(asked);
        opened.once('close', () => resolve(engine.id));
        return opened;
      };
    }
  });
  await tunnelled(path, '/grpc');
  const where = engineOf(cluster, await built);
  const other = cluster.engines.find(({ id }) => id !== where.id);
  for (let count = 0; count < 3; count += 1)
    await docker('POST', `/containers/create?name=more-${count}`, {
      ...{ ...sleeper, Env: [`constraint:engine==${where.id}`] },
    });
  const { status, body } = await docker('POST', '/containers/create', { ...sleeper, Image: 'demo/made:1' });
  t.is(status, 201, JSON.stringify(body));
  t.true(where.containers.has(body.Id));
  t.false(other?.images.has('demo/made:1'));
});

test('the session of a build is at its engine, whichever comes first, and others follow their client', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const path = join(temporaryFolder(t), 'docker.sock');
  const server = (await createDoors(cluster, { docker: { socket: path } }, [])).get('docker-socket');
  if (!server) throw new Error('no door');
  await startListening(server);
  t.teardown(() => server.stop({ timeout: 0 }));
  for (const { relayed } of cluster.engines) relayed.set('POST /build', told);
  const build = (session: string, where: string) => {
    const buildargs = encodeURIComponent(JSON.stringify({ 'constraint:engine': `=${where}` }));
    return server.inject({ method: 'POST', url: `/build?version=2&session=${session}&buildargs=${buildargs}` });
  };
  const open = (session: string) =>
    tunnelled(path, '/v1.41/session', {
      'x-docker-expose-session-uuid': session,
      'x-docker-expose-session-grpc-method': ['/a/B', '/c/D'],
    });
  const tunnels = (id: string) => engineOf(cluster, id).tunnels.map((each) => each.path);
  const [first] = await Promise.all([open('one'), build('one', 'b')]);
  t.is(first, 'there and back');
  await build('two', 'a');
  await open('two');
  t.deepEqual([tunnels('a'), tunnels('b')], [['/session'], ['/session']]);
  t.deepEqual(engineOf(cluster, 'b').tunnels[0]?.headers['x-docker-expose-session-grpc-method'], ['/a/B', '/c/D']);
  await open('three');
  await tunnelled(path, '/grpc');
  const counts = [tunnels('a').length, tunnels('b').length].sort();
  t.deepEqual(counts, [1, 3], 'a session without a build and /grpc are at one engine');
  const conflict = await build('three', tunnels('a').length === 1 ? 'a' : 'b');
  t.is(conflict.statusCode, 409);
  t.regex(conflict.payload, /the session of the build is at engine/);
});
