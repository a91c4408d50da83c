import type { Installation, Labels } from '../installation/installation.ts';
import type { Task } from '../model/job.ts';
import { projectLabel } from '../model/project.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { Replica } from '../model/service.ts';
import type { Origin } from './origin.ts';

/** The label that identifies a container by its reservation. */
export const reservationLabel = 'satsuma.reservation';

/** The label that identifies the containers of a request with an `Idempotency-Key`. */
export const operationLabel = 'satsuma.operation';

export const installationLabel = 'satsuma.installation';

/** The container's name at its creation: a copy of it has the label, but another name. */
export const nameLabel = 'satsuma.name';

/** The epoch of the store that has its record. */
export const epochLabel = 'satsuma.epoch';

/**
 * On a container that was created without being started, and may be started at any time: it is not removed as a
 * leftover.
 */
export const keptLabel = 'satsuma.kept';

/** The record from which it was created, besides its image config. */
export const originLabel = 'satsuma.origin';

/** The engine and owner of a container. */
interface LabelContext {
  /** The id of the engine's daemon. */
  readonly daemonId: string | undefined;
  /** The epoch of the store; see `Position`. */
  readonly epoch: string | undefined;
  readonly origin?: Origin | undefined;
  /** See `keptLabel`. */
  readonly isKept?: boolean | undefined;
}

/**
 * The labels of a container, from which its record can be restored. They are visible to everyone who may list the
 * engine's containers, so the environment is encrypted.
 */
export function labelsOf(
  installation: Installation,
  reservation: NewReservation,
  { daemonId, epoch, origin, isKept }: LabelContext,
): Labels {
  const { id, engineId, name, claims, owner, operationId, replica, task, replaces, reason, createdAt } = reservation;
  const { environment, ...image } = reservation.image;
  return installation.sign({
    [reservationLabel]: id,
    [installationLabel]: installation.name,
    [nameLabel]: name,
    'satsuma.engine': engineId,
    ...(daemonId === undefined ? {} : { 'satsuma.daemon': daemonId }),
    ...(epoch ? { [epochLabel]: epoch } : {}),
    ...(isKept && { [keptLabel]: 'true' }),
    ...(origin && { [originLabel]: JSON.stringify(origin) }),
    // A separate label, for `docker ps --filter label=satsuma.project=shop`.
    ...(image.project === undefined ? {} : { [projectLabel]: image.project }),
    'satsuma.image': JSON.stringify(image),
    ...(environment && { 'satsuma.environment': installation.encrypt(JSON.stringify(environment), id) }),
    'satsuma.claims': JSON.stringify(claims),
    'satsuma.reason': JSON.stringify(reason),
    'satsuma.created_at': createdAt,
    ...(owner === undefined ? {} : { 'satsuma.owner': owner }),
    ...(operationId === undefined ? {} : { [operationLabel]: operationId }),
    ...(replica && replicaLabels(replica)),
    ...(task && taskLabels(task)),
    ...(replaces === undefined ? {} : { 'satsuma.replaces': replaces }),
  });
}

/** Separate labels, for `docker ps --filter label=satsuma.service=web`. */
function replicaLabels({ service, serviceId, fingerprint, slot, generation, copy }: Replica): Labels {
  return {
    'satsuma.service': service,
    ...(serviceId === undefined ? {} : { 'satsuma.service_id': serviceId }),
    ...(fingerprint === undefined ? {} : { 'satsuma.fingerprint': fingerprint }),
    'satsuma.slot': slot,
    'satsuma.generation': String(generation),
    'satsuma.copy': String(copy),
  };
}

function taskLabels({ job, jobId, run, slot, attempt }: Task): Labels {
  return {
    'satsuma.job': job,
    'satsuma.job_id': jobId,
    'satsuma.run': String(run),
    'satsuma.task': String(slot),
    'satsuma.attempt': String(attempt),
  };
}
