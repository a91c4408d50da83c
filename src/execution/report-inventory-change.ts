import type { EngineThingChange } from '../model/engine-thing.ts';
import { withTimeout } from '../runtime/with-timeout.ts';
import { timestamp } from '../state/clock.ts';
import type { Cluster } from '../state/cluster.ts';

/** A slow store delays the change by at most this. */
const maxMs = 1_000;

type InventoryChange = Pick<EngineThingChange, 'kind' | 'action' | 'name' | 'engine'> & {
  readonly attributes?: Readonly<Record<string, string>>;
};

/**
 * Publishes a change of a volume or network to event readers. Each engine has one record per kind, which is
 * overwritten: the feed has all versions. Failures never affect the change.
 */
export async function reportInventoryChange(
  { store, clock, logger }: Cluster,
  { attributes = {}, ...change }: InventoryChange,
) {
  const { engine, kind } = change;
  const value: EngineThingChange = { ...change, attributes, at: timestamp(clock) };
  const written = store.write([{ kind: 'engine-thing', id: `${engine}/${kind}`, value }]).catch((error: unknown) => {
    logger.warn({ err: error, engineId: engine, kind }, 'inventory change not reported');
  });
  await withTimeout(maxMs, written);
}
