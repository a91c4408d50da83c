import { lostLead } from '../../../decisions/lost-lead.ts';
import type { ServiceRecord } from '../../../model/service.ts';
import type { MovePhase, ServiceMove } from '../../../model/service-move.ts';
import { timestamp } from '../../../state/clock.ts';
import type { Cluster } from '../../../state/cluster.ts';
import type { Fence } from '../../../store/store.ts';

export interface NextPhase {
  readonly phase: MovePhase;
  readonly message?: string | undefined;
}

/**
 * Records the next phase of a move, always before any work of that phase. Writes nothing if the move has another phase
 * by now, for example because it was stopped. Throws `reservation_lost` if another server leads.
 */
export async function writePhase(
  { store, cache, clock, logger }: Cluster,
  service: string,
  before: Pick<ServiceMove, 'id' | 'phase'>,
  { phase, message, fence }: NextPhase & { readonly fence: Fence },
): Promise<void> {
  for (;;) {
    const found = await store.read('service', service);
    const move = found?.value.move;
    if (!found || !move || move.id !== before.id || move.phase !== before.phase) return;
    const isOver = phase === 'done' || phase === 'failed';
    const value: ServiceRecord = {
      ...found.value,
      move: {
        ...move,
        phase,
        ...(message !== undefined && { message }),
        ...(isOver && { finishedAt: timestamp(clock) }),
      },
    };
    const written = await store.write([{ kind: 'service', id: service, value, ifVersion: found.version }], {
      lease: fence,
    });
    if (!written.ok && written.conflict === 'lease') throw lostLead('services');
    if (!written.ok) continue;
    cache.apply({ kind: 'service', id: service, version: written.version, value });
    const { from, to } = move;
    logger.info(
      { service, from, to, phase, ...(message !== undefined && { reason: message }) },
      'service move changed its phase',
    );
    return;
  }
}
