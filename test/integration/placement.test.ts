import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { createContainer } from './lab-containers.ts';
import { type Answer, eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', args: ['sleep', '3600'] };
let lab: Lab;
let server: SatsumaServer;

/** The one reason that all engines gave: what it is called, and what Docker said. */
function lackOf({ details }: Answer): { readonly engines: number; readonly said: string } {
  const codes = details.engines.map(({ code }: { code: string }) => code);
  if (codes.some((code: string) => code !== 'engine_lacks')) throw new Error(`not only what they lack: ${codes}`);
  return { engines: codes.length, said: details.engines[0].message };
}

test.before(async () => {
  // Live restore excludes Swarm mode.
  lab = await startLab({ name: 'place', engines: 3, image: true, attached: true, liveRestore: false });
  server = await startSatsuma(lab, lab.dir);
  await registerAll(server, lab);
  for (const [id, zone] of [
    ['place-1', 'eu-1'],
    ['place-2', 'eu-1'],
    ['place-3', 'us-1'],
  ]) {
    await server.call('PATCH', `engine/${id}`, { labels: [`zone=${zone}`] });
  }
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
});

test.serial('a device is in the container, with the access that was asked for', async (t) => {
  const image = { ...busybox, constraints: ['node==place-2'], devices: ['/dev/null:/dev/nothing:rw'] };
  const { status, data } = await server.call('POST', 'container', image);
  t.is(status, 201, JSON.stringify(data));
  const { body } = await lab.request(2, { path: `/containers/${data.id}/json` });
  t.deepEqual(JSON.parse(body).HostConfig.Devices, [
    { PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', CgroupPermissions: 'rw' },
  ]);
});

test.serial('a device that no engine has is told, and nothing stays', async (t) => {
  const before = (await server.call('GET', 'containers?all=true')).data.length;
  const answer = await server.call('POST', 'container', { ...busybox, devices: ['/dev/none'] });
  t.is(answer.status, 422, JSON.stringify(answer));
  const { engines, said } = lackOf(answer);
  t.is(engines, 3);
  t.regex(said, /\/dev\/none/);
  t.is((await server.call('GET', 'containers?all=true')).data.length, before);
});

test.serial('GPUs are asked of Docker, which says that this machine has none', async (t) => {
  const answer = await server.call('POST', 'container', { ...busybox, gpus: 1 });
  t.is(answer.status, 422, JSON.stringify(answer));
  const { engines, said } = lackOf(answer);
  t.is(engines, 3);
  t.regex(said, /capabilities: \[\[gpu\]\]/);
});

test.serial('a service is spread over zones, one on an engine, and keeps what is counted', async (t) => {
  for (const id of ['place-1', 'place-2', 'place-3'])
    await server.call('PATCH', `engine/${id}`, { resources: { slot: 1 } });
  const service = {
    name: 'web',
    image: { ...busybox, resources: { slot: 1 } },
    constraints: ['service!=web'],
    spread: 'zone',
  };
  t.is((await server.call('POST', 'service', { ...service, replicas: 2, update: { monitor: 0 } })).status, 201);
  const read = async () => (await server.call('GET', 'service/web')).data.status;
  const two = await eventually(read, ({ ready }) => ready === 2, 20_000);
  const engines: string[] = two.replicas.map(({ engine }: { engine: string }) => engine);
  t.is(engines.filter((engine) => engine === 'place-3').length, 1, engines.join());
  await server.call('POST', 'service/web/scale', { replicas: 4 });
  const four = await eventually(read, ({ ready, waiting }) => ready === 3 && Object.keys(waiting).length === 1, 20_000);
  const [wait] = Object.values<{ code: string; details: { counts: { message: string }[] } }>(four.waiting);
  t.is(wait?.code, 'unschedulable');
  t.is(wait?.details.counts[0]?.message, 'service!=web is not met: service web is there already');
});

test.serial('a name is held once in the cluster, ours or not', async (t) => {
  const on = (n: number) => ({ ...busybox, container_name: 'only', constraints: [`node==place-${n}`] });
  const { status, data } = await server.call('POST', 'container', on(1));
  t.is(status, 201, JSON.stringify(data));
  t.like(await server.call('POST', 'container', on(2)), {
    ...{ status: 409, code: 'name_taken', data: 'the container name only is taken on engine place-1' },
  });
  await createContainer(lab, 3, 'theirs', { cmd: ['sleep', '3600'] });
  const foreign = { ...busybox, container_name: 'theirs', constraints: ['node==place-2'] };
  const isKnown = async () => (await server.call('GET', 'container/theirs')).status === 200;
  await eventually(isKnown, Boolean, 30_000);
  await eventually(
    async () => (await server.call('POST', 'plan', foreign)).data.engine,
    (engine) => engine === null,
    30_000,
  );
  t.like(await server.call('POST', 'container', foreign), {
    ...{ status: 409, code: 'name_taken', data: 'the container name theirs is taken on engine place-3' },
  });
  await server.call('DELETE', 'container/only');
  const again = await server.call('POST', 'container', on(2));
  t.is(again.status, 201, JSON.stringify(again.data));
});

test.serial('a container that needs another one is started on the engine of that one', async (t) => {
  const other = { ...busybox, container_name: 'other', constraints: ['node==place-3'], volumes: ['/data'] };
  t.is((await server.call('POST', 'container', other)).status, 201);
  for (const needs of [{ network_mode: 'container:other' }, { links: { other: 'db' } }, { volumes_from: ['other'] }]) {
    const { status, data } = await server.call('POST', 'container', { ...busybox, ...needs, strategy: 'spread' });
    t.is(status, 201, JSON.stringify(data));
    t.is((await server.call('GET', `container/${data.id}`)).data.engine.id, 'place-3', JSON.stringify(needs));
  }
  const nope = await server.call('POST', 'container', { ...busybox, network_mode: 'container:nope' });
  t.like(nope, { status: 422, code: 'unschedulable' });
  t.is(nope.details.counts[0].message, 'it shares the network of container nope, which does not exist');
});

test.serial('a service on the network of the host is asked on the port of the host', async (t) => {
  const image = {
    ...{
      name: 'demo/busybox:1',
      type: 'label',
      network_mode: 'host',
      args: ['httpd', '-f', '-p', '8095', '-h', '/etc'],
    },
    ...{ constraints: ['node==place-1'] },
  };
  const health = { type: 'http', port: 8095, path: '/hostname', interval: 1, timeout: 5, retries: 3, start_period: 30 };
  const body = { name: 'hosted', image, health, replicas: 1, update: { monitor: 0 } };
  t.is((await server.call('POST', 'service', body)).status, 201);
  const read = async () => (await server.call('GET', 'service/hosted')).data.status;
  const { replicas } = await eventually(read, ({ ready }) => ready === 1, 60_000);
  t.is(replicas[0].engine, 'place-1');
});

/** Of the engine's own API. */
async function docker(n: number, method: string, path: string, body?: object) {
  const answer = await lab.request(n, {
    ...{ method, path },
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return answer.body === '' ? undefined : JSON.parse(answer.body);
}

test.serial('a port that a swarm publishes is taken on all its engines', async (t) => {
  const addressOf = (n: number) => new URL(lab.engines[n - 1]?.addr ?? '').hostname;
  const init = { ListenAddr: `${addressOf(1)}:2377`, AdvertiseAddr: addressOf(1) };
  await docker(1, 'POST', '/swarm/init', init);
  const { JoinTokens } = await docker(1, 'GET', '/swarm');
  const join = { RemoteAddrs: [`${addressOf(1)}:2377`], JoinToken: JoinTokens.Worker };
  await docker(2, 'POST', '/swarm/join', { ListenAddr: `${addressOf(2)}:2377`, AdvertiseAddr: addressOf(2), ...join });
  await docker(1, 'POST', '/services/create', {
    Name: 'meshed',
    TaskTemplate: { ContainerSpec: { Image: 'demo/busybox:1', Args: ['sleep', '3600'] } },
    EndpointSpec: { Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8077, PublishMode: 'ingress' }] },
  });
  const image = { ...busybox, bind_ports: [{ port: 8077, container_port: 80 }] };
  const plan = async () => (await server.call('POST', 'plan', image)).data;
  const { refused } = await eventually(plan, ({ candidates }) => candidates.length === 1, 60_000);
  const message = 'port tcp/8077 is taken by swarm service meshed';
  t.like(refused.engines, [
    { engine: 'place-1', code: 'port_taken', message },
    { engine: 'place-2', code: 'port_taken', message },
  ]);
  const { status, data } = await server.call('POST', 'container', image);
  t.is(status, 201, JSON.stringify(data));
  t.is(data.engine.id, 'place-3');
});
