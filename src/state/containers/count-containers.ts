import type { StateCache } from '../state-cache.ts';
import { isKnownStopped } from './stopped.ts';

/**
 * The number of running containers on an engine, including foreign ones: those with a record, minus those seen stopped.
 */
export function countContainers(cache: StateCache, engineId: string): number {
  const seen = cache.containers.on(engineId);
  return cache
    .reservations(engineId)
    .filter((each) => each.state === 'bound' && !isKnownStopped(seen.get(each.containerId))).length;
}
