import { SatsumaError } from '../model/errors.ts';
import type { Scheduler, SchedulerRegistry } from '../model/scheduler.ts';

/**
 * The schedulers of the type and the default ones, without duplicates. Throws `unknown_type` with clementine's message.
 */
export function schedulersFor(type: string, registry: SchedulerRegistry): Scheduler[] {
  const ofType = registry.types.get(type);
  if (!ofType) throw new SatsumaError('unknown_type', `no scheduler for type ${type}`);
  return [...new Set([...ofType, ...registry.defaultPlugins])];
}
