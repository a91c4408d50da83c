import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

/**
 * deblox.Docker's README, typed as it stands on three servers, with their addresses for its hosts'. Where it shows a
 * message alone, the message is sent. One of the servers is killed on the way.
 */
const shell = promisify(execFile);
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'deblox', engines: 3, attached: true });
  await lab.importImage('ubuntu:latest');
});

test.after.always(() => lab?.down());

test.serial('the messages of deblox’s README are answered by any server, for the whole cluster', async (t) => {
  const servers = await startServers(t);
  const [first, second, third] = await Promise.all(servers.map(doorOf));
  const hosts = lab.engines.map(({ addr }) => new URL(addr).hostname);
  for (const hostname of hosts) t.deepEqual(await send(first, { action: 'register', hostname }), {});
  t.deepEqual(await send(second, { action: 'register', hostname: hosts[0] }), {}, 'announced again');
  const image = { name: 'ubuntu', type: 'label', hostname: 'TESTNODE', bind_ports: [{ container_port: 80 }] };
  t.is((await servers[2]?.call('POST', 'image', { name: 'test', image }))?.status, 201);

  const several = await typed(
    `curl -X   POST --data '{"action": "create-container", "template": "test", "instances": 2}' ${second}  | python -m json.tool`,
  );
  const many = await typed(
    `curl -X   POST --data '{"action": "create-unibet-container", "template": "test", "instances": 20}' ${third}  | python -m json.tool`,
  );
  for (const [{ containers }, count] of [
    [several, 2],
    [many, 20],
  ] as const) {
    t.deepEqual(
      containers.map(({ statusCode }: Sent) => statusCode),
      Array(count).fill(201),
    );
    t.is(new Set(containers.map(({ dockerInstance }: Sent) => dockerInstance)).size, Math.min(count, 3));
  }
  const one = await typed(
    `curl -X   POST --data '{"action": "create-container", "image": "ubuntu"}' ${first}  | python -m json.tool`,
  );
  t.like(one, { 'Content-Length': '90', 'Content-Type': 'application/json', statusCode: 201 });
  const { Id: id } = one.Response.Body;
  t.deepEqual(one.Response.Body, { Id: id, Warnings: null });

  const [made] = several.containers;
  const inspected = await typed(
    `curl -X  POST --data '{"action": "inspect-container", "id": "${made.Response.Body.Id}"}' ${third}  | python -m json.tool`,
  );
  t.like(inspected, { dockerInstance: made.dockerInstance, statusCode: 200 });
  t.like(inspected.Response.Body, { Id: made.Response.Body.Id, State: { Running: true } });
  t.like(inspected.Response.Body.Config, { Image: 'ubuntu', Hostname: 'TESTNODE' });

  await servers[0]?.end('SIGKILL');
  const dockerInstance = one.dockerInstance;
  t.like(await send(second, { action: 'start-container', id }), { dockerInstance, statusCode: 304 });
  const stopped = await typed(
    ` curl -X  POST --data '{"action": "stop-container", "id": "${id}"}' ${third}  | python -m json.tool`,
  );
  t.deepEqual(stopped, { Date: stopped.Date, Response: '', dockerInstance, statusCode: 204 });
  const listed = await send(second, { action: 'list-containers', hostname: dockerInstance });
  const row = listed.Response.Body.find(({ Id }: { Id: string }) => Id === id);
  t.like(row, { Image: 'ubuntu', Ports: [] });
  t.regex(row.Status, /^Exited/);
  t.regex(row.Command, /^sh -c/);
  const started = await send(third, { action: 'start-container', id });
  t.deepEqual(started, { Date: started.Date, Response: '', dockerInstance, statusCode: 204 });
  t.like(await send(second, { action: 'restart-container', id }), { dockerInstance, statusCode: 204 });
  const deleted = await typed(
    `curl -X   POST --data '{"action": "delete-container", "id": "${id}"}' ${third}   | python -mjson.tool`,
  );
  t.deepEqual(deleted, { Date: deleted.Date, Response: '', dockerInstance, statusCode: 204 });
  t.deepEqual(await send(second, { action: 'inspect-container', id }), { status: 'timeout or no such id' });

  const all = await send(third, { action: 'list-containers', all: true });
  t.deepEqual(
    all.containers.map((each: Sent) => each.dockerInstance),
    hosts,
  );
  t.is(all.containers.flatMap((each: Sent) => each.Response.Body).length, 22);
  const images = await send(second, { action: 'list-images' });
  t.like(images, { statusCode: 200, 'Response-Code': 200, 'Content-Type': 'application/json' });
  t.deepEqual(images.Response.Body[0].RepoTags, ['ubuntu:latest']);

  const body = {
    Image: 'ubuntu',
    Cmd: ['sleep', '1000'],
    HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '18083' }] } },
  };
  const raw = await send(third, { action: 'create-raw-container', body });
  t.is(raw.statusCode, 201);
  const published = await send(second, { action: 'inspect-container', id: raw.Response.Body.Id });
  t.like(published.Response.Body, { Path: 'sleep', NetworkSettings: { Ports: { '80/tcp': [{ HostPort: '18083' }] } } });
  const refused = await send(third, {
    action: 'create-raw-container',
    body: { ...body, Cmd: ['no-such-command'], HostConfig: {} },
  });
  t.is(refused.statusCode, 400, 'Docker’s own status');
  t.regex(refused.Response.Body.message, /no-such-command/);

  await lab.pause(3);
  const rest = await send(second, { action: 'list-containers', all: true });
  t.like(rest.containers[2], { error: 'timeout', dockerInstance: hosts[2] });
  await lab.resume(3);
  const before = await runningOn(3);
  t.deepEqual(await send(third, { action: 'unregister', hostname: hosts[2] }), {});
  t.is((await send(second, { action: 'list-containers', all: true })).containers.length, 2);
  t.deepEqual(await runningOn(3), before, 'what runs there runs on');
  t.true(before.length >= 6);
});

// biome-ignore lint/suspicious/noExplicitAny: what the door answers.
type Sent = any;

async function startServers(t: ExecutionContext): Promise<SatsumaServer[]> {
  const dir = temporaryFolder(t);
  const doors = { deblox: { 'listen-addr': '127.0.0.1:0' } };
  const settings = { 'redis-url': (await startRedis(t)).url, doors };
  const servers = await Promise.all([1, 2, 3].map(() => startSatsuma(lab, dir, settings)));
  for (const server of servers) t.teardown(() => server.end());
  return servers;
}

async function doorOf(server: SatsumaServer): Promise<string> {
  const listening = (await server.log()).find(({ msg }) => msg === 'listening');
  const { deblox = '' } = (listening?.doors ?? {}) as { readonly deblox?: string };
  return new URL(deblox).host;
}

async function send(host: string | undefined, message: object): Promise<Sent> {
  const response = await fetch(`http://${host}/`, { method: 'POST', body: JSON.stringify(message) });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return await response.json();
}

async function runningOn(n: number): Promise<string[]> {
  const { body } = await lab.request(n, { path: '/containers/json' });
  return (JSON.parse(body) as { Id: string }[]).map(({ Id }) => Id);
}

/** The line up to the pipe: what it prints is not to be made pretty. */
async function typed(line: string): Promise<Sent> {
  const [curl = ''] = line.split('|');
  const { stdout } = await shell('sh', ['-c', curl.replace('curl', 'curl -sS')]);
  return JSON.parse(stdout);
}
