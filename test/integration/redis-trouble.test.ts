import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Answer, eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

/** What a call may take while Redis says nothing. */
const boundMs = 6_000;
const memory = 16;
const busybox = { name: 'demo/busybox:1', type: 'label', memory, strategy: 'spread', network_mode: 'none' };
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'trouble', engines: 2, image: true, attached: true });
});

test.after.always(() => lab?.down());

const run = (server: SatsumaServer) => server.call('POST', 'container', busybox);

/** What the engines have and what the ledger holds for it. */
async function compare(server: SatsumaServer) {
  const { data: containers } = await server.call('GET', 'containers?all=true');
  const shown: Answer[] = await Promise.all(
    containers.map(({ id }: { id: string }) => server.call('GET', `container/${id}`)),
  );
  const { data: cluster } = await server.call('GET', 'cluster');
  return {
    ids: new Set<string>(containers.map(({ id }: { id: string }) => id)),
    unrecorded: shown.filter(({ data }) => !data?.placement).length,
    promised: cluster.reserved_memory,
  };
}

const isEven = ({ ids, unrecorded, promised }: Awaited<ReturnType<typeof compare>>) =>
  unrecorded === 0 && promised === memory * ids.size;

async function removeAll(t: ExecutionContext, server: SatsumaServer): Promise<void> {
  const { data } = await server.call('GET', 'containers?all=true');
  for (const { id } of data) t.is((await server.call('DELETE', `container/${id}`)).status, 202);
  // What was reserved while Redis was away, and never answered, goes with its lease.
  const reserved = async () => (await server.call('GET', 'cluster')).data.reserved_memory as number;
  t.is(await eventually(reserved, (memory) => memory === 0, 30_000), 0);
}

test.serial('a Redis that hangs: 503 in time, and works again without a restart', async (t) => {
  const { redis, url } = await startRedis(t, '--enable-debug-command', 'yes');
  const server = await startSatsuma(lab, temporaryFolder(t), { 'redis-url': url, lease: 2 });
  t.teardown(() => server.end());
  await registerAll(server, lab);
  t.is((await run(server)).status, 201);

  // One that is slow and answers in time is only slow.
  const slow = redis.send('DEBUG SLEEP 1');
  t.is((await run(server)).status, 201);
  await slow;

  t.is(await redis.send('CLIENT PAUSE 8000'), '+OK\r\n');
  const asked = performance.now();
  const calls = [
    ...Array.from({ length: 5 }, () => run(server)),
    server.call('GET', 'engines?consistent=true'),
    server.call('POST', 'engine', { id: 'more', addr: 'unix:///nowhere.sock' }),
  ];
  for (const { status, code } of await Promise.all(calls)) t.deepEqual([status, code], [503, 'store_unavailable']);
  t.is((await fetch(`http://${server.address}/readyz`)).status, 503);
  const tookMs = performance.now() - asked;
  t.log(`seven calls and a check took ${Math.round(tookMs)} ms`);
  t.true(tookMs < boundMs, `it took ${Math.round(tookMs)} ms`);

  const back = await eventually(
    () => run(server),
    ({ status }) => status === 201,
    30_000,
  );
  t.is(back.status, 201);
  const seen = await eventually(() => compare(server), isEven, 30_000);
  t.true(isEven(seen), JSON.stringify(seen));
  await removeAll(t, server);
});

test.serial(
  'a Redis that lost its last writes: the containers of that time come back from the engines, once',
  async (t) => {
    const { redis, url } = await startRedis(t, '--appendonly', 'yes', '--appendfsync', 'always');
    const settings = { 'redis-url': url, 'observe-interval': 60 };
    const dir = temporaryFolder(t);
    const servers = [await startSatsuma(lab, dir, settings), await startSatsuma(lab, dir, settings)];
    for (const server of servers) t.teardown(() => server.end());
    const [server] = servers as [SatsumaServer];
    await registerAll(server, lab);
    const before = (await Promise.all(Array.from({ length: 6 }, () => run(server)))).map(({ data }) => data.id);

    const kept = join(redis.dir, 'appendonlydir');
    const copy = join(dir, 'copy');
    redis.signal('SIGSTOP');
    cpSync(kept, copy, { recursive: true });
    redis.signal('SIGCONT');
    const lost = (await Promise.all(Array.from({ length: 6 }, () => run(server)))).map(({ data }) => data.id);
    t.is((await server.call('DELETE', `container/${before[0]}`)).status, 202);
    const there = [...before.slice(1), ...lost].sort();

    await redis.kill();
    rmSync(kept, { recursive: true });
    cpSync(copy, kept, { recursive: true });
    await redis.start();
    const since = performance.now();
    // Until a server reads Redis again, it tells what it knew before.
    const recorded = async () => Number((await redis.send('HLEN {satsuma}:reservations')).slice(1));
    await eventually(recorded, (count) => count === there.length, 30_000);
    for (const each of servers) {
      // With what Redis still knows it is even as well: the rest comes with the engines' lists.
      const isWhole = (now: Awaited<ReturnType<typeof compare>>) => isEven(now) && now.ids.size === there.length;
      const seen = await eventually(() => compare(each), isWhole, 30_000);
      t.deepEqual([...seen.ids].sort(), there);
      t.is(seen.unrecorded, 0);
      t.is(seen.promised, memory * there.length);
    }
    t.log(`even again after ${Math.round(performance.now() - since)} ms`);
    await removeAll(t, server);
  },
);

test.serial('a Redis that becomes the replica of an empty one: 503 with the reason, and never 422', async (t) => {
  const { redis, url } = await startRedis(t);
  const { url: empty } = await startRedis(t);
  const server = await startSatsuma(lab, temporaryFolder(t), { 'redis-url': url });
  t.teardown(() => server.end());
  await registerAll(server, lab);
  await redis.send(`REPLICAOF 127.0.0.1 ${new URL(empty).port}`);
  const isGone = async () => (await server.call('GET', 'engines')).data.length === 0;
  await eventually(isGone, (gone) => gone, 30_000);
  const reason = /is a replica and takes no writes; give the address of the primary/;
  // Redis drops connections while it copies the other; until they are back, that is the reason.
  const statuses = new Set<number>();
  const refused = async () => {
    const { status, data } = await run(server);
    statuses.add(status);
    return data as string;
  };
  await eventually(refused, (data) => reason.test(data), 30_000);
  for (let i = 0; i < 5; i++) t.regex(await refused(), reason);
  t.deepEqual([...statuses], [503]);
  const ready = await fetch(`http://${server.address}/readyz`);
  t.is(ready.status, 503);
  t.regex(await ready.text(), /is a replica and takes no writes/);
});
