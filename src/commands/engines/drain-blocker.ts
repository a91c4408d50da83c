import type { DrainBlocker } from '../../api/drain.ts';
import type { Reservation } from '../../model/reservation.ts';

/** Why a container stays on an engine that is drained. */
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
