import type { Mirror } from '../mirror.ts';
import { isKnownStopped } from './at-rest.ts';

/** How many containers run on an engine, anybody's: those on record, less those that were seen not to run. */
export function countContainers(mirror: Mirror, engineId: string): number {
  const seen = mirror.containers.on(engineId);
  return mirror
    .reservations(engineId)
    .filter((each) => each.state === 'bound' && !isKnownStopped(seen.get(each.containerId))).length;
}
