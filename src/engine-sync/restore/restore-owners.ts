import { epochLabel, originLabel } from '../../labels/container-labels.ts';
import { type Origin, originFrom } from '../../labels/origin.ts';
import { readLabels } from '../../labels/read-labels.ts';
import type { ContainerSummary } from '../../model/container.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { runId } from '../../model/job.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isChangeOfRun, restoreRun, type TaskEvidence } from './restore-job.ts';
import { judgeService, type ReplicaEvidence, restoreService } from './restore-service.ts';

/**
 * Recreates services and jobs that were lost with the store, from the labels of their containers on this engine.
 * Containers that name this store are ignored: their service or job was removed while the engine was down. The
 * containers are already recorded.
 */
export async function restoreOwners(
  cluster: Cluster,
  engine: Pick<EngineRecord, 'id' | 'daemon'>,
  containers: readonly ContainerSummary[],
): Promise<void> {
  const news = containers.filter((each) => isChange(cluster, each));
  if (news.length === 0) return;
  await cluster.cache.catchUp();
  const services = new Map<string, ReplicaEvidence[]>();
  const runs = new Map<string, TaskEvidence[]>();
  for (const container of news) {
    const isOurs = cluster.cache
      .reservationsOf(container.id)
      .some((each) => each.engineId === engine.id && !each.isForeign);
    const evidence = isOurs ? readLabels(cluster.installation, container, engine) : undefined;
    const origin = originIn(container);
    if (evidence?.kind !== 'ours' || !origin) continue;
    const { image, replica, task } = evidence.reservation;
    const { service, job } = origin;
    if (replica?.serviceId !== undefined && service) {
      const identified = { ...replica, serviceId: replica.serviceId };
      addTo(services, `${replica.service} ${replica.serviceId}`, {
        replica: identified,
        image,
        origin: { ...origin, service },
      });
    }
    if (task && job)
      addTo(runs, `${runId(task.job, task.run)} ${task.jobId}`, { task, image, origin: { ...origin, job } });
  }
  for (const each of services.values()) await restoreService(cluster, each);
  for (const each of runs.values()) await restoreRun(cluster, each);
}

/** Cheap, because it runs for each container at each resync. */
function isChange(cluster: Cluster, container: ContainerSummary): boolean {
  const { cache } = cluster;
  const { labels } = container;
  const epoch = labels[epochLabel];
  if (epoch === undefined || epoch === cache.epoch) return false;
  const { 'satsuma.service': service, 'satsuma.service_id': serviceId } = labels;
  if (service !== undefined && serviceId !== undefined) {
    const known = cache.services.get(service)?.value;
    const found = () => {
      const { createdAt, service: origin } = originIn(container) ?? {};
      return createdAt !== undefined && origin ? { createdAt, generation: origin.generation } : undefined;
    };
    return judgeService(known, serviceId, found) !== undefined;
  }
  const { 'satsuma.job': job, 'satsuma.job_id': jobId = '' } = labels;
  if (job === undefined) return false;
  const [run = 0, slot = 0, attempt = 0] = ['run', 'task', 'attempt'].map((key) => Number(labels[`satsuma.${key}`]));
  return isChangeOfRun(cluster, { job, jobId, run, slot, attempt }, () => originIn(container)?.job);
}

function originIn({ labels }: ContainerSummary): Origin | undefined {
  try {
    return originFrom(JSON.parse(labels[originLabel] ?? 'null'));
  } catch {
    return undefined;
  }
}

function addTo<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}
