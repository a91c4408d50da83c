import test, { type ExecutionContext } from 'ava';
import { aclRule } from '../../../src/store/redis/errors.ts';
import { openRedisStore } from '../../../src/store/redis/redis-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { addEngine, changesAfter, claim, newReservation, reserve } from '../../store/fixtures.ts';
import { RedisServer, untilItAnswers } from './redis-server.ts';

async function start(t: ExecutionContext, ...settings: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...settings);
  t.teardown(() => server.remove());
  return server;
}

async function open(t: ExecutionContext, url: string): Promise<Store> {
  const store = await openRedisStore({ url });
  t.teardown(() => store.close());
  return store;
}

/** Opening the store fails with this sentence. */
async function isRefused(t: ExecutionContext, url: string, message: RegExp): Promise<void> {
  const error = await t.throwsAsync(() => open(t, url), { code: 'store_unavailable' });
  t.regex(error?.message ?? '', message);
}

async function untilPingFails(store: Store): Promise<Error> {
  for (const deadline = Date.now() + 30_000; ; ) {
    const error = await store.ping().catch((reason: Error) => reason);
    if (error) return error;
    if (Date.now() > deadline) throw new Error('ping never failed');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.serial('a replica is refused at the start', async (t) => {
  const server = await start(t);
  await server.send('REPLICAOF 127.0.0.1 1');
  await isRefused(t, server.url, /is a replica and takes no writes; give the address of the primary/);
});

test.serial('a Redis that is out of memory is refused at the start', async (t) => {
  const server = await start(t, '--maxmemory', '1', '--maxmemory-policy', 'noeviction');
  await isRefused(t, server.url, /is out of memory; raise its maxmemory/);
});

test.serial('a Redis that cannot save to its disk is refused at the start', async (t) => {
  const server = await start(t);
  await server.send('CONFIG SET min-replicas-to-write 1');
  await isRefused(t, server.url, /has fewer replicas than it needs to take writes/);
});

test.serial('ping fails while Redis takes no writes, and works again by itself', async (t) => {
  const server = await start(t);
  const store = await open(t, server.url);
  await store.ping();
  await server.send('REPLICAOF 127.0.0.1 1');
  const error = await untilPingFails(store);
  t.regex(error.message, /is a replica and takes no writes/);
  await server.send('REPLICAOF NO ONE');
  await untilItAnswers(store);

  await server.send('CONFIG SET maxmemory-policy noeviction');
  await server.send('CONFIG SET maxmemory 1');
  t.regex((await untilPingFails(store)).message, /is out of memory/);
  await server.send('CONFIG SET maxmemory 0');
  await untilItAnswers(store);
});

test.serial('a call on a connection that was given up for a replica fails with that reason', async (t) => {
  const server = await start(t);
  const store = await open(t, server.url);
  await server.send('REPLICAOF 127.0.0.1 1');
  // The first refusal closes the connection; more calls are on it, or come before the next one.
  for (let round = 0; round < 20; round += 1) {
    const calls = Array.from({ length: 5 }, (_, index) => addEngine(store, `engine-${round}-${index}`));
    await t.throwsAsync(calls[0] ?? addEngine(store), { code: 'store_unavailable' });
    const late = [addEngine(store, 'late'), ...calls.slice(1)];
    for (const outcome of await Promise.allSettled(late)) {
      t.is(outcome.status, 'rejected');
      if (outcome.status === 'rejected') t.regex(outcome.reason.message, /is a replica and takes no writes/);
    }
  }
  await server.send('REPLICAOF NO ONE');
  await untilItAnswers(store);
  t.is((await addEngine(store, 'after')).id, 'after');
});

for (const [what, rule] of [
  ['EVAL', '-eval -evalsha'],
  ['streams', '-@stream'],
  ['one command of a script', '-hincrby'],
  ['XREAD', '-xread'],
  ['INFO', '-info'],
  ['other keys', 'resetkeys ~other:*'],
] as const) {
  test.serial(`a user without ${what} is refused at the start, with the rule to set`, async (t) => {
    const server = await start(t);
    await server.send(`ACL SETUSER worker on >secret allkeys +@all ${rule}`);
    await isRefused(t, `${server.url}?username=worker&password=secret`, /does not let this user/);
    await isRefused(t, `${server.url}?username=worker&password=secret`, /ACL SETUSER USER .*~\{satsuma\}:\*.*\+xadd/);
  });
}

test.serial('a user with the rule of the documentation can do all that a store does', async (t) => {
  const server = await start(t);
  await server.send(`ACL SETUSER worker on >secret ${aclRule('satsuma')}`);
  const store = await open(t, `${server.url}?username=worker&password=secret`);
  await store.ping();
  const engine = await addEngine(store);
  const id = await reserve(store, engine, [claim('cpu', 1)]);
  await store.renew(id, 1_000);
  await store.bind(id, 'container');
  const found = newReservation({ claims: [claim('cpu', 2)] });
  t.true(await store.adopt(found, 'other'));
  t.deepEqual(await store.expired(), []);
  t.is((await store.reservations()).length, 2);
  t.is((await store.reservations('alpha')).length, 2);
  t.deepEqual(await store.sums('alpha'), new Map([['cpu', 3]]));
  t.deepEqual(await store.repairLedger('alpha', [], 1_000), []);
  t.true(await store.release(id));
  t.is((await changesAfter(store, 0, 5)).length, 5);
  const lease = await store.acquireLease('watch/1', 'me', 1_000);
  t.true(await store.releaseLease('watch/1', lease?.token ?? 0));
  t.is((await store.list('engine')).length, 1);
  t.truthy(await store.read('engine', 'alpha'));
  t.like(await store.write([{ kind: 'engine', id: 'alpha' }], { unlessReserved: 'beta' }), { ok: true });
});
