import type { EngineThingChange } from '../model/engine-thing.ts';
import { withTimeout } from '../runtime/with-timeout.ts';
import { timestamp } from '../state/clock.ts';
import type { Cluster } from '../state/cluster.ts';

/** A store that is slow holds no change up for longer. */
const mostMs = 1_000;

type Told = Pick<EngineThingChange, 'kind' | 'action' | 'name' | 'engine'> & {
  readonly attributes?: Readonly<Record<string, string>>;
};

/**
 * Tells everybody who reads events of what was done to a volume or a network. An engine has one record of each kind, which is
 * written over: the feed has all of them. It fails no change.
 */
export async function tellEngineThing({ store, clock, logger }: Cluster, { attributes = {}, ...told }: Told) {
  const { engine, kind } = told;
  const value: EngineThingChange = { ...told, attributes, at: timestamp(clock) };
  const written = store.write([{ kind: 'engine-thing', id: `${engine}/${kind}`, value }]).catch((error: unknown) => {
    logger.warn({ err: error, engineId: engine, kind }, 'change not told to readers of events');
  });
  await withTimeout(mostMs, written);
}
