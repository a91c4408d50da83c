import { succeededSlots } from '../decisions/jobs/run-state.ts';
import { generationId } from '../decisions/services/find-service.ts';
import type { Origin } from '../labels/origin.ts';
import { SatsumaError } from '../model/errors.ts';
import { runId } from '../model/job.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { ServiceRecord } from '../model/service.ts';
import type { Cluster } from '../state/cluster.ts';

/**
 * The labels about the service or job of a new container; undefined: it has none. Throws `reservation_lost` if the
 * service or job no longer exists: its container would be orphaned, and could not restore a lost store.
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
  // Services of older releases have no id.
  if (serviceId === undefined) return undefined;
  if (record?.id !== serviceId) throw gone(`service ${service}`);
  const made = template === record.template ? record : await earlier(cluster, service, template);
  if (!made) return undefined;
  const { image, ...spec } = made.spec;
  const { createdAt } = record;
  return { createdAt, service: { generation: made.generation, template, spec }, environment: image.environment };
}

/** The first generation with a template has the template's number. */
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
  return new SatsumaError('reservation_lost', `${what} no longer exists`);
}
