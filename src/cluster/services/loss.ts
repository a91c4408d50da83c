import type { EngineRecord } from '../../model/engine.ts';

/**
 * Whether so many engines are down that it is more likely this server's own network that is at fault: then nothing is
 * given up until they are back, or until a person says that an engine is lost.
 */
export function isMajorityDown(engines: readonly EngineRecord[]): boolean {
  const used = engines.filter(({ intent, condition }) => intent !== 'lost' && condition !== 'pending');
  const down = used.filter(({ condition }) => condition === 'down');
  return down.length * 2 > used.length;
}
