import test from 'ava';
import { Redis } from 'ioredis';
import { openRedisStore, openStoreWith } from '../../../src/store/redis/redis-store.ts';
import { addEngine, claim, newReservation, reserve } from '../../store/fixtures.ts';
import { RedisServer } from './redis-server.ts';

test.serial('a release that others overtake gives back what is held by then', async (t) => {
  const server = await RedisServer.start();
  t.teardown(() => server.remove());
  const others = await openRedisStore({ url: server.url });
  t.teardown(() => others.close());
  const overtake: (() => Promise<unknown>)[] = [];
  // A release reads the record and then runs its script; this client lets others in between.
  const store = await openStoreWith(
    (url = '', settings) => {
      const client = new Redis(url, settings);
      const hget = client.hget.bind(client);
      return Object.assign(client, {
        async hget(key: string, field: string) {
          const record = await hget(key, field);
          await overtake.shift()?.();
          return record;
        },
      });
    },
    { url: server.url },
  );
  t.teardown(() => store.close());

  const id = await reserve(others, await addEngine(others), [claim('cpu', 1)]);
  overtake.push(
    () => others.bind(id, 'container'),
    async () => {
      await others.release(id);
      await others.adopt(newReservation({ id, engineId: 'beta', claims: [claim('cpu', 7)] }), 'container');
    },
  );
  t.true(await store.release(id));
  t.deepEqual([await others.sums('alpha'), await others.sums('beta')], [new Map(), new Map()]);

  const gone = await reserve(others, await addEngine(others), [claim('cpu', 1)]);
  overtake.push(() => others.release(gone));
  t.false(await store.release(gone));
  t.deepEqual(await others.sums('alpha'), new Map());
});
