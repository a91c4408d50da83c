import type { Mirror } from '../mirror/mirror.ts';

/** How many containers run on an engine, anybody's: those on record, less those that were seen not to run. */
export function countContainers(mirror: Mirror, engineId: string): number {
  const { idle } = mirror.observation(engineId);
  return mirror.reservations(engineId).filter((each) => each.state === 'bound' && !idle.has(each.containerId)).length;
}
