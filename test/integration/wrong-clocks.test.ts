import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { shardOf } from '../../src/membership/shard-assignment.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { type RedisServer, startRedis } from './store/redis-server.ts';

/** Wall clocks of an hour ahead, an hour behind, and right; two servers are always an hour or two apart. */
type Clock = 'ahead' | 'behind' | 'right';
const hoursOf = { ahead: 1, behind: -1, right: 0 } as const;

interface Scene {
  readonly servers: Readonly<Record<Clock, SatsumaServer>>;
  /** The number of the lab's engine that this server follows, and under which id. */
  readonly followedBy: ReadonlyMap<Clock, { readonly id: string; readonly n: number }>;
}

const test = anyTest as TestFn<{ lab: Lab }>;
const withinMs = 60_000;
const shards = 16;
/** Longer than it takes to find out that an engine hangs. */
const graceMs = 15_000;
const image = { name: 'demo/busybox:1', args: ['sh', '-c', 'trap "exit 0" TERM; sleep 3600 & wait'] };

const web = {
  name: 'web',
  image,
  replicas: 6,
  grace: graceMs / 1000,
  shutdown_delay: 1,
  update: { monitor: 1, delay: 1 },
};

test.before(async (t) => {
  t.context = { lab: await startLab({ name: 'clocks', engines: 3, image: true, attached: true }) };
});

test.after.always((t) => t.context.lab?.down());

/** Who holds a lease, by the store. */
async function holderOf(redis: RedisServer, lease: string): Promise<string | undefined> {
  const answer = await redis.send(`HGET {satsuma}:leases ${lease}`);
  return /^\d+ \d+ (\S+)/m.exec(answer)?.[1];
}

/** Three servers, the first of which leads, and an engine of each. */
async function start(t: ExecutionContext<{ lab: Lab }>, order: readonly Clock[]): Promise<Scene> {
  const { lab } = t.context;
  const { redis, url } = await startRedis(t);
  const servers = new Map<Clock, SatsumaServer>();
  const ids = new Map<Clock, string>();
  for (const clock of order) {
    const server = await startSatsuma(lab, temporaryFolder(t), { 'redis-url': url }, hoursOf[clock]);
    t.teardown(() => server.end());
    servers.set(clock, server);
    const isNew = (id: string) => ![...ids.values()].includes(id);
    const signs = async () => [...(await redis.send('HKEYS {satsuma}:documents:server')).matchAll(/^[0-9a-f-]{36}/gm)];
    const found = await eventually(signs, (each) => each.length > ids.size, withinMs);
    ids.set(clock, found.map(([id]) => id).find(isNew) ?? '');
  }
  const leads = await eventually(
    () => holderOf(redis, 'services'),
    (id) => id !== undefined,
    withinMs,
  );
  t.is(leads, ids.get(order[0] ?? 'right'), 'the first server leads');
  const holders = () => Promise.all(Array.from({ length: shards }, (_, shard) => holderOf(redis, `watch/${shard}`)));
  const shared = await eventually(holders, (each) => new Set(each).size === 3 && !each.includes(undefined), withinMs);
  const names = Array.from({ length: 500 }, (_, index) => `engine-${index}`);
  const followedBy = new Map<Clock, { id: string; n: number }>();
  for (const [index, clock] of order.entries()) {
    const id = names.find((name) => shared[shardOf(name)] === ids.get(clock)) ?? '';
    followedBy.set(clock, { id, n: index + 1 });
    const { id: _, ...engine } = lab.engines[index] ?? { id: '' };
    const server = servers.get(clock);
    t.is((await server?.call('POST', 'engine', { ...engine, id }))?.status, 201);
  }
  return { servers: Object.fromEntries(servers) as Scene['servers'], followedBy };
}

const serviceOf = async (server: SatsumaServer, name: string) => (await server.call('GET', `service/${name}`)).data;
const isWhole = ({ status }: { status: { state: string; ready: number } }) =>
  status.state === 'running' && status.ready === web.replicas;

/** An engine hangs: its replica runs elsewhere after the grace, and not before. */
async function checkGrace(t: ExecutionContext<{ lab: Lab }>, scene: Scene, follower: Clock): Promise<void> {
  const { lab } = t.context;
  const server = scene.servers.right;
  const { id, n } = scene.followedBy.get(follower) ?? { id: '', n: 0 };
  type Replicas = { status: { replicas: { engine: string; state: string }[] } };
  const elsewhere = ({ status }: Replicas) =>
    status.replicas.filter(({ engine, state }) => engine !== id && state === 'ready').length;
  t.true(elsewhere(await serviceOf(server, 'web')) < web.replicas, 'the engine has a replica to lose');
  const answeredAfter = await awaitAnswer(scene.servers[follower], id);
  await lab.pause(n);
  const isMoved = (service: Replicas) => elsewhere(service) === web.replicas;
  const moved = await eventually(() => serviceOf(server, 'web'), isMoved, withinMs);
  const tookMs = performance.now() - answeredAfter;
  await lab.resume(n);
  t.true(isMoved(moved), `engine of ${follower}: given up at last, ${JSON.stringify(moved.status)}`);
  t.true(tookMs >= graceMs, `engine of ${follower}: not before the grace is over, ${tookMs} ms`);
  t.log(`engine followed by the server whose clock is ${follower}: run elsewhere after ${Math.round(tookMs)} ms`);
  const back = await eventually(() => serviceOf(server, 'web'), isWhole, withinMs);
  t.true(isWhole(back), JSON.stringify(back.status));
}

/** Until its follower hears from the engine, by which its silence counts; the answer came after that time. */
async function awaitAnswer(server: SatsumaServer, engineId: string): Promise<number> {
  const observedAt = async () => (await server.call('GET', `engine/${engineId}`)).data.observed_at;
  let answeredAfter = performance.now();
  const before = await observedAt();
  const observe = async () => {
    const askedAt = performance.now();
    const at = await observedAt();
    if (at === before) answeredAfter = askedAt;
    return at;
  };
  await eventually(observe, (at) => at !== before, withinMs);
  return answeredAfter;
}

/** Each server knows soon what another one saw. */
async function checkObservations(t: ExecutionContext<{ lab: Lab }>, { servers }: Scene): Promise<void> {
  const { lab } = t.context;
  const imagesOf = async (server: SatsumaServer) => (await server.call('GET', 'cluster')).data.image_count;
  const all = Object.values(servers);
  // Each has a look of its own, dated by its own wall clock.
  for (const server of all) await server.call('GET', 'cluster?consistent=true');
  const before = await imagesOf(servers.right);
  for (const n of [1, 2, 3]) await lab.importImage(`demo/of-${n}:${before}`, [n]);
  for (const server of all)
    t.is(
      await eventually(
        () => imagesOf(server),
        (count) => count === before + 3,
        withinMs,
      ),
      before + 3,
    );
}

/** A key is worth a request, wherever it is sent; what a schedule asks for is run, whoever was told of it. */
async function checkRequests(t: ExecutionContext<{ lab: Lab }>, { servers }: Scene): Promise<void> {
  const body = { name: 'demo/busybox:1', type: 'label', args: ['true'] };
  const answers = [];
  for (const server of Object.values(servers))
    answers.push(await server.call('POST', 'container', body, { 'idempotency-key': 'k' }));
  t.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201],
  );
  t.is(new Set(answers.map(({ data }) => data.id)).size, 1);
  for (const [clock, server] of Object.entries(servers)) {
    const job = { name: `job-${clock}`, image: { name: 'demo/busybox:1', args: ['true'] }, schedule: '*/3 * * * * *' };
    t.is((await server.call('POST', 'job', job)).status, 201);
  }
  for (const clock of Object.keys(servers)) {
    type Run = { state: string };
    const runs = async (): Promise<Run[]> => (await servers.right.call('GET', `job/job-${clock}/runs`)).data;
    const done = await eventually(
      runs,
      (each) => each.filter(({ state }) => state === 'succeeded').length > 1,
      withinMs,
    );
    t.true(done.length > 1, `the job that was made by the server whose clock is ${clock} runs`);
    await servers.right.call('DELETE', `job/job-${clock}`);
  }
}

const holds = test.macro({
  async exec(t: ExecutionContext<{ lab: Lab }>, order: readonly [Clock, Clock, Clock]) {
    const [leader, other] = order;
    const scene = await start(t, order);
    const { servers } = scene;
    t.is((await servers[leader].call('POST', 'service', web)).status, 201);
    const running = await eventually(() => serviceOf(servers.right, 'web'), isWhole, withinMs);
    t.true(isWhole(running), JSON.stringify(running.status));
    await checkObservations(t, scene);
    await checkRequests(t, scene);
    await checkGrace(t, scene, other);

    // Whoever leads is killed in the middle of an update, and one of the others goes on.
    const { data } = await servers[other].call('PUT', 'service/web', { image: { ...image, environment: { V: '2' } } });
    type Updated = { status: { rollout: { state: string; generation: number }; replicas: { generation: number }[] } };
    const isBegun = ({ status }: Updated) => status.replicas.some(({ generation }) => generation === data.generation);
    t.true(isBegun(await eventually(() => serviceOf(servers.right, 'web'), isBegun, withinMs)));
    await servers[leader].end('SIGKILL');
    const left = leader === 'right' ? servers[other] : servers.right;
    const isOut = ({ status }: Updated) =>
      status.rollout.state === 'completed' && status.rollout.generation === data.generation;
    const updated = await eventually(() => serviceOf(left, 'web'), isOut, withinMs);
    t.true(isOut(updated), JSON.stringify(updated.status));

    const warnings: string[] = (await left.call('GET', 'cluster')).data.warnings;
    t.true(
      warnings.some((each) => /3600 s (ahead of|behind) the clock of the store/.test(each)),
      `${warnings}`,
    );
    await left.call('DELETE', 'service/web');
    const isGone = ({ status }: { status: number }) => status === 404;
    t.is((await eventually(() => left.call('GET', 'service/web'), isGone, withinMs)).status, 404);
  },
  title: (_, [leader, other]) =>
    `a leader whose clock is ${leader === 'right' ? 'right' : `an hour ${leader}`} beside one an hour ${other}: every promise in seconds holds`,
});

test.serial(holds, ['ahead', 'behind', 'right']);
test.serial(holds, ['behind', 'ahead', 'right']);
