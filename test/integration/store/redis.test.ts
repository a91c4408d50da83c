import test from 'ava';
import { openRedisStore } from '../../../src/store/redis/redis-store.ts';
import type { Backend } from '../../store/conformance/backend.ts';
import { conformance } from '../../store/conformance.ts';
import { ledgerProperties } from '../../store/ledger-property.ts';
import { RedisServer } from './redis-server.ts';

const server = new RedisServer();
test.before(() => server.start());
test.after.always(() => server.remove());

let opened = 0;

const redis: Backend = {
  async open(t, options = {}) {
    opened += 1;
    const store = await openRedisStore({ url: server.url, prefix: `test-${opened}`, ...options });
    t.teardown(() => store.close());
    return store;
  },
  async openSeveral(t, count) {
    opened += 1;
    const options = { url: server.url, prefix: `test-${opened}` };
    const stores = await Promise.all(Array.from({ length: count }, () => openRedisStore(options)));
    t.teardown(() => Promise.all(stores.map((store) => store.close())));
    return stores;
  },
  cannot: ['exact-trimming'],
};

conformance(redis);
ledgerProperties(redis, { runs: 150 });
