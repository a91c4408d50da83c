import type { StateCache } from '../state-cache.ts';
import { isKnownStopped } from './stopped.ts';

/** How many containers run on an engine, anybody's: those on record, less those that were seen not to run. */
export function countContainers(cache: StateCache, engineId: string): number {
  const seen = cache.containers.on(engineId);
  return cache
    .reservations(engineId)
    .filter((each) => each.state === 'bound' && !isKnownStopped(seen.get(each.containerId))).length;
}
