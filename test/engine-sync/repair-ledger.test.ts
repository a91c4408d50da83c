import test from 'ava';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import type { Logger } from '../../src/logging/logger.ts';
import type { Store } from '../../src/store/store.ts';
import { startCluster } from '../fixtures/harness.ts';
import { overlay } from '../fixtures/overlay.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 } as const;

test('wrong sums are repaired when the engine is resynced', async (t) => {
  const calls: unknown[] = [];
  const found = { sums: new Map<string, number>() };
  const wrap = (store: Store) =>
    overlay(store, {
      sums: async (engineId) => (calls.length === 0 ? found.sums : await store.sums(engineId)),
      repairLedger: async (...call) => {
        calls.push(call);
        return [{ key: 'memory', was: 0, is: 100 }];
      },
    });
  const { store, logger, ...cluster } = await startCluster(t, { engines: 1, wrap });
  await runContainer({ ...cluster, store, logger }, busybox);
  const reservations = (await store.reservations()).map(({ id }) => id);
  const warnings: unknown[] = [];
  const listening = Object.assign(Object.create(logger), {
    warn: (fields: unknown, message: string) => warnings.push([fields, message]),
  }) as Logger;
  calls.length = 0;
  await resyncEngine({ ...cluster, store, logger: listening }, 'a');
  t.deepEqual(calls, [['a', reservations, 60_000]]);
  const repairs = [{ key: 'memory', was: 0, is: 100 }];
  t.deepEqual(warnings, [[{ engineId: 'a', count: 1, repairs }, 'ledger repaired']]);
  await resyncEngine({ ...cluster, store, logger: listening }, 'a');
  t.is(calls.length, 1);
});
