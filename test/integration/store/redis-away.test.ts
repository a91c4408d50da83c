import { createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { isSatsumaError } from '../../../src/model/errors.ts';
import { openRedisStore } from '../../../src/store/redis/redis-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { addEngine, changesAfter, claim, newReservation, reserve } from '../../store/fixtures.ts';
import { RedisServer, untilItAnswers } from './redis-server.ts';

/** Twice what it takes at most, for the busiest machine. */
const boundMs = 6_000;

async function startRedis(t: ExecutionContext, ...settings: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...settings);
  t.teardown(() => server.remove());
  return server;
}

async function open(t: ExecutionContext, url: string): Promise<Store> {
  const store = await openRedisStore({ url });
  t.teardown(() => store.close());
  return store;
}

/** Fails in time, with the one code that says so. */
async function isAway(t: ExecutionContext, call: () => Promise<unknown>, message: RegExp): Promise<void> {
  const started = performance.now();
  const error = await t.throwsAsync(call, { code: 'store_unavailable' });
  t.regex(error?.message ?? '', message);
  t.true(performance.now() - started < boundMs, `it took ${Math.round(performance.now() - started)} ms`);
}

test.serial('opening fails clearly where no Redis is', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  const url = `redis://user:hunter2@127.0.0.1:${port}`;
  await isAway(t, () => openRedisStore({ url }), new RegExp(`^Redis at 127.0.0.1:${port} refuses the connection`));
  await isAway(t, () => openRedisStore({ host: '127.0.0.1', port }), /refuses the connection/);
  await isAway(t, () => openRedisStore({ url: '/nowhere/redis.sock' }), /^Redis at \/nowhere\/redis.sock refuses/);
  await isAway(t, () => openRedisStore({ url: 'redis://satsuma.invalid' }), /does not resolve/);
});

test.serial('opening fails in time where something listens and says nothing', async (t) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await isAway(t, () => openRedisStore({ host: '127.0.0.1', port }), /did not answer in time/);
});

test.serial('calls fail in time while Redis is away, and work again by themselves when it is back', async (t) => {
  const server = await startRedis(t, '--appendonly', 'yes', '--appendfsync', 'always');
  const store = await open(t, server.url);
  const engine = await addEngine(store);
  const kept = await reserve(store, engine, [claim('cpu', 1, 100)]);

  await server.kill();
  await isAway(t, () => store.bind(kept, 'container'), /Redis at .*redis.sock (refuses|closed) the connection/);
  await isAway(t, () => store.list('engine'), /the connection/);
  await Promise.all(Array.from({ length: 50 }, () => isAway(t, () => store.head(), /the connection/)));

  await server.start();
  await untilItAnswers(store);
  t.truthy(await store.bind(kept, 'container'));
  t.deepEqual(await store.list('engine'), [engine]);
  t.deepEqual(await store.sums('alpha'), new Map([['cpu', 1]]));
});

test.serial('a restart in mid-flight breaks no limit and loses nothing that was acknowledged', async (t) => {
  // With `everysec`, Redis puts off writing to its file while the disk is slow, and acknowledges all the same.
  const server = await startRedis(t, '--appendonly', 'yes', '--appendfsync', 'always');
  const store = await open(t, server.url);
  const { version: engineVersion } = await addEngine(store);
  const acknowledged: string[] = [];
  let unknown = 0;
  let isOver = false;
  let slowest = 0;
  const clients = Array.from({ length: 16 }, async () => {
    while (!isOver) {
      const reservation = newReservation({ claims: [claim('cpu', 1, 1_000_000)] });
      const started = performance.now();
      try {
        const result = await store.reserve({ reservation, engineVersion, leaseMs: 60_000 });
        if (result.ok) acknowledged.push(reservation.id);
      } catch (error) {
        if (!isSatsumaError(error, 'store_unavailable')) throw error;
        unknown += 1;
      }
      slowest = Math.max(slowest, performance.now() - started);
    }
  });
  try {
    for (let restart = 0; restart < 3; restart++) {
      const before = acknowledged.length;
      while (acknowledged.length < before + 200) await new Promise((resolve) => setTimeout(resolve, 5));
      await server.kill();
      await server.start();
    }
    await untilItAnswers(store);
  } finally {
    isOver = true;
  }
  await Promise.all(clients);

  const stored = new Set((await store.reservations()).map(({ id }) => id));
  t.deepEqual(
    acknowledged.filter((id) => !stored.has(id)),
    [],
  );
  t.true(unknown > 0, 'no call met the restart');
  t.true(stored.size <= acknowledged.length + unknown);
  t.deepEqual(await store.sums('alpha'), new Map([['cpu', stored.size]]));
  t.true(slowest < boundMs, `the slowest call took ${Math.round(slowest)} ms`);
});

test.serial('a frozen Redis fails calls in time, and its followers can still be stopped', async (t) => {
  const server = await startRedis(t);
  const store = await open(t, server.url);
  await addEngine(store);
  const abort = new AbortController();
  const following = store.follow(0, abort.signal)[Symbol.asyncIterator]();
  t.like((await following.next()).value, { kind: 'engine', version: 1 });
  const next = following.next();
  server.signal('SIGSTOP');
  t.teardown(() => server.signal('SIGCONT'));
  await isAway(t, () => store.list('engine'), /did not answer in time/);
  const abortedAt = performance.now();
  abort.abort();
  t.true((await next).done);
  t.true(performance.now() - abortedAt < 1_000);
  server.signal('SIGCONT');
  await untilItAnswers(store);
  t.is((await store.list('engine')).length, 1);
});

test.serial('a call that is under way when Redis dies fails with it', async (t) => {
  const server = await startRedis(t);
  const store = await open(t, server.url);
  server.signal('SIGSTOP');
  const call = t.throwsAsync(store.head(), { code: 'store_unavailable', message: /closed the connection/ });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await server.kill();
  await call;
});

test.serial('a follower learns of a restart and goes on where it was', async (t) => {
  const server = await startRedis(t, '--appendonly', 'yes', '--appendfsync', 'always');
  const store = await open(t, server.url);
  await addEngine(store, 'one');
  await addEngine(store, 'two');
  const interrupted = t.throwsAsync(changesAfter(store, 0, 3), { code: 'store_unavailable' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await server.kill();
  await interrupted;
  await isAway(t, () => changesAfter(store, 2, 1), /the connection/);
  await server.start();
  await untilItAnswers(store);
  await addEngine(store, 'three');
  t.like(await changesAfter(store, 2, 1), [{ kind: 'engine', id: 'three', version: 3 }]);
});

test.serial('a follower of a Redis that lost its writes is reset, even when others took their versions', async (t) => {
  const server = await startRedis(t, '--appendonly', 'no');
  const store = await open(t, server.url);
  for (const id of ['one', 'two', 'three']) await addEngine(store, id);
  t.is((await changesAfter(store, 0, 3)).at(-1)?.version, 3);
  await server.kill();
  await server.start();
  await untilItAnswers(store);
  t.deepEqual(await changesAfter(store, 3, 1), [{ kind: 'reset', version: 0 }]);

  for (const id of ['one', 'two', 'three']) await addEngine(store, id);
  t.is((await changesAfter(store, 0, 3)).at(-1)?.version, 3);
  await server.kill();
  await server.start();
  await untilItAnswers(store);
  for (const id of ['other', 'engines', 'here', 'now']) await addEngine(store, id);
  t.deepEqual(await changesAfter(store, 3, 1), [{ kind: 'reset', version: 4 }]);
});

test.serial('closing ends calls and followers', async (t) => {
  const server = await startRedis(t);
  const store = await openRedisStore({ url: server.url });
  await addEngine(store);
  const following = t.throwsAsync(changesAfter(store, 0, 2), { code: 'store_unavailable', message: /is closed/ });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await store.close();
  await following;
  await t.throwsAsync(store.ping(), { code: 'store_unavailable', message: /is closed/ });
  await store.close();
});

test.serial('a call that fails at once still lets the process hear of other things', async (t) => {
  const server = await startRedis(t);
  const store = await openRedisStore({ url: server.url });
  await store.close();
  let isOver = false;
  setTimeout(() => {
    isOver = true;
  }, 20);
  while (!isOver) await t.throwsAsync(store.head());
});
