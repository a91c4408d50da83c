import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { openRedisStore } from '../../../src/store/redis/redis-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { addEngine, claim, newReservation, reserve } from '../../store/fixtures.ts';
import { RedisServer, untilItAnswers } from './redis-server.ts';

async function start(t: ExecutionContext, ...settings: string[]): Promise<{ server: RedisServer; store: Store }> {
  const server = await RedisServer.start(...settings);
  t.teardown(() => server.remove());
  const store = await openRedisStore({ url: server.url });
  t.teardown(() => store.close());
  return { server, store };
}

test.serial('a full Redis refuses what takes memory, whole, and lets go what is released', async (t) => {
  const { server, store } = await start(t, '--maxmemory-policy', 'noeviction');
  const engine = await addEngine(store);
  const id = await reserve(store, engine, [claim('cpu', 1)]);
  const head = await store.head();
  await server.send('CONFIG SET maxmemory 1');
  const outOfMemory = { code: 'store_unavailable', message: /is out of memory; raise its maxmemory/ };
  await t.throwsAsync(reserve(store, engine, [claim('cpu', 1)]), outOfMemory);
  await t.throwsAsync(store.bind(id, 'container'), outOfMemory);
  await t.throwsAsync(store.adopt(newReservation({ claims: [claim('cpu', 1)] }), 'container'), outOfMemory);
  await t.throwsAsync(addEngine(store, 'beta'), outOfMemory);
  t.is(await store.head(), head);
  t.deepEqual(await store.sums('alpha'), new Map([['cpu', 1]]));
  t.deepEqual(await store.list('engine'), [engine]);

  t.true(await store.release(id));
  t.deepEqual(await store.sums('alpha'), new Map());
  await server.send('CONFIG SET maxmemory 0');
  await reserve(store, engine, [claim('cpu', 1)]);
});

test.serial('an error holds nothing of what was to be stored', async (t) => {
  const { server, store } = await start(t);
  const { version: engineVersion } = await addEngine(store);
  await server.send('CONFIG SET maxmemory 1');
  const image = { name: 'redis', type: 'multi', restart_policy: {}, environment: { TOKEN: 'hunter2' } };
  const request = { reservation: newReservation({ image }), engineVersion, leaseMs: 60_000 };
  const refused = await t.throwsAsync(store.reserve(request));
  t.notRegex(inspect(refused, { depth: 20, showHidden: true }), /hunter2/);

  server.signal('SIGSTOP');
  const late = await t.throwsAsync(store.reserve(request), { message: /did not answer in time/ });
  server.signal('SIGCONT');
  t.notRegex(inspect(late, { depth: 20, showHidden: true }), /hunter2/);
  await server.kill();
  const cut = await t.throwsAsync(store.reserve(request));
  t.notRegex(inspect(cut, { depth: 20, showHidden: true }), /hunter2/);
});

test.serial('a replica is store_unavailable until it is the primary again', async (t) => {
  const { server, store } = await start(t);
  const engine = await addEngine(store);
  await server.send('REPLICAOF 127.0.0.1 1');
  await t.throwsAsync(reserve(store, engine), {
    code: 'store_unavailable',
    message: /is a replica and takes no writes/,
  });
  await server.send('REPLICAOF NO ONE');
  // The connection is made anew, in case the primary is another one now.
  await untilItAnswers(store);
  await reserve(store, engine);
  t.is((await store.reservations()).length, 1);
});

test.serial('a password that is missing or wrong is told and not shown', async (t) => {
  const server = await RedisServer.start();
  t.teardown(() => server.remove());
  await server.send('CONFIG SET requirepass secret');
  const missing = await t.throwsAsync(openRedisStore({ url: server.url }), { code: 'store_unavailable' });
  t.regex(missing?.message ?? '', /wants a password/);
  const wrong = await t.throwsAsync(openRedisStore({ url: `${server.url}?password=hunter2` }));
  t.regex(wrong?.message ?? '', /refuses the user or the password/);
  t.notRegex(inspect(wrong, { depth: 20, showHidden: true }), /hunter2/);
  const store = await openRedisStore({ url: `${server.url}?password=secret` });
  await store.ping();
  await store.close();
});

test.serial('other data under the keys is told', async (t) => {
  const { server, store } = await start(t);
  await server.send('SET {satsuma}:documents:engine something');
  const wrongType = {
    code: 'store_unavailable',
    message: /has other data under Satsuma's keys; choose another prefix/,
  };
  await t.throwsAsync(store.list('engine'), wrongType);
  await t.throwsAsync(store.write([{ kind: 'engine', id: 'a', ifVersion: 0 }]), wrongType);
});

test.serial('scripts work after Redis forgot them', async (t) => {
  const { server, store } = await start(t);
  const engine = await addEngine(store);
  await server.send('SCRIPT FLUSH');
  await Promise.all([reserve(store, engine), reserve(store, engine)]);
  t.is((await store.reservations('alpha')).length, 2);
});

test.serial('every key has the hash tag of its prefix', async (t) => {
  const { server, store } = await start(t);
  const engine = await addEngine(store);
  const id = await reserve(store, engine, [claim('cpu', 1)]);
  await store.bind(await reserve(store, engine, [claim('cpu', 1)]), 'container');
  await store.acquireLease('watch/alpha', 'me', 60_000);
  await store.release(id);
  const keys = (await server.send('KEYS *')).split('\r\n').filter((line) => /^[^*$]/.test(line));
  t.true(keys.length > 6, keys.join());
  t.deepEqual(
    keys.filter((key) => !key.startsWith('{satsuma}:')),
    [],
  );
});

test.serial('prefixes keep clusters in one Redis apart', async (t) => {
  const { server, store } = await start(t);
  const other = await openRedisStore({ url: server.url, prefix: 'other' });
  t.teardown(() => other.close());
  const engine = await addEngine(store);
  await reserve(store, engine, [claim('port/tcp/80', 1, 1)]);
  t.is(await other.head(), 0);
  t.deepEqual(await other.list('engine'), []);
  await reserve(other, await addEngine(other), [claim('port/tcp/80', 1, 1)]);
  await t.throwsAsync(openRedisStore({ url: server.url, prefix: '{a}b' }), { code: 'invalid' });
});
