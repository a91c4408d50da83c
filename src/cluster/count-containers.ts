import { reservationLabel } from './container-labels.ts';
import { isAlive } from './container-view.ts';
import type { Mirror } from './mirror.ts';

/**
 * How many containers run on an engine: ours by the records, which know at once of one that was started or destroyed,
 * others' as last seen.
 */
export function countContainers(mirror: Mirror, engineId: string): number {
  const { containers } = mirror.observation(engineId);
  const ended = new Set(containers.filter((each) => !isAlive(each)).map(({ id }) => id));
  const ours = mirror.reservations(engineId).filter((each) => each.state === 'bound' && !ended.has(each.containerId));
  const others = containers.filter((each) => isAlive(each) && !(reservationLabel in each.labels));
  return ours.length + others.length;
}
