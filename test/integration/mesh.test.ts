import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import Docker from 'dockerode';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const withinMs = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'satsuma-test-'));
const socket = join(folder, 'docker.sock');
let lab: Lab;
let server: SatsumaServer;
let machine: string;
let discovery: { readonly dns: string; readonly domain: string };
/** Of every engine, on which its containers reach it. */
const bridge = '172.17.0.1';

test.before(async () => {
  lab = await startLab({ name: 'mesh', engines: 3, image: true, attached: true, liveRestore: false });
  // This machine, as the engines of the lab reach it.
  machine = new URL(lab.engines[0]?.addr ?? '').hostname.replace(/\d+$/, '1');
  discovery = { dns: `${machine}:53`, domain: 'lab.test' };
  server = await startSatsuma(lab, folder, { discovery, doors: { docker: { socket } } });
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
  rmSync(folder, { recursive: true });
});

interface Member {
  readonly engine: string;
  readonly role: string | null;
  readonly state: string;
}

const mesh = async () => (await server.call('GET', 'mesh')).data as { readonly members: readonly Member[] };
const membersOf = async () => (await mesh()).members.map(({ engine, role, state }) => `${engine} ${role} ${state}`);
const register = async (n: number) => await server.call('POST', 'engine', lab.engines[n - 1]);

async function run(name: string, engine: number, fields: object = {}) {
  const image = { name: 'demo/busybox:1', type: 'host', labels: [`host:mesh-${engine}`], container_name: name };
  return await server.call('POST', 'container', { ...image, ...fields });
}

/** What it answers at its name in the network. Of the lab's busybox, which has no library for names, only nslookup knows any. */
async function fetchFrom(container: string, name: string): Promise<string> {
  const address = `$(nslookup ${name} | sed -n 's/^Address[^:]*: \\([0-9.]*\\)$/\\1/p' | tail -n 1)`;
  const request = "printf 'GET / HTTP/1.0\\r\\n\\r\\n'";
  const cmd = ['sh', '-c', `${request} | nc -w 2 ${address} 8080 | tail -n 1`];
  return (await server.call('POST', `container/${container}/exec`, { cmd })).data.stdout;
}

test.serial('without a mesh, a network over engines is refused with what to do', async (t) => {
  for (const n of [1, 2]) t.is((await register(n)).status, 201);
  t.like(await server.call('GET', 'mesh'), { status: 404, code: 'no_mesh' });
  const { status, code, data } = await server.call('POST', 'network', { name: 'front' });
  t.is(status, 404);
  t.is(code, 'no_mesh');
  t.regex(data, /satsuma mesh up/);
});

test.serial('engines join, and containers on two of them reach each other by name', async (t) => {
  t.is((await server.call('PUT', 'mesh', {})).status, 202);
  const wanted = ['mesh-1 manager ready', 'mesh-2 worker ready'];
  const isThere = (members: readonly string[]) => JSON.stringify(members) === JSON.stringify(wanted);
  t.deepEqual(await eventually(membersOf, isThere, withinMs), wanted);

  const made = await server.call('POST', 'network', { name: 'front' });
  t.is(made.status, 201, JSON.stringify(made.data));
  t.like(made.data, { driver: 'overlay', scope: 'swarm', attachable: true });

  const docker = new Docker({ socketPath: socket });
  for (const [driver, expected] of [
    [undefined, 'overlay'],
    ['bridge', 'bridge'],
  ] as const) {
    const network = await docker.createNetwork({ Name: 'by-door', ...(driver && { Driver: driver }) });
    t.is((await network.inspect()).Driver, expected);
    await network.remove();
  }

  const args = ['sh', '-c', 'echo hello > index.html; exec httpd -f -p 8080'];
  const networks = [{ name: 'front', aliases: ['db'] }];
  for (const [name, engine, fields] of [
    ['server', 1, { networks, args }],
    ['client', 2, { networks: [{ name: 'front' }] }],
  ] as const) {
    const { status, data } = await run(name, engine, fields);
    t.is(status, 201, JSON.stringify(data));
  }
  t.is(
    await eventually(
      () => fetchFrom('client', 'db'),
      (text) => text === 'hello\n',
      withinMs,
    ),
    'hello\n',
  );
});

test.serial(
  'an engine that is registered later joins by itself; until then nothing with such a network goes there',
  async (t) => {
    const tokens = async () => JSON.parse((await lab.request(1, { path: '/swarm' })).body).JoinTokens;
    const before = await tokens();
    const rotated = await server.call('POST', 'mesh/rotate-tokens');
    t.is(rotated.status, 200, JSON.stringify(rotated.data));
    const after = await tokens();
    t.true(after.Worker !== before.Worker && after.Manager !== before.Manager, 'nobody joins with the previous ones');
    t.false(JSON.stringify([rotated, await server.log()]).includes('SWMTKN'));
    const three = lab.engines[2];
    await server.call('POST', 'engine', { ...three, labels: [...(three?.labels ?? []), 'new'] });
    const plan = async () => {
      const image = { name: 'demo/busybox:1', type: 'label', labels: ['new'], networks: [{ name: 'front' }] };
      return (await server.call('POST', 'plan', image)).data;
    };
    const early = await plan();
    if (early.candidates.length === 0) t.regex(JSON.stringify(early.refused), /the network front, which is on engine/);
    const isJoined = (members: readonly string[]) => members.includes('mesh-3 worker ready');
    t.true(isJoined(await eventually(membersOf, isJoined, withinMs)));
    const { candidates } = await eventually(plan, (answer) => answer.candidates.length === 1, withinMs);
    t.is(candidates.length, 1);
    const { status, data } = await run('third', 3, { networks: [{ name: 'front' }] });
    t.is(status, 201, JSON.stringify(data));
    t.is(
      await eventually(
        () => fetchFrom('third', 'db'),
        (text) => text === 'hello\n',
        withinMs,
      ),
      'hello\n',
    );
  },
);

test.serial('a container that runs already joins a network over engines, and leaves it', async (t) => {
  t.is((await run('late', 2)).status, 201);
  const member = async (action: string) =>
    await server.call('POST', `network/mesh-2/front/${action}`, { container: 'late' });
  t.is((await member('connect')).status, 200);
  t.is(
    await eventually(
      () => fetchFrom('late', 'db'),
      (text) => text === 'hello\n',
      withinMs,
    ),
    'hello\n',
  );
  t.is((await member('disconnect')).status, 200);
  t.not(await fetchFrom('late', 'db'), 'hello\n');
  t.is((await server.call('DELETE', 'container/late?force=true')).status, 202);
});

test.serial(
  'a name in a network is that of the replicas that are ready, on any engine, within the search domain',
  async (t) => {
    const health_check = { test: ['CMD-SHELL', '[ -f /ready ]'], interval: 1, timeout: 20, retries: 1 };
    const args = ['sh', '-c', ': > /ready; exec sleep 10000'];
    const image = { name: 'demo/busybox:1', args, networks: [{ name: 'front' }], health_check };
    const spread = { ...image, strategy: 'spread' };
    t.is((await server.call('POST', 'service', { name: 'web', image: spread, replicas: 3 })).status, 201);
    const search = { dns: [machine], dns_search: ['front.net.lab.test'] };
    t.is((await run('asker', 1, { ...search, networks: [{ name: 'front' }] })).status, 201);
    // The lab's nslookup takes no search domains: names are whole.
    const addressesOf = async (name: string): Promise<string[]> => {
      const cmd = ['nslookup', '-type=a', `${name}.front.net.lab.test`];
      const { data } = await server.call('POST', 'container/asker/exec', { cmd });
      return [...String(data.stdout).matchAll(/^Address: ([0-9.]+)$/gm)].map(([, address = '']) => address).sort();
    };
    const all = await eventually(
      () => addressesOf('web'),
      ({ length }) => length === 3,
      withinMs,
    );
    const { data: service } = await server.call('GET', 'service/web');
    t.is(new Set(all).size, 3, JSON.stringify(service));
    const [one] = service.status.replicas as { readonly slot: string; readonly container: string }[];
    if (!one) throw new Error('no replica');
    const ownAddress = () => addressesOf(`${one.slot}.web`);
    const [own = ''] = await eventually(ownAddress, ({ length }) => length === 1, withinMs);
    t.true(all.includes(own), own);
    const sick = await server.call('POST', `container/${one.container}/exec`, { cmd: ['rm', '/ready'] });
    t.is(sick.data.exit_code, 0, JSON.stringify(sick));
    const without = await eventually(
      () => addressesOf('web'),
      (now) => !now.includes(own),
      withinMs,
    );
    t.false(without.includes(own));
    t.is((await server.call('DELETE', 'service/web')).status, 202);
    t.deepEqual(
      await eventually(
        () => addressesOf('web'),
        ({ length }) => length === 0,
        withinMs,
      ),
      [],
    );
    t.is((await server.call('DELETE', 'container/asker?force=true')).status, 202);
  },
);

/** Runs a program on the engine itself, without any server of Satsuma's. */
async function runThere(n: number, container: string, cmd: readonly string[]): Promise<string> {
  const post = async (path: string, body: object) =>
    await lab.request(n, {
      ...{ method: 'POST', path, headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    });
  const made = await post(`/containers/${container}/exec`, { Cmd: cmd, AttachStdout: true, AttachStderr: true });
  return (await post(`/exec/${JSON.parse(made.body).Id}/start`, { Tty: true })).body;
}

test.serial(
  'with a resolver on each engine, a short name is that of the replicas that are ready, and is answered while no server is there',
  async (t) => {
    await lab.importUnbound();
    const value = [
      'server:',
      `  interface: ${bridge}`,
      '  access-control: 10.0.0.0/8 allow',
      '  access-control: 172.16.0.0/12 allow',
      '  module-config: "iterator"',
      '  chroot: ""',
      '  username: ""',
      '  pidfile: ""',
      '  use-syslog: no',
      '  serve-expired: yes',
      '  serve-expired-client-timeout: 500',
      '  serve-expired-reply-ttl: 1',
      '  cache-max-negative-ttl: 1',
      '  infra-host-ttl: 5',
      '  local-zone: "test." nodefault',
      'forward-zone:',
      '  name: "lab.test"',
      `  forward-addr: ${machine}@53`,
      'remote-control:',
      '  control-enable: no',
      '',
    ].join('\n');
    t.is((await server.call('POST', 'secret', { name: 'resolver.conf', value })).status, 201);
    const resolver = {
      ...{ name: 'demo/unbound:1', network_mode: 'host', secrets: [{ name: 'resolver.conf' }] },
      args: ['unbound', '-d', '-c', '/run/secrets/resolver.conf'],
    };
    const made = await server.call('POST', 'service', { name: 'resolver', image: resolver, replicas: 'global' });
    t.is(made.status, 201, JSON.stringify(made.data));
    // A name that Docker's DNS does not know is asked for there from now on.
    const withResolver = { discovery: { ...discovery, resolvers: [bridge] } };
    await server.end();
    server = await startSatsuma(lab, folder, withResolver);
    const shop = {
      ...{ name: 'demo/busybox:1', args: ['sh', '-c', ': > /ready; exec sleep 10000'], strategy: 'spread' },
      networks: [{ name: 'front', aliases: ['shop'] }],
      health_check: { test: ['CMD-SHELL', '[ -f /ready ]'], interval: 1, timeout: 20, retries: 1 },
    };
    t.is((await server.call('POST', 'service', { name: 'store', image: shop, replicas: 2 })).status, 201);
    t.is(
      (await run('looker', 1, { name: 'demo/unbound:1', args: ['sleep', '10000'], networks: ['front'] })).status,
      201,
    );
    const lookUp = async (name: string): Promise<string[]> => {
      const output = await runThere(1, 'looker', ['getent', 'ahostsv4', name]);
      return [...new Set([...output.matchAll(/^([0-9.]+)\s+STREAM/gm)].map(([, address = '']) => address))].sort();
    };
    const both = await eventually(
      () => lookUp('shop'),
      ({ length }) => length === 2,
      withinMs,
    );
    t.is(both.length, 2);
    t.deepEqual(await lookUp('store'), both);
    const { data: service } = await server.call('GET', 'service/store');
    const [one] = service.status.replicas as { readonly container: string }[];
    await server.call('POST', `container/${one?.container}/exec`, { cmd: ['rm', '/ready'] });
    t.is(
      (
        await eventually(
          () => lookUp('shop'),
          ({ length }) => length === 1,
          withinMs,
        )
      ).length,
      1,
    );
    const ready = await eventually(
      () => lookUp('shop'),
      ({ length }) => length === 2,
      withinMs,
    );
    t.is(ready.length, 2);
    await server.end();
    // Longer than any answer may be kept.
    for (const end = performance.now() + 2_500; performance.now() < end; ) t.deepEqual(await lookUp('shop'), ready);
    server = await startSatsuma(lab, folder, withResolver);
    for (const name of ['store', 'resolver']) t.is((await server.call('DELETE', `service/${name}`)).status, 202);
    t.is((await server.call('DELETE', 'container/looker?force=true')).status, 202);
  },
);

test.serial('with three managers, one that is lost keeps nobody from changing the mesh', async (t) => {
  await server.call('PUT', 'mesh', { managers: 3 });
  const managers = async () =>
    (await mesh()).members.filter(({ role, state }) => role === 'manager' && state === 'ready');
  t.is((await eventually(managers, ({ length }) => length === 3, withinMs)).length, 3);
  await lab.kill(1);
  const isKnown = (members: readonly string[]) => members.includes('mesh-1 manager unreachable');
  t.true(isKnown(await eventually(membersOf, isKnown, withinMs)));
  const create = async () => await server.call('POST', 'network', { name: 'back' });
  t.is((await eventually(create, ({ status }) => status === 201, withinMs)).status, 201);
  await lab.start(1);
  t.is((await eventually(managers, ({ length }) => length === 3, withinMs)).length, 3);
});

test.serial(
  'the engine with the label of managers becomes the only one, and networks are made as before',
  async (t) => {
    await server.call('PATCH', 'engine/mesh-3', { labels: ['core'] });
    t.is((await server.call('PUT', 'mesh', { managers: 1, manager_label: 'core' })).data.manager_label, 'core');
    const wanted = ['mesh-1 worker ready', 'mesh-2 worker ready', 'mesh-3 manager ready'];
    const isSo = (members: readonly string[]) => JSON.stringify(members) === JSON.stringify(wanted);
    t.deepEqual(await eventually(membersOf, isSo, withinMs), wanted);
    const create = async () => await server.call('POST', 'network', { name: 'core' });
    t.is((await eventually(create, ({ status }) => status === 201, withinMs)).status, 201);
  },
);

test.serial('the mesh is taken down when no network needs it, and the engines are as they were', async (t) => {
  const refused = await server.call('DELETE', 'mesh');
  t.like(refused, { status: 409, code: 'network_in_use' });
  for (const name of ['server', 'client', 'third']) await server.call('DELETE', `container/${name}?force=true`);
  for (const name of ['front', 'back', 'core']) {
    const remove = async () => await server.call('DELETE', `network/mesh-3/${name}`);
    const isGone = ({ status }: { readonly status: number }) => status === 202 || status === 404;
    t.true(isGone(await eventually(remove, isGone, withinMs)), name);
  }
  // An engine lists a network for a moment after its manager has removed it.
  const down = async () => await server.call('DELETE', 'mesh');
  const last = await eventually(down, ({ status }) => status === 202, withinMs);
  t.is(last.status, 202, String(last.data));
  const answer = await eventually(
    () => server.call('GET', 'mesh'),
    ({ status }) => status === 404,
    withinMs,
  );
  t.is(answer.status, 404, JSON.stringify(answer.data));
  for (const n of [1, 2, 3]) {
    const { Swarm } = JSON.parse((await lab.request(n, { path: '/info' })).body);
    t.is(Swarm.LocalNodeState, 'inactive');
  }
});
