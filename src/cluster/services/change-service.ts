import { isDeepStrictEqual } from 'node:util';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { HealthCheck, ServiceGeneration, ServiceRecord, ServiceSpec, UpdatePolicy } from '../../model/service.ts';
import type { DocumentChange, Fence } from '../../store/store.ts';
import type { Cluster } from '../cluster.ts';
import { findGeneration, generationId, noService } from './find-service.ts';

/** A change that loses a race against this many others is told so. */
const maximumRounds = 10;

/** Throws `service_exists`. */
export async function createService(cluster: Cluster, name: string, spec: ServiceSpec): Promise<void> {
  await createServices(cluster, new Map([[name, spec]]));
}

/** All of them or none; those in `stopped` as if they had been scaled to 0 at once. Throws `service_exists`. */
export async function createServices(
  cluster: Cluster,
  specs: ReadonlyMap<string, ServiceSpec>,
  stopped: ReadonlySet<string> = new Set(),
): Promise<void> {
  const now = new Date().toISOString();
  const changes = [...specs].flatMap(([name, spec]) => {
    const record = newRecord(spec, now);
    if (!stopped.has(name)) return changesTo(name, record, 0, true);
    const scaled = withSpec(record, { ...spec, replicas: 0 }, 'scale');
    return [...changesTo(name, scaled, 0, true), keptGeneration(name, record)];
  });
  const written = await cluster.store.write(changes);
  if (written.ok) return await cluster.mirror.catchUp();
  const name = typeof written.conflict === 'object' ? written.conflict.id : '';
  throw new SatsumaError('service_exists', `there is a service ${name} already: PUT changes it`);
}

function newRecord(spec: ServiceSpec, now: string): ServiceRecord {
  return {
    ...{ generation: 1, template: 1, spec, cause: 'create', createdAt: now, updatedAt: now },
    ...{ isPaused: false, resumes: 0, isRemoved: false },
  };
}

export interface ServiceChanges extends Partial<Omit<ServiceSpec, 'update' | 'health'>> {
  readonly update?: Partial<UpdatePolicy> | undefined;
  /** Null takes it away. */
  readonly health?: HealthCheck | null | undefined;
  /** Where its image may run, if the rest of the image config stays as it is. */
  readonly whereabouts?: Pick<ImageConfig, 'constraints' | 'spread'> | undefined;
  /** The generation that the caller saw last. */
  readonly ifGeneration?: number | undefined;
}

/**
 * Changes what is given, and leaves the rest as it is. Throws
 * `no_such_service`, `unchangeable`, and `service_changed` where somebody else was faster.
 */
export async function updateService(
  cluster: Cluster,
  name: string,
  { ifGeneration, update, health, whereabouts, ...changes }: ServiceChanges,
): Promise<ServiceRecord> {
  return await change(cluster, name, { rounds: 1, ifGeneration }, (record) => {
    const { health: checked, ...rest } = record.spec;
    const kept = health === null ? {} : { health: health ?? checked };
    const spec: ServiceSpec = {
      ...rest,
      ...changes,
      image: { ...(changes.image ?? record.spec.image), ...whereabouts },
      ...(kept.health && { health: kept.health }),
      update: { ...record.spec.update, ...update },
    };
    if ((spec.replicas === 'global') !== (record.spec.replicas === 'global')) {
      const sentence = `service ${name} is ${record.spec.replicas === 'global' ? '' : 'not '}global, and stays so: create another one`;
      throw new SatsumaError('unchangeable', sentence);
    }
    return withSpec(record, spec, 'update');
  });
}

/** Throws `no_such_service`, `unchangeable` for a global one. */
export async function scaleService(cluster: Cluster, name: string, replicas: number): Promise<ServiceRecord> {
  return await change(cluster, name, {}, (record) => {
    if (record.spec.replicas === 'global') {
      throw new SatsumaError('unchangeable', `service ${name} is global: it has a replica on each engine`);
    }
    return withSpec(record, { ...record.spec, replicas }, 'scale');
  });
}

/**
 * Back to an earlier generation, the one before unless named; how many replicas there are does not change. Throws
 * `no_such_service`, `no_such_generation`.
 */
export async function rollBackService(cluster: Cluster, name: string, to?: number): Promise<ServiceRecord> {
  return await change(cluster, name, {}, async (record) => {
    const earlier = await findGeneration(cluster, name, to ?? (await templateBefore(cluster, name, record)));
    return rolledBack(record, earlier, 'rollback');
  });
}

/** Exchanges no replica until it is resumed; those that end are started anew all the same. */
export async function pauseService(cluster: Cluster, name: string): Promise<ServiceRecord> {
  return await change(cluster, name, {}, (record) => ({ ...record, isPaused: true }));
}

/** Goes on with an update that was paused, by a person or because replicas failed. */
export async function resumeService(cluster: Cluster, name: string): Promise<ServiceRecord> {
  return await change(cluster, name, {}, (record) => ({ ...record, isPaused: false, resumes: record.resumes + 1 }));
}

/** Stops all its replicas; the service is gone once they are. */
export async function removeService(cluster: Cluster, name: string): Promise<ServiceRecord> {
  return await change(cluster, name, { isFinal: true }, (record) => ({ ...record, isRemoved: true }));
}

/** The record of a service that goes back to what worked, by itself. */
export function rolledBack(
  record: ServiceRecord,
  { spec, template }: ServiceGeneration,
  cause: 'rollback' | 'automatic rollback',
): ServiceRecord {
  const { replicas } = record.spec;
  return { ...withSpec(record, { ...spec, replicas }, cause), template };
}

/** What one write does to a service. */
export function changesTo(name: string, record: ServiceRecord, ifVersion: number, isNew: boolean): DocumentChange[] {
  return [{ kind: 'service', id: name, value: record, ifVersion }, ...(isNew ? [keptGeneration(name, record)] : [])];
}

function keptGeneration(name: string, record: ServiceRecord): DocumentChange {
  const { generation, template, spec, cause, updatedAt } = record;
  const value: ServiceGeneration = { template, spec, cause, createdAt: updatedAt };
  return { kind: 'service-generation', id: generationId(name, generation), value };
}

interface ChangeOptions {
  readonly rounds?: number;
  readonly ifGeneration?: number | undefined;
  readonly isFinal?: boolean;
  readonly lease?: Fence;
}

async function change(
  cluster: Cluster,
  name: string,
  { rounds = maximumRounds, ifGeneration, isFinal = false }: ChangeOptions,
  next: (record: ServiceRecord) => ServiceRecord | Promise<ServiceRecord>,
): Promise<ServiceRecord> {
  for (let round = 1; ; round++) {
    const found = await cluster.store.read('service', name);
    if (!found) throw noService(name);
    const { value: before, version } = found;
    if (before.isRemoved && !isFinal) {
      throw new SatsumaError('service_removed', `service ${name} is being removed: its replicas are stopped`);
    }
    if (ifGeneration !== undefined && ifGeneration !== before.generation) throw changed(name, before);
    const after = { ...(await next(before)), updatedAt: new Date().toISOString() };
    const isNew = after.generation !== before.generation;
    const written = await cluster.store.write(changesTo(name, after, version, isNew));
    if (written.ok) return await known(cluster, after);
    if (round >= rounds) throw changed(name, (await cluster.store.read('service', name))?.value ?? before);
  }
}

/** A spec like the one there is makes no new generation; one with the same image config no new template. */
function withSpec(record: ServiceRecord, spec: ServiceSpec, cause: ServiceRecord['cause']): ServiceRecord {
  if (isDeepStrictEqual(spec, record.spec)) return record;
  const generation = record.generation + 1;
  const template = isDeepStrictEqual(spec.image, record.spec.image) ? record.template : generation;
  return { ...record, generation, template, spec, cause };
}

/** The last generation with another template. */
async function templateBefore(cluster: Cluster, name: string, record: ServiceRecord): Promise<number> {
  for (let generation = record.generation - 1; generation > 0; generation--) {
    const earlier = await findGeneration(cluster, name, generation);
    if (earlier.template !== record.template) return generation;
  }
  throw new SatsumaError('no_such_generation', `service ${name} has never been another one: nothing to go back to`);
}

function changed(name: string, { generation }: ServiceRecord): SatsumaError {
  return new SatsumaError(
    'service_changed',
    `service ${name} was changed by somebody else and has generation ${generation} now: look at it and try again`,
    { details: { generation } },
  );
}

/** This server shows at once what it just wrote. */
async function known(cluster: Cluster, record: ServiceRecord): Promise<ServiceRecord> {
  await cluster.mirror.catchUp();
  return record;
}
