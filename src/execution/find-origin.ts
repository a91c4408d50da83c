import { succeededSlots } from '../decisions/jobs/run-state.ts';
import { generationId } from '../decisions/services/find-service.ts';
import type { Origin } from '../labels/origin.ts';
import { SatsumaError } from '../model/errors.ts';
import { runId } from '../model/job.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { ServiceRecord } from '../model/service.ts';
import type { Cluster } from '../state/cluster.ts';

/**
 * What a container that is about to be made is to carry of its service or job; undefined: it is of none. Throws
 * `reservation_lost` where the service or the job is not there any more: nobody would look after a container of it, and it
 * could not bring back what the store lost.
 */
export async function findOrigin(cluster: Cluster, reservation: NewReservation): Promise<Origin | undefined> {
  const { replica, task } = reservation;
  const found = replica ? await ofService(cluster, replica) : task && ofJob(cluster, task);
  if (!found) return undefined;
  const { environment, ...origin } = found;
  const own = new Set(Object.keys(environment ?? {}));
  return { ...origin, added: Object.keys(reservation.image.environment ?? {}).filter((name) => !own.has(name)) };
}

type Found = Omit<Origin, 'added'> & { readonly environment: Readonly<Record<string, string>> | undefined };

async function ofService(
  cluster: Cluster,
  { service, serviceId, generation: template }: NewReservation['replica'] & object,
): Promise<Found | undefined> {
  const record = cluster.cache.services.get(service)?.value;
  // Services of earlier versions have no identity by which they could be told apart.
  if (serviceId === undefined) return undefined;
  if (record?.id !== serviceId) throw gone(`service ${service}`);
  const made = template === record.template ? record : await earlier(cluster, service, template);
  if (!made) return undefined;
  const { image, ...spec } = made.spec;
  const { createdAt } = record;
  return { createdAt, service: { generation: made.generation, template, spec }, environment: image.environment };
}

/** The generation in which a template was asked for first has its number. */
async function earlier(
  { store }: Cluster,
  service: string,
  template: number,
): Promise<Pick<ServiceRecord, 'generation' | 'spec'> | undefined> {
  const found = await store.read('service-generation', generationId(service, template));
  return found && { generation: template, spec: found.value.spec };
}

function ofJob({ cache }: Cluster, { job: name, jobId, run: number }: NewReservation['task'] & object): Found {
  const record = cache.jobs.get(name)?.value;
  const run = cache.jobRuns.get(runId(name, number))?.value;
  if (record?.id !== jobId || run?.jobId !== jobId) throw gone(`job ${name}`);
  const { schedule, time_zone, concurrency, keep } = record.spec;
  const { image, ...spec } = run.spec;
  const { cause, scheduledFor, createdAt, attempts } = run;
  const job = {
    spec: { time_zone, concurrency, keep, ...(schedule !== undefined && { schedule }) },
    run: { cause, createdAt, spec, ...(scheduledFor !== undefined && { scheduledFor }) },
    done: [...succeededSlots(attempts)],
  };
  return { createdAt: record.createdAt, job, environment: image.environment };
}

function gone(what: string): SatsumaError {
  return new SatsumaError('reservation_lost', `${what} is not there any more`);
}
