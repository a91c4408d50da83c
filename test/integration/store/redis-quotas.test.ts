import test from 'ava';
import { repairQuotas } from '../../../src/engine-sync/repair-ledger.ts';
import { createLogger } from '../../../src/logging/logger.ts';
import { StateCache } from '../../../src/state/state-cache.ts';
import { openRedisStore } from '../../../src/store/redis/redis-store.ts';
import { addEngine, claim, reserve } from '../../store/fixtures.ts';
import { RedisServer } from './redis-server.ts';

const key = 'quota/shop/memory';

test('what a hand or a server of an older release left wrong of a quota is counted anew, and an engine’s repair moves it', async (t) => {
  const server = await RedisServer.start();
  t.teardown(() => server.remove());
  const store = await openRedisStore({ url: server.url });
  t.teardown(() => store.close());
  const [alpha, beta] = [await addEngine(store, 'alpha'), await addEngine(store, 'beta')];
  await reserve(store, alpha, [claim(key, 60)]);
  await reserve(store, beta, [claim(key, 40)]);
  await server.send(`HSET {satsuma}:quotas ${key} 300 quota/gone/cpu 5`);
  t.deepEqual(
    (await store.recountQuotas()).toSorted((a, b) => a.was - b.was),
    [
      { key: 'quota/gone/cpu', was: 5, is: 0 },
      { key, was: 300, is: 100 },
    ],
  );
  t.deepEqual(await store.recountQuotas(), []);
  await server.send(`HSET {satsuma}:engine:beta:sums ${key} 10`);
  t.deepEqual(await store.repairLedger('beta', [], 1_000), [{ key, was: 10, is: 40 }]);
  t.deepEqual(await store.quotas(), new Map([[key, 130]]), 'by as much as the sum of the engine was wrong');
  t.deepEqual(await store.recountQuotas(), [{ key, was: 130, is: 100 }]);
});

test('while servers run, a total that a hand made wrong is found and repaired', async (t) => {
  const server = await RedisServer.start();
  t.teardown(() => server.remove());
  const store = await openRedisStore({ url: server.url });
  const logger = createLogger({ level: 'silent' });
  const cache = new StateCache(store, 1, logger);
  await cache.start();
  t.teardown(async () => {
    await cache.stop();
    await store.close();
  });
  await reserve(store, await addEngine(store, 'alpha'), [claim(key, 60)]);
  await repairQuotas({ store, cache, logger });
  await server.send(`HSET {satsuma}:quotas ${key} 1`);
  await repairQuotas({ store, cache, logger });
  t.deepEqual(await store.quotas(), new Map([[key, 60]]));
  await server.send(`DEL {satsuma}:quotas`);
  await repairQuotas({ store, cache, logger });
  t.deepEqual(await store.quotas(), new Map([[key, 60]]));
});
