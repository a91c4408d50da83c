import test, { type ExecutionContext } from 'ava';
import { openRedisStore } from '../../../src/store/redis/redis-store.ts';
import { addEngine, claim, reserve } from '../../store/fixtures.ts';
import { RedisServer, untilItAnswers } from './redis-server.ts';

const refusal = {
  code: 'store_unavailable',
  message:
    /may evict records when its memory is full \(maxmemory-policy allkeys-lru\); set maxmemory-policy noeviction/,
};

async function start(t: ExecutionContext, ...settings: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...settings);
  t.teardown(() => server.remove());
  return server;
}

test.serial('a Redis that may evict is refused at the start', async (t) => {
  const server = await start(t, '--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
  await t.throwsAsync(openRedisStore({ url: server.url }), refusal);
  await server.send('CONFIG SET maxmemory 0');
  await (await openRedisStore({ url: server.url })).close();
});

test.serial('a Redis that may evict is refused at a reconnect, until it is put right', async (t) => {
  const server = await start(t);
  const store = await openRedisStore({ url: server.url });
  t.teardown(() => store.close());
  const engine = await addEngine(store);
  await server.send('CONFIG SET maxmemory-policy allkeys-lru');
  await server.send('CONFIG SET maxmemory 100mb');
  await server.send('CLIENT KILL TYPE normal SKIPME yes');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await t.throwsAsync(reserve(store, engine, [claim('cpu', 1)]), refusal);
  await t.throwsAsync(store.ping(), refusal);
  await server.send('CONFIG SET maxmemory-policy noeviction');
  await untilItAnswers(store);
  await reserve(store, engine, [claim('cpu', 1)]);
});

test.serial('a policy that is changed while the store is in use is refused', async (t) => {
  const server = await start(t);
  const store = await openRedisStore({ url: server.url });
  t.teardown(() => store.close());
  await server.send('CONFIG SET maxmemory-policy allkeys-lru');
  await server.send('CONFIG SET maxmemory 100mb');
  for (const deadline = Date.now() + 30_000; ; ) {
    const error = await store.ping().catch((reason: Error) => reason);
    if (error) return t.regex(error.message, refusal.message);
    if (Date.now() > deadline) return t.fail('ping never failed');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

test.serial('sums that were evicted are repaired from the reservations, with the index and the lease', async (t) => {
  const server = await start(t);
  const store = await openRedisStore({ url: server.url });
  t.teardown(() => store.close());
  const engine = await addEngine(store);
  const bound = await reserve(store, engine, [claim('cpu', 3, 10), claim('name/a', 1, 1)]);
  await store.bind(bound, 'container');
  const waiting = await reserve(store, engine, [claim('cpu', 4, 10)]);
  const keys = ['{satsuma}:engine:alpha:sums', '{satsuma}:engine:alpha:reservations', '{satsuma}:lease-ends'];
  await server.send(`DEL ${keys.join(' ')}`);
  t.deepEqual(await store.repairLedger('alpha', [bound, waiting], 60_000), [
    { key: 'cpu', was: 0, is: 7 },
    { key: 'name/a', was: 0, is: 1 },
  ]);
  t.deepEqual(
    await store.sums('alpha'),
    new Map([
      ['cpu', 7],
      ['name/a', 1],
    ]),
  );
  t.deepEqual((await store.reservations('alpha')).map(({ id }) => id).sort(), [bound, waiting].sort());
  t.true(await store.renew(waiting, 1_000));
  t.false(await store.renew(bound, 1_000));
});

test.serial('tokens go on growing when Redis lost them', async (t) => {
  const server = await start(t);
  const store = await openRedisStore({ url: server.url });
  t.teardown(() => store.close());
  let before = 0;
  for (const holder of ['one', 'two', 'three']) {
    const { token = 0 } = (await store.acquireLease('watch/1', holder, 60_000)) ?? {};
    t.true(token > before);
    before = token;
    await store.releaseLease('watch/1', token);
  }
  // They begin at the time in milliseconds: three of them need three.
  const begun = performance.now();
  while (performance.now() - begun < 5) await new Promise(setImmediate);
  await server.send('FLUSHALL');
  const after = await store.acquireLease('watch/1', 'four', 60_000);
  t.true((after?.token ?? 0) > before);
});
