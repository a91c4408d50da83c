import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isSameTemplate } from '../../labels/fingerprint.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig, PortBinding } from '../../model/image-config.ts';
import type { HealthCheck, ServiceGeneration, ServiceRecord, ServiceSpec, UpdatePolicy } from '../../model/service.ts';

/** Throws `invalid` if the health check's port is not published. */
function refuseUnpublishedCheck({ image, health }: ServiceSpec): void {
  if (!health || image.publish || image.network_mode === 'host') return;
  const isPublished = ({ proto = 'tcp', container_port }: PortBinding) =>
    proto === 'tcp' && container_port === health.port;
  if (image.bind_ports?.some(isPublished)) return;
  const sentence = `"health.port" ${health.port} is not published over tcp: add it to "image.bind_ports"`;
  throw new SatsumaError('invalid', sentence);
}

/** Throws `invalid`: Docker would remove a replica before its exit code is read. */
function refuseAutoRemove({ image }: ServiceSpec): void {
  if (!image.auto_remove) return;
  throw new SatsumaError('invalid', '"image.auto_remove" is not for services: replicas that ended are removed anyway');
}

export interface ServiceChanges
  extends Partial<Omit<ServiceSpec, 'update' | 'health' | 'force_update' | 'link_update'>> {
  readonly update?: Partial<UpdatePolicy> | undefined;
  /** Null removes it. */
  readonly health?: HealthCheck | null | undefined;
  /** Changes where the image may run, and leaves the rest of the image config unchanged. */
  readonly placementOptions?: Pick<ImageConfig, 'constraints' | 'spread'> | undefined;
  /** The policy of the image config from now on. Absent: the one that the image config names. */
  readonly policy?: string | undefined;
  /** Replaces the replicas even if the template does not change. */
  readonly force?: boolean | undefined;
}

/** Throws `invalid`. */
export function firstRecord(spec: ServiceSpec): ServiceRecord {
  refuseUnpublishedCheck(spec);
  refuseAutoRemove(spec);
  const now = new Date().toISOString();
  return {
    id: randomBytes(8).toString('hex'),
    ...{ generation: 1, template: 1, spec, cause: 'create', createdAt: now, updatedAt: now },
    ...{ isPaused: false, resumes: 0, isRemoved: false },
  };
}

/** Applies the given changes and keeps the rest. Throws `unchangeable`, `invalid`. */
export function updated(
  name: string,
  record: ServiceRecord,
  { update, health, placementOptions, policy, force, ...changes }: ServiceChanges,
): ServiceRecord {
  const { health: checked, ...rest } = record.spec;
  const kept = health === null ? {} : { health: health ?? checked };
  const spec: ServiceSpec = {
    ...rest,
    ...changes,
    image: { ...(changes.image ?? record.spec.image), ...placementOptions, ...(policy !== undefined && { policy }) },
    ...(kept.health && { health: kept.health }),
    update: { ...record.spec.update, ...update },
    ...(force && { force_update: (record.spec.force_update ?? 0) + 1 }),
  };
  if ((spec.replicas === 'global') !== (record.spec.replicas === 'global')) {
    const sentence = `service ${name} is ${record.spec.replicas === 'global' ? '' : 'not '}global, and this cannot be changed: create another service`;
    throw new SatsumaError('unchangeable', sentence);
  }
  const isRestart = force && isDeepStrictEqual({ ...spec, force_update: 0 }, { ...record.spec, force_update: 0 });
  // Services with an unpublished check exist from before this was rejected: they still accept other changes.
  if (!isSameTemplate(spec, record.spec)) refuseUnpublishedCheck(spec);
  refuseAutoRemove(spec);
  return withSpec(record, spec, isRestart ? 'restart' : 'update');
}

/** Marks that the environment from linked services changed. */
export function linksUpdated(record: ServiceRecord): ServiceRecord {
  const { spec } = record;
  return withSpec(record, { ...spec, link_update: (spec.link_update ?? 0) + 1 }, 'update');
}

/** Throws `unchangeable` for a global service. */
export function scaled(name: string, record: ServiceRecord, replicas: number): ServiceRecord {
  if (record.spec.replicas === 'global') {
    throw new SatsumaError('unchangeable', `service ${name} is global: it has a replica on each engine`);
  }
  return withSpec(record, { ...record.spec, replicas }, 'scale');
}

/** The record after a rollback. `policy`: the policy that applies afterwards. */
export function rolledBack(
  record: ServiceRecord,
  { spec, template }: ServiceGeneration,
  cause: 'rollback' | 'automatic rollback',
  policy: string | undefined = spec.image.policy,
): ServiceRecord {
  const { replicas } = record.spec;
  const isAsItWas = policy === spec.image.policy;
  const image = isAsItWas || policy === undefined ? spec.image : { ...spec.image, policy };
  const next = withSpec(record, { ...spec, replicas, image }, cause);
  // With an unchanged policy the old template is reused, so replicas that already have it stay.
  return !isAsItWas || isSameTemplate(spec, record.spec) ? next : { ...next, template };
}

/** An unchanged spec makes no new generation, and an unchanged template keeps its number. */
function withSpec(record: ServiceRecord, spec: ServiceSpec, cause: ServiceRecord['cause']): ServiceRecord {
  if (isDeepStrictEqual(spec, record.spec)) return record;
  const { places: _, ...kept } = record;
  const generation = record.generation + 1;
  const template = isSameTemplate(spec, record.spec) ? record.template : generation;
  return { ...kept, generation, template, spec, cause };
}
