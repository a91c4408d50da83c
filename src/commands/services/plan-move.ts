import { randomBytes } from 'node:crypto';
import { isFit, type ReplicaView } from '../../decisions/services/replica-view.ts';
import { nothingKnown, surveyReplicas } from '../../decisions/services/survey.ts';
import { placeNow, schedulersOf } from '../../execution/place-now.ts';
import { unschedulable } from '../../execution/reserve-on-best-engine.ts';
import { refuseImmovable } from '../../execution/volumes/movable-volumes.ts';
import { type EngineRecord, statusOf } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { firstFew } from '../../model/first-few.ts';
import type { Fleet } from '../../model/fleet.ts';
import { hostPaths, namedVolumes } from '../../model/image-needs.ts';
import { quotaClaims } from '../../model/project.ts';
import type { RowSet } from '../../model/row-set.ts';
import type { Scope } from '../../model/scope.ts';
import type { ServiceRecord } from '../../model/service.ts';
import { isMoveOver, type ServiceMove } from '../../model/service-move.ts';
import { explainWithAdvice } from '../../placement/explain.ts';
import { only } from '../../placement/row-filter.ts';
import { QuotaSimulation } from '../../simulation/quota-simulation.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import { noEngine } from '../../state/engine-cache.ts';
import { isEngineWithin } from '../../state/scopes.ts';

const maxNamed = 5;
/** Limited, because they are stored in the service's record. */
const maxReplicas = 100;

export interface MoveRequest {
  readonly to: string;
  /** Absent: the engine that has all its replicas. */
  readonly from?: string | undefined;
  /** Removes volumes of the same names on the target engine first. */
  readonly isReplacing?: boolean | undefined;
  readonly areVolumesRemoved?: boolean | undefined;
  /** Host paths that it mounts are not copied. */
  readonly arePathsLeft?: boolean | undefined;
  /** The caller's scope: both engines must be within. */
  readonly scope?: Scope | undefined;
}

/**
 * The move as it would begin now. Changes nothing. Throws `unchangeable` for a global service, `wrong_state`,
 * `no_such_engine`, `invalid`, `unschedulable`, `quota_exceeded`, and as `refuseImmovable`.
 */
export async function planMove(
  cluster: Cluster,
  name: string,
  record: ServiceRecord,
  request: MoveRequest,
): Promise<ServiceMove> {
  const { to, scope, isReplacing = false, areVolumesRemoved = false } = request;
  const { image, replicas } = record.spec;
  if (replicas === 'global')
    throw new SatsumaError('unchangeable', `service ${name} is global: it has a replica on each engine`);
  if (record.move && !isMoveOver(record.move))
    throw new SatsumaError('wrong_state', `service ${name} is being moved to engine ${record.move.to} already`);
  for (const id of [to, request.from]) refuseBeyond(cluster, scope, id);
  refuseUnused(cluster.cache.engine(to).value);
  const volumes = namedVolumes(image);
  if (volumes.length === 0) throw new SatsumaError('invalid', `service ${name} has no named volume: a drain moves it`);
  const paths = hostPaths(image);
  if (paths.length > 0 && !request.arePathsLeft) {
    const why = `${firstFew(paths, maxNamed)} is a host path, which is not copied`;
    throw new SatsumaError('invalid', `service ${name}: ${why}; see --leave-paths ("leave_paths")`);
  }
  const { from, moved } = slotsToMove(cluster, name, record, request);
  refuseBeyond(cluster, scope, from);
  const containers = new Set(moved.map(({ id }) => cluster.cache.record(id)?.value.name ?? ''));
  await refuseImmovable(cluster, { volumes, from, to, isReplacing, containers });
  await refuseFull(cluster, name, record, to);
  refuseByQuota(cluster, record, moved);
  return {
    ...{ id: randomBytes(8).toString('hex'), from, to, phase: 'preparing', volumes, isReplacing, areVolumesRemoved },
    replicas: Object.fromEntries(moved.map(({ slot, id }) => [slot, id])),
    startedAt: timestamp(cluster.clock),
  };
}

function refuseBeyond(cluster: Cluster, scope: Scope | undefined, id: string | undefined): void {
  if (scope && id !== undefined && !isEngineWithin(cluster, scope, id)) throw noEngine(id);
}

function refuseUnused(engine: EngineRecord): void {
  const status = statusOf(engine);
  if (status !== 'ok')
    throw new SatsumaError('wrong_state', `engine ${engine.id} takes no containers: it is ${status}`);
}

function slotsToMove(
  cluster: Cluster,
  name: string,
  record: ServiceRecord,
  { from: asked, to }: MoveRequest,
): { readonly from: string; readonly moved: readonly ReplicaView[] } {
  const status = cluster.cache.serviceStatuses.get(name)?.value ?? nothingKnown;
  const views = surveyReplicas(cluster, name, { record, status });
  const engines = [...new Set(views.map(({ engineId }) => engineId))].sort();
  const [from = to, ...others] = asked === undefined ? engines.filter((each) => each !== to) : [asked];
  if (others.length > 0) {
    const where = firstFew(engines, maxNamed);
    throw new SatsumaError('invalid', `service ${name} has replicas on ${where}: say which to move (--from, "from")`);
  }
  cluster.cache.engine(from);
  const moved = views.filter(({ engineId }) => engineId === from);
  if (from === to || moved.length === 0)
    throw new SatsumaError(
      'invalid',
      `service ${name} has no replica to move ${asked === undefined ? '' : `from ${asked} `}to engine ${to}`,
    );
  if (moved.length > maxReplicas)
    throw new SatsumaError('invalid', `service ${name} has more than ${maxReplicas} replicas on engine ${from}`);
  const slots = new Set(moved.map(({ slot }) => slot));
  const isSettled = (each: ReplicaView) => each.state === 'ready' && isFit(each, record.template);
  const unsettled = views.find((each) => slots.has(each.slot) && !(each.engineId === from && isSettled(each)));
  if (unsettled || slots.size < moved.length) {
    const what = unsettled === undefined ? 'exchanged' : unsettled.state;
    throw new SatsumaError('wrong_state', `service ${name} is not ready to be moved: a replica is ${what}`);
  }
  return { from, moved };
}

/** An early check; the ledger decides when the replica starts. */
async function refuseFull(cluster: Cluster, name: string, { spec }: ServiceRecord, to: string): Promise<void> {
  const { image } = spec;
  const schedulers = await schedulersOf(cluster, image, { isFree: true });
  const filter = (fleet: Fleet, rows: RowSet) => only(to)(fleet, rows);
  const turn = cluster.placementCounter.peek();
  const placement = placeNow(cluster, { image, schedulers, turn, service: name, filter });
  if (placement.candidates.length > 0) return;
  const refused = placement.rejections().filter(({ engine }) => engine.id === to);
  throw unschedulable(explainWithAdvice(refused, { image, schedulers }));
}

/** The old replicas stop before their successors start. A quota that became smaller must be noticed before that. */
function refuseByQuota({ cache }: Cluster, { spec }: ServiceRecord, moved: readonly ReplicaView[]): void {
  const quotas = new QuotaSimulation(cache);
  for (const { id } of moved) quotas.add(cache.record(id)?.value.claims ?? [], -1);
  for (const _ of moved) {
    const refusal = quotas.refusalOf(spec.image);
    if (refusal) throw refusal;
    quotas.add(quotaClaims(spec.image), 1);
  }
}
