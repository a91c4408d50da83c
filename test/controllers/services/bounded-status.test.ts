import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { createService } from '../../../src/commands/services/change-service.ts';
import { explainWaits } from '../../../src/commands/services/explain-waits.ts';
import { showService } from '../../../src/commands/services/show-service.ts';
import type { Explanation } from '../../../src/placement/explain.ts';
import type { Store } from '../../../src/store/store.ts';
import { policy, spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { eventually, startServer } from './stage.ts';

const engines = 200;
const slots = 100;
/** In a minute. */
const maxBytes = 2 ** 20;
const maxOfOneDocument = 64 * 1024;

/** What is written to the store, as JSON, by kind. */
function countWrites(store: Store): { readonly store: Store; readonly bytes: Map<string, number[]> } {
  const bytes = new Map<string, number[]>();
  const write: Store['write'] = (changes, guard) => {
    for (const { kind, value } of changes) {
      bytes.set(kind, [...(bytes.get(kind) ?? []), JSON.stringify(value ?? null).length]);
    }
    return store.write(changes, guard);
  };
  return { store: { ...store, write }, bytes };
}

test('a service that fits nowhere writes little, also while the reasons change', async (t) => {
  t.timeout(180_000);
  let counted: ReturnType<typeof countWrites> | undefined;
  const wrap = (store: Store) => {
    counted = countWrites(store);
    return counted.store;
  };
  const cluster = await startCluster(t, { wrap });
  const ids = Array.from({ length: engines }, (_, index) => `engine-${String(index).padStart(3, '0')}`);
  for (const id of ids) await registerEngine(cluster, { id, addr: `https://${id}.test:2376`, labels: [] });
  await startServer(t, cluster);
  const image = { name: 'demo/busybox:1', type: 'label', memory: 900_000, restart_policy: {} } as const;
  await createService(cluster, 'huge', { ...spec, image, replicas: slots, update: { ...policy, parallelism: 0 } });
  const waits = () => Object.keys(cluster.cache.serviceStatuses.get('huge')?.value.waiting ?? {}).length;
  await eventually(t, () => waits() === slots);

  for (let second = 0; second < 60; second++) {
    cluster.clock.turn(1_000);
    // Engines come and go: what is counted by reason is another thing each time.
    const [id] = ids.splice(0, 1);
    if (id !== undefined && second % 2 === 0) {
      const { value, version } = cluster.cache.engine(id);
      const labels = [...value.labels, `turn-${second}`];
      await cluster.store.write([
        { kind: 'engine', id, value: { ...value, labels, intent: 'maintenance' }, ifVersion: version },
      ]);
    }
    await pause(50);
  }
  await cluster.cache.catchUp();
  const written = counted?.bytes.get('service-status') ?? [];
  const total = written.reduce((sum, each) => sum + each, 0);
  t.log(`${written.length} status documents, ${total} bytes, the largest of ${Math.max(0, ...written)}`);
  t.true(total <= maxBytes, `${total}`);
  t.true(Math.max(0, ...written) <= maxOfOneDocument, `${Math.max(0, ...written)}`);

  const kept = cluster.cache.serviceStatuses.get('huge')?.value.waiting['1']?.details as Explanation;
  t.is(kept.engines.length, 1);
  const { waiting } = await explainWaits(cluster, await showService(cluster, 'huge'));
  t.is(waiting.length, slots);
  const [first, ...others] = waiting.map(({ details }) => details as Explanation);
  t.is(first?.engines.length, engines, 'the table of all engines is worked out for who asks');
  t.true(others.every((each) => each.engines.length === 1));
  t.is(
    others[0]?.counts.reduce((sum, each) => sum + each.engines, 0),
    engines,
  );
});
