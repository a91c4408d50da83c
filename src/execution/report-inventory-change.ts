import type { EngineThingChange } from '../model/engine-thing.ts';
import { withTimeout } from '../runtime/with-timeout.ts';
import { timestamp } from '../state/clock.ts';
import type { Cluster } from '../state/cluster.ts';

/** A store that is slow holds no change up for longer. */
const mostMs = 1_000;

type InventoryChange = Pick<EngineThingChange, 'kind' | 'action' | 'name' | 'engine'> & {
  readonly attributes?: Readonly<Record<string, string>>;
};

/**
 * Reports to all readers of events what was done to a volume or a network. An engine has one record of each kind, which is
 * written over: the feed has all of them. It fails no change.
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
  await withTimeout(mostMs, written);
}
