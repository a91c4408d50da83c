import { refuseRouterService } from '../../decisions/domains/reserved-for-routers.ts';
import {
  type ChangeConditions,
  changed,
  findForChange,
  findGeneration,
  findGenerationBefore,
} from '../../decisions/services/find-service.ts';
import { firstRecord, rolledBack, type ServiceChanges, scaled, updated } from '../../decisions/services/next-record.ts';
import { changesTo, changesToRenew, keptGeneration } from '../../decisions/services/service-writes.ts';
import { isSameTemplate } from '../../labels/fingerprint.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Approval } from '../../model/policy.ts';
import type { ServiceGeneration, ServiceRecord, ServiceSpec } from '../../model/service.ts';
import type { RolloutPlan } from '../../simulation/rollout-plan.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange } from '../../store/store.ts';
import type { ServicePlan } from './plan-token.ts';
import { simulateAsPlanned } from './simulate-as-planned.ts';

/** A change that loses a race against this many others is told so. */
const maximumRounds = 10;

/**
 * Creates a service, and tells what it is going to come to; so do the other changes. With a plan it is done as planned, or
 * not at all, as `plan_outdated`. Throws `service_exists`.
 */
export async function createService(
  cluster: Cluster,
  name: string,
  spec: ServiceSpec,
  plan?: ServicePlan,
): Promise<RolloutPlan> {
  refuseRouterService(cluster, name, spec.image);
  const { record, rolloutPlan } = await simulateAsPlanned(cluster, name, { after: firstRecord(spec), plan });
  await writeNew(cluster, changesTo(name, record, 0, true));
  return rolloutPlan;
}

/** All of them or none; those in `stopped` as if they had been scaled to 0 at once. Throws `service_exists`. */
export async function createServices(
  cluster: Cluster,
  specs: ReadonlyMap<string, ServiceSpec>,
  stopped: ReadonlySet<string> = new Set(),
): Promise<void> {
  const changes = [...specs].flatMap(([name, spec]) => {
    refuseRouterService(cluster, name);
    const record = firstRecord(spec);
    if (!stopped.has(name)) return changesTo(name, record, 0, true);
    return [...changesTo(name, scaled(name, record, 0), 0, true), keptGeneration(name, record)];
  });
  await writeNew(cluster, changes);
}

async function writeNew(cluster: Cluster, changes: readonly DocumentChange[]): Promise<void> {
  const written = await cluster.store.write(changes);
  if (written.ok) return await cluster.cache.catchUp();
  const name = typeof written.conflict === 'object' ? written.conflict.id : '';
  throw new SatsumaError('service_exists', `there is a service ${name} already: an update (PUT) changes it`);
}

export interface UpdateOptions extends ChangeConditions, Approval {
  readonly plan?: ServicePlan | undefined;
}

/**
 * Changes what is given, and leaves the rest as it is. Throws `no_such_service`, `unchangeable`, `plan_outdated`, and
 * `service_changed` where somebody else was faster.
 */
export async function updateService(
  cluster: Cluster,
  name: string,
  changes: ServiceChanges,
  options: UpdateOptions = {},
): Promise<RolloutPlan> {
  refuseRouterService(cluster, name, changes.image);
  return await change(cluster, name, { rounds: 1, ...options }, (record) => updated(name, record, changes));
}

/**
 * Exchanges all replicas by the update policy, and pulls their image anew, although nothing else changes. Throws
 * `no_such_service`, and `service_changed` where the service has another generation than the one given.
 */
export async function restartService(
  cluster: Cluster,
  name: string,
  options: Approval & { readonly ifGeneration?: number | undefined } = {},
): Promise<RolloutPlan> {
  return await change(cluster, name, options, (record) => updated(name, record, { force: true }));
}

/** Throws `no_such_service`, `unchangeable` for a global one. */
export async function scaleService(
  cluster: Cluster,
  name: string,
  replicas: number,
  approval: Approval = {},
): Promise<RolloutPlan> {
  return await change(cluster, name, approval, (record) => scaled(name, record, replicas));
}

/**
 * Back to an earlier generation, the one before unless named; how many replicas there are does not change. Throws
 * `no_such_service`, `no_such_generation`.
 */
export async function rollBackService(
  cluster: Cluster,
  name: string,
  { to, ...approval }: Approval & { readonly to?: number | undefined } = {},
): Promise<RolloutPlan> {
  refuseRouterService(cluster, name);
  return await change(cluster, name, approval, async (record) => {
    const earlier = to === undefined ? templateBefore(cluster, name, record) : findGeneration(cluster, name, to);
    return rolledBack(record, await earlier, 'rollback', approval.policy);
  });
}

/** Exchanges no replica until it is resumed; those that end are started anew all the same. */
export async function pauseService(cluster: Cluster, name: string): Promise<RolloutPlan> {
  return await change(cluster, name, {}, (record) => ({ ...record, isPaused: true }));
}

/** Goes on with an update that was paused, by a person or because replicas failed. */
export async function resumeService(cluster: Cluster, name: string, approval: Approval = {}): Promise<RolloutPlan> {
  return await change(cluster, name, approval, (record) => ({
    ...record,
    isPaused: false,
    resumes: record.resumes + 1,
  }));
}

/** Stops all its replicas; the service is gone once they are. `areRouters`: so are the routers. */
export async function removeService(
  cluster: Cluster,
  name: string,
  { areRouters = false }: { readonly areRouters?: boolean } = {},
): Promise<RolloutPlan> {
  if (!areRouters) refuseRouterService(cluster, name);
  return await change(cluster, name, { isFinal: true }, (record) => ({ ...record, isRemoved: true }));
}

interface ChangeOptions extends UpdateOptions {
  readonly rounds?: number;
}

async function change(
  cluster: Cluster,
  name: string,
  { rounds = maximumRounds, plan, approve, ...conditions }: ChangeOptions,
  next: (record: ServiceRecord) => ServiceRecord | Promise<ServiceRecord>,
): Promise<RolloutPlan> {
  for (let round = 1; ; round++) {
    const { value: before, version } = await findForChange(cluster, name, conditions);
    const wanted = await next(before);
    approve?.(wanted.spec.image);
    const { record, rolloutPlan } = await simulateAsPlanned(cluster, name, { before, after: wanted, plan });
    const after = { ...record, updatedAt: new Date().toISOString() };
    const isNew = after.generation !== before.generation;
    const changes = isNew
      ? changesToRenew(cluster, name, { value: before, version }, after)
      : changesTo(name, after, version, false);
    const written = await cluster.store.write(changes);
    if (written.ok) {
      // This server shows at once what it just wrote.
      await cluster.cache.catchUp();
      return rolloutPlan;
    }
    if (round >= rounds) throw changed(name, (await cluster.store.read('service', name))?.value ?? before);
  }
}

/** The last generation with another template. A restart of the present one is not another one. */
async function templateBefore(cluster: Cluster, name: string, record: ServiceRecord): Promise<ServiceGeneration> {
  const isOther = ({ spec }: ServiceGeneration) =>
    !isSameTemplate({ ...spec, force_update: 0 }, { ...record.spec, force_update: 0 });
  const earlier = await findGenerationBefore(cluster, name, record, isOther);
  if (earlier) return earlier;
  throw new SatsumaError('no_such_generation', `service ${name} has never been another one: nothing to go back to`);
}
