import type { Retirement } from '../../decisions/services/decide.ts';
import type { LastFailure, ServiceStatus } from '../../model/service.ts';

/** Bounded: each may carry 4 KiB of log, and a service's status is read and written as a whole. */
const maxKept = 16;

type LastFailures = Readonly<Record<string, LastFailure>>;

/**
 * By slot: how its last failed replica ended. Kept when the slot is filled again, so that users can see the reason
 * later. Holds the latest failures of desired slots.
 */
export function lastFailuresNow(
  { replicas: marks, lastFailures: before = {} }: Pick<ServiceStatus, 'replicas' | 'lastFailures'>,
  failed: readonly Retirement[],
  { slots, at }: { readonly slots: ReadonlySet<string>; readonly at: string },
): LastFailures {
  const latest = failed.map(({ replica, reason }): [string, LastFailure] => {
    const { id, slot, engineId, containerId, generation, copy } = replica;
    const mark = marks[id];
    const log = mark?.phase === 'failed' ? mark.log : undefined;
    const container = containerId === undefined ? {} : { containerId };
    return [slot, { at, reason, engineId, ...container, generation, copy, ...(log !== undefined && { log }) }];
  });
  const isReplaced = new Set(latest.map(([slot]) => slot));
  const kept = Object.entries(before)
    .filter(([slot]) => slots.has(slot) && !isReplaced.has(slot))
    .sort((a, b) => (a[1].at < b[1].at ? 1 : -1));
  return Object.fromEntries([...latest, ...kept].slice(0, maxKept));
}
