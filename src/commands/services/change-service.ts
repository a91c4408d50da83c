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

/** Maximum number of lost races before a change fails. */
const maximumRounds = 10;

/**
 * Creates a service, and returns its simulated rollout; all changes do so. With a plan, it is carried out as planned or
 * fails with `plan_outdated`. Throws `service_exists`.
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

/** Creates all of them or none. Those in `stopped` are created as if scaled to 0 at once. Throws `service_exists`. */
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
 * Changes the given fields, and keeps the rest. Throws `no_such_service`, `unchangeable`, `plan_outdated`, and
 * `service_changed` after a concurrent change.
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
 * Replaces all replicas by the update policy, and pulls their image again. Throws `no_such_service`, and
 * `service_changed` if the service has another generation than `ifGeneration`.
 */
export async function restartService(
  cluster: Cluster,
  name: string,
  options: Approval & { readonly ifGeneration?: number | undefined } = {},
): Promise<RolloutPlan> {
  return await change(cluster, name, options, (record) => updated(name, record, { force: true }));
}

/** Throws `no_such_service`, `unchangeable` for a global service. */
export async function scaleService(
  cluster: Cluster,
  name: string,
  replicas: number,
  approval: Approval = {},
): Promise<RolloutPlan> {
  return await change(cluster, name, approval, (record) => scaled(name, record, replicas));
}

/**
 * Rolls back to an earlier generation, by default the previous one. The number of replicas stays. Throws
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

/** Pauses updates until the service is resumed. Replicas that end are still replaced. */
export async function pauseService(cluster: Cluster, name: string): Promise<RolloutPlan> {
  return await change(cluster, name, {}, (record) => ({ ...record, isPaused: true }));
}

/** Resumes an update that was paused by a user or after failures. */
export async function resumeService(cluster: Cluster, name: string, approval: Approval = {}): Promise<RolloutPlan> {
  return await change(cluster, name, approval, (record) => ({
    ...record,
    isPaused: false,
    resumes: record.resumes + 1,
  }));
}

/** Stops all replicas; the service disappears once they are gone. `areRouters`: also allows the routers' service. */
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
    const desired = await next(before);
    approve?.(desired.spec.image);
    const { record, rolloutPlan } = await simulateAsPlanned(cluster, name, { before, after: desired, plan });
    const after = { ...record, updatedAt: new Date().toISOString() };
    const isNew = after.generation !== before.generation;
    const changes = isNew
      ? changesToRenew(cluster, name, { value: before, version }, after)
      : changesTo(name, after, version, false);
    const written = await cluster.store.write(changes);
    if (written.ok) {
      // Makes the write visible in this server's cache.
      await cluster.cache.catchUp();
      return rolloutPlan;
    }
    if (round >= rounds) throw changed(name, (await cluster.store.read('service', name))?.value ?? before);
  }
}

/** The latest generation with another template. A restart does not count as another template. */
async function templateBefore(cluster: Cluster, name: string, record: ServiceRecord): Promise<ServiceGeneration> {
  const isOther = ({ spec }: ServiceGeneration) =>
    !isSameTemplate({ ...spec, force_update: 0 }, { ...record.spec, force_update: 0 });
  const earlier = await findGenerationBefore(cluster, name, record, isOther);
  if (earlier) return earlier;
  throw new SatsumaError(
    'no_such_generation',
    `service ${name} has no earlier template: there is nothing to roll back to`,
  );
}
