import type { Installation, Labels } from '../installation/installation.ts';
import type { Task } from '../model/job.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { Replica } from '../model/service.ts';
import type { Origin } from './origin.ts';

/** The label by which a container is found when only its reservation is known. */
export const reservationLabel = 'satsuma.reservation';

/** The label by which the containers of a request with an `Idempotency-Key` are found. */
export const operationLabel = 'satsuma.operation';

export const installationLabel = 'satsuma.installation';

/** The name that a container was made with: a copy of it has the label and not the name. */
export const nameLabel = 'satsuma.name';

/** The store that its record was made in. */
export const epochLabel = 'satsuma.epoch';

/** Of a container that was made and not started, for whoever starts it whenever they like: it is not removed because nobody does. */
export const keptLabel = 'satsuma.kept';

/** What it was made from, beside its image config. */
export const originLabel = 'satsuma.origin';

/** Where a container was started, and for whom. */
export interface LabelContext {
  /** The id of the daemon behind its engine. */
  readonly daemonId: string | undefined;
  /** That of the store; see `Position`. */
  readonly epoch: string | undefined;
  readonly origin?: Origin | undefined;
  /** See `keptLabel`. */
  readonly isKept?: boolean | undefined;
}

/**
 * What a container carries, so that its record can be made again from the engine alone. Anyone who may list containers on
 * the engine can read it: the environment is encrypted.
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
    // Apart, so that `docker ps --filter label=satsuma.project=shop` finds them.
    ...(image.project === undefined ? {} : { 'satsuma.project': image.project }),
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

/** Apart, so that `docker ps --filter label=satsuma.service=web` finds them. */
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
