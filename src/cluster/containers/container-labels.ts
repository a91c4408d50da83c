import type { Claim } from '../../model/claim.ts';
import type { ContainerSummary } from '../../model/container.ts';
import type { Task } from '../../model/job.ts';
import type { NewReservation, PlacementReason } from '../../model/reservation.ts';
import type { Replica } from '../../model/service.ts';
import { isImageConfig } from './is-image-config.ts';

/** The label by which a container is found when only its reservation is known. */
export const reservationLabel = 'satsuma.reservation';

/** The label by which the containers of a request with an `Idempotency-Key` are found. */
export const operationLabel = 'satsuma.operation';

/** What a container of ours carries, so that its record can be made again from the engine alone. */
export function labelsOf(reservation: NewReservation): Record<string, string> {
  const { id, image, claims, owner, operationId, replica, task, replaces, reason, createdAt } = reservation;
  return {
    [reservationLabel]: id,
    'satsuma.image': JSON.stringify(image),
    'satsuma.claims': JSON.stringify(claims),
    'satsuma.reason': JSON.stringify(reason),
    'satsuma.created_at': createdAt,
    ...(owner === undefined ? {} : { 'satsuma.owner': owner }),
    ...(operationId === undefined ? {} : { [operationLabel]: operationId }),
    ...(replica && replicaLabels(replica)),
    ...(task && taskLabels(task)),
    ...(replaces === undefined ? {} : { 'satsuma.replaces': replaces }),
  };
}

/** Apart, so that `docker ps --filter label=satsuma.service=web` finds them. */
function replicaLabels({ service, slot, generation, copy }: Replica): Record<string, string> {
  return {
    'satsuma.service': service,
    'satsuma.slot': slot,
    'satsuma.generation': String(generation),
    'satsuma.copy': String(copy),
  };
}

function replicaFrom(labels: ContainerSummary['labels']): Replica | undefined {
  const { 'satsuma.service': service, 'satsuma.slot': slot } = labels;
  const [generation, copy] = [Number(labels['satsuma.generation']), Number(labels['satsuma.copy'])];
  if (!service || !slot || !isAmount(generation) || !isAmount(copy)) return undefined;
  return { service, slot, generation, copy };
}

function taskLabels({ job, jobId, run, slot, attempt }: Task): Record<string, string> {
  return {
    'satsuma.job': job,
    'satsuma.job_id': jobId,
    'satsuma.run': String(run),
    'satsuma.task': String(slot),
    'satsuma.attempt': String(attempt),
  };
}

function taskFrom(labels: ContainerSummary['labels']): Task | undefined {
  const { 'satsuma.job': job, 'satsuma.job_id': jobId } = labels;
  const [run, slot, attempt] = ['run', 'task', 'attempt'].map((key) => Number(labels[`satsuma.${key}`]));
  if (!job || !jobId || !isAmount(run) || !isAmount(slot) || !isAmount(attempt)) return undefined;
  return { job, jobId, run, slot, attempt };
}

/**
 * The record of a container of ours; undefined for others, and for labels that are not whole: anyone who may start a
 * container on the engine may write labels.
 */
export function reservationFrom(container: ContainerSummary, engineId: string): NewReservation | undefined {
  const { labels, name } = container;
  const id = labels[reservationLabel];
  const image = parse<object>(labels['satsuma.image']);
  const claims = parse<Claim[]>(labels['satsuma.claims']);
  const reason = parse<PlacementReason>(labels['satsuma.reason']);
  if (id === undefined || !isImageConfig(image) || !areClaims(claims) || !reason) return undefined;
  // By the clock of the server that started it; the engine's own may be an hour off.
  const told = labels['satsuma.created_at'] ?? '';
  const createdAt = Number.isNaN(Date.parse(told)) ? container.createdAt : told;
  const owner = labels['satsuma.owner'];
  const operationId = labels[operationLabel];
  const replica = replicaFrom(labels);
  const task = taskFrom(labels);
  const replaces = labels['satsuma.replaces'];
  return {
    id,
    engineId,
    name,
    image,
    claims,
    reason,
    createdAt,
    ...(owner === undefined ? {} : { owner }),
    ...(operationId === undefined ? {} : { operationId }),
    ...(replica && { replica }),
    ...(task && { task }),
    ...(replaces === undefined ? {} : { replaces }),
  };
}

function parse<T extends object>(json: string | undefined): T | undefined {
  try {
    const value: unknown = JSON.parse(json ?? 'null');
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

function areClaims(claims: readonly (Partial<Claim> | null)[] | undefined): claims is Claim[] {
  return (
    Array.isArray(claims) &&
    claims.every((claim) => typeof claim?.key === 'string' && isAmount(claim.amount) && isLimit(claim.limit))
  );
}

function isLimit(limit: unknown): boolean {
  return limit === null || Number.isSafeInteger(limit);
}

function isAmount(amount: unknown): amount is number {
  return Number.isSafeInteger(amount) && (amount as number) > 0;
}
