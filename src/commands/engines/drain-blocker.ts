import type { DrainBlocker } from '../../api/drain.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Explanation } from '../../placement/explain.ts';

/** Why a container stays on a drained engine. */
export function blocker(
  { name, replica }: Pick<Reservation, 'name' | 'replica'>,
  code: DrainBlocker['code'],
  message: string,
  details?: unknown,
): DrainBlocker {
  return {
    container: name,
    ...(replica && { service: replica.service }),
    code,
    message,
    ...(details ? { details } : {}),
  };
}

/**
 * If all engines gave the same specific reason, it is used: the host port, a container that this one depends on, or the
 * project's quota.
 */
export function noRoomBlocker(container: Pick<Reservation, 'name' | 'replica'>, refused?: Explanation): DrainBlocker {
  const reports = refused?.engines ?? [];
  const isFor = (expected: string) => reports.length > 0 && reports.every(({ code }) => code === expected);
  if (isFor('port_taken'))
    return blocker(container, 'host_port', 'its host port is taken on every other engine', refused);
  const [named] = isFor('other_engine') || isFor('quota_exceeded') ? reports : [];
  return blocker(container, 'no_room', named?.message ?? 'no other engine can take it', refused);
}
