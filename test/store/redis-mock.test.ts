import type { Backend } from './conformance/backend.ts';
import { conformance } from './conformance.ts';
import { ledgerProperties } from './ledger-property.ts';
import { openMockStore } from './mock-redis.ts';

let opened = 0;

const mock: Backend = {
  async open(t, options = {}) {
    opened += 1;
    // The mock keeps one set of data for each host and port.
    const store = await openMockStore({ host: `mock-${opened}`, port: 6379, ...options });
    t.teardown(() => store.close());
    return store;
  },
  async openSeveral(t, count) {
    opened += 1;
    const address = { host: `mock-${opened}`, port: 6379 };
    const stores = await Promise.all(Array.from({ length: count }, () => openMockStore(address)));
    t.teardown(() => Promise.all(stores.map((store) => store.close())));
    return stores;
  },
  cannot: ['proto-ids', 'large-feeds'],
};

conformance(mock);
ledgerProperties(mock, { runs: 8 });
