import { changed, findForChange } from '../../decisions/services/find-service.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Approval } from '../../model/policy.ts';
import { isMoveOver, type MovePhase, type ServiceMove } from '../../model/service-move.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type MoveRequest, planMove } from './plan-move.ts';

const maximumRounds = 10;

/**
 * Requests the move of a service's replicas on one engine to another, with their volumes. The leader carries it out.
 * Throws `no_such_service`, `service_removed`, `service_changed`, as `planMove`, and what `approve` throws.
 */
export async function moveService(
  cluster: Cluster,
  name: string,
  { approve, ...request }: MoveRequest & Pick<Approval, 'approve'>,
): Promise<ServiceMove> {
  const { cache } = cluster;
  await cache.catchUp();
  const { value: record, version } = await findForChange(cluster, name);
  approve?.(record.spec.image);
  const move = await planMove(cluster, name, record, request);
  await begin(cluster, name, { move, version });
  return move;
}

/** Throws `service_changed` if the service changed since the planning. */
async function begin(
  { store, cache }: Cluster,
  name: string,
  { move, version }: { readonly move: ServiceMove; readonly version: number },
): Promise<void> {
  const found = await store.read('service', name);
  if (!found || found.version !== version) throw changed(name, found?.value ?? { generation: 0 });
  const value = { ...found.value, move };
  const written = await store.write([{ kind: 'service', id: name, value, ifVersion: version }]);
  if (!written.ok) throw changed(name, value);
  await cache.catchUp();
}

/** The phase that follows when a move is stopped. */
const afterStop: Partial<Record<MovePhase, MovePhase>> = {
  ...({ preparing: 'failed', stopping: 'returning', copying: 'returning', starting: 'returning' } as const),
};

/**
 * The replicas stay on their engine, and copied data is removed. Throws `no_such_service`, and `wrong_state` if no move
 * is active, or the new replicas are ready already.
 */
export async function stopMove({ store, cache, clock }: Cluster, name: string): Promise<void> {
  for (let round = 1; ; round++) {
    const { value: record, version } = await findForChange({ store }, name, { isFinal: true });
    const { move } = record;
    if (!move || isMoveOver(move)) throw new SatsumaError('wrong_state', `service ${name} is not being moved`);
    const phase = afterStop[move.phase];
    if (phase === undefined)
      throw new SatsumaError('wrong_state', `the move of service ${name} is ${move.phase}: it cannot be stopped`);
    const message = 'it was stopped by request';
    const finished = phase === 'failed' ? { finishedAt: timestamp(clock) } : {};
    const value = { ...record, move: { ...move, phase, message, ...finished } };
    const written = await store.write([{ kind: 'service', id: name, value, ifVersion: version }]);
    if (written.ok) return await cache.catchUp();
    if (round >= maximumRounds) throw changed(name, record);
  }
}
