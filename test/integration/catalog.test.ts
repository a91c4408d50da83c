import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import anyTest, { type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

interface Entry {
  readonly engine: string;
  readonly container: string;
  readonly host: string;
  readonly port: number;
  readonly unreachable_since?: string;
}

interface Context {
  readonly lab: Lab;
  server: SatsumaServer;
}

const test = anyTest as TestFn<{ stage: Context }>;
/** Events tell what happens. A partition is to be found out about by the replicas' own checks, before their engine is asked. */
const settings = { 'observe-interval': 10 };
const image = {
  name: 'demo/busybox:1',
  bind_ports: [{ container_port: 80 }],
  args: ['sh', '-c', 'trap "exit 0" TERM; httpd -f -p 80 & wait'],
};
const web = { image, replicas: 1, grace: 600, update: { monitor: 0 } };
const health = { type: 'tcp', port: 80, interval: 1, timeout: 1, retries: 2 };

test.before(async (t) => {
  const lab = await startLab({ name: 'catalog', engines: 3, image: true, attached: true });
  const server = await startSatsuma(lab, lab.dir, settings);
  t.context.stage = { lab, server };
  await registerAll(server, lab);
});

test.after.always(async (t) => {
  await t.context.stage?.server.end();
  await t.context.stage?.lab.down();
});

const entries = async ({ server }: Context, name: string): Promise<Entry[]> =>
  (await server.call('GET', `catalog?service=${name}`)).data;

/** Whether the catalogue names one replica of it, and who connects there gets through. */
async function answers(context: Context, name: string): Promise<Entry | undefined> {
  const [entry, ...others] = await entries(context, name);
  return entry && others.length === 0 && (await isOpen(entry)) ? entry : undefined;
}

async function answering(context: Context, name: string): Promise<Entry> {
  const entry = await eventually(() => answers(context, name), Boolean, 30_000);
  if (!entry) throw new Error(`${name} does not answer: ${JSON.stringify(await entries(context, name))}`);
  return entry;
}

async function start(context: Context, name: string, changes: object = {}): Promise<Entry> {
  await context.server.call('POST', 'service', { name, ...web, ...changes });
  return await answering(context, name);
}

function isOpen({ host, port }: Entry): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (isThere: boolean) => resolve(isThere && !socket.destroy().connecting);
    socket.once('connect', () => end(true));
    for (const event of ['error', 'timeout'] as const) socket.once(event, () => end(false));
  });
}

const numberOf = ({ engine }: Entry) => Number(engine.split('-').at(-1));

async function post({ lab }: Context, n: number, path: string, body: object = {}): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  return (await lab.request(n, { method: 'POST', path, headers, body: JSON.stringify(body) })).body;
}

test.serial('the catalogue follows the ports of restarts: by hand, by policy, and while no server runs', async (t) => {
  const { stage: context } = t.context;
  const first = await start(context, 'moved', { image: { ...image, restart_policy: { name: 'always' } } });
  const n = numberOf(first);
  const isOther = (before: Entry) => (now: Entry | undefined) => now !== undefined && now.port !== before.port;
  const moved = async (what: string, before: Entry): Promise<Entry> => {
    const begin = performance.now();
    const now = await eventually(() => answers(context, 'moved'), isOther(before), 20_000);
    t.log(`${what}: right after ${Math.round(performance.now() - begin)} ms`);
    t.is(now?.container, first.container);
    return now ?? before;
  };
  await post(context, n, `/containers/${first.container}/restart`);
  const second = await moved('restarted by hand', first);
  const exec = await post(context, n, `/containers/${first.container}/exec`, { Cmd: ['kill', '1'] });
  await post(context, n, `/exec/${JSON.parse(exec).Id}/start`, { Detach: true });
  const third = await moved('restarted by its engine', second);
  await context.server.end();
  await post(context, n, `/containers/${first.container}/restart`);
  context.server = await startSatsuma(context.lab, context.lab.dir, settings);
  await moved('restarted while no server ran', third);
  await context.server.call('DELETE', 'service/moved');
});

test.serial('replicas of an engine whose daemon is dead are told as long as they answer', async (t) => {
  const { stage: context } = t.context;
  const checked = await start(context, 'checked', { health });
  const n = numberOf(checked);
  const beside = { constraints: [`node==${checked.engine}`] };
  const unchecked = await start(context, 'unchecked', { image: { ...image, ...beside } });
  t.is(unchecked.engine, checked.engine);
  await context.lab.kill(n);
  for (const name of ['checked', 'unchecked']) {
    const [entry] = await eventually(
      () => entries(context, name),
      ([each]) => Boolean(each?.unreachable_since),
      30_000,
    );
    t.truthy(entry?.unreachable_since, name);
    t.true(entry && (await isOpen(entry)), name);
  }
  await context.lab.start(n);
  for (const name of ['checked', 'unchecked']) {
    const isBack = ([each]: Entry[]) => each !== undefined && each.unreachable_since === undefined;
    await eventually(() => entries(context, name), isBack, 30_000);
    t.is((await answering(context, name)).engine, checked.engine);
    await context.server.call('DELETE', `service/${name}`);
  }
});

test.serial('in a partition a replica leaves the catalogue by its own check, and is the same afterwards', async (t) => {
  const { stage: context } = t.context;
  const entry = await start(context, 'cut', { health });
  await context.lab.partition(numberOf(entry));
  const begin = performance.now();
  const left = await eventually(
    () => entries(context, 'cut'),
    (all) => all.length === 0,
    30_000,
  );
  t.log(`left after ${Math.round(performance.now() - begin)} ms: interval 1 s, 2 retries`);
  t.deepEqual(left, []);
  t.is((await context.server.call('GET', `engine/${entry.engine}`)).data.status, 'ok', 'its engine was not waited for');
  await context.lab.heal(numberOf(entry));
  t.is((await answering(context, 'cut')).container, entry.container);
  await context.server.call('DELETE', 'service/cut');
});

test.serial('a replica has its start period from its start on, and again after a restart', async (t) => {
  const { stage: context } = t.context;
  const args = ['sh', '-c', 'trap "exit 0" TERM; sleep 5; httpd -f -p 80 & wait'];
  // Of its engine's own accord it stays, however long a restart by hand takes.
  const kept = { ...image, restart_policy: { name: 'always' } };
  const slow = { ...health, interval: 0.5, retries: 1, start_period: 60 };
  const entry = await start(context, 'slow', { image: { ...kept, args }, health: slow });
  await post(context, numberOf(entry), `/containers/${entry.container}/restart`);
  await eventually(
    () => entries(context, 'slow'),
    (all) => all.length === 0,
    20_000,
  );
  t.is((await answering(context, 'slow')).container, entry.container);
  await context.server.call('DELETE', 'service/slow');
});

test.serial(
  'names of services are answered by DNS: to this machine and in containers, and only those that are ready',
  async (t) => {
    const { stage: context } = t.context;
    // This machine, as the engines of the lab reach it.
    const machine = new URL(context.lab.engines[0]?.addr ?? '').hostname.replace(/\d+$/, '1');
    await context.server.end();
    context.server = await startSatsuma(context.lab, context.lab.dir, {
      ...settings,
      discovery: { dns: `${machine}:53`, domain: 'lab.test' },
    });
    // A machine that is busy answers late: that is no reason to leave.
    const patient = { ...health, timeout: 10, retries: 5 };
    const resolver = new Resolver();
    resolver.setServers([machine]);
    const addresses = () => resolver.resolve4('web.lab.test').catch(({ code }: NodeJS.ErrnoException) => [code]);
    t.deepEqual(await addresses(), ['ENOTFOUND']);
    await context.server.call('POST', 'service', { name: 'web', ...web, replicas: 3, health: patient });
    const three = await eventually(addresses, ({ length }) => length === 3, 60_000);
    t.is(new Set(three).size, 3);

    const all = await entries(context, 'web');
    const found = await resolver.resolveSrv('_80._tcp.web.lab.test');
    t.deepEqual(found.map(({ port }) => port).sort(), all.map(({ port }) => port).sort());
    for (const { name, port } of found) {
      const [host = ''] = await resolver.resolve4(name);
      t.true(await isOpen({ host, port } as Entry), name);
    }

    // Docker's DNS passes on what it does not know.
    const script = 'nslookup -type=a web.lab.test';
    const client = { name: 'demo/busybox:1', type: 'label', container_name: 'client', dns: [machine] };
    const ran = await context.server.call('POST', 'container', { ...client, args: ['sleep', '1000'] });
    t.is(ran.status, 201, JSON.stringify(ran.data));
    const lookUp = async (): Promise<string> => {
      const { data } = await context.server.call('POST', 'container/client/exec', { cmd: ['sh', '-c', script] });
      return `${data.stdout}${data.stderr}`;
    };
    const isWhole = (text: string) => three.every((address) => text.includes(`${address}`));
    const text = await eventually(lookUp, isWhole, 60_000);
    t.true(isWhole(text), text);

    const [first] = all;
    if (!first) throw new Error('no replica');
    await post(context, numberOf(first), `/containers/${first.container}/pause`);
    const others = await eventually(addresses, (now) => !now.includes(first.host), 30_000);
    t.deepEqual(others.sort(), three.filter((each) => each !== first.host).sort());
    await post(context, numberOf(first), `/containers/${first.container}/unpause`);
    // Its place may have been filled meanwhile, on an engine that has another one already.
    const isCatalog = async () => {
      const hosts = (await entries(context, 'web')).map(({ host }) => host);
      return hosts.length === 3 && isDeepStrictEqual([...new Set(hosts)].sort(), (await addresses()).sort());
    };
    const answered = await eventually(isCatalog, Boolean, 60_000);
    t.true(answered, JSON.stringify([await entries(context, 'web'), await addresses()]));
    await context.server.call('DELETE', 'container/client');
    await context.server.call('DELETE', 'service/web');
    t.deepEqual(await eventually(addresses, ([code]) => code === 'ENOTFOUND', 60_000), ['ENOTFOUND']);
  },
);
