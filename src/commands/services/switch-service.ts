import { findGeneration, findService } from '../../decisions/services/find-service.ts';
import type { Approval } from '../../model/policy.ts';
import type { Cluster } from '../../state/cluster.ts';
import { until } from '../../state/until.ts';
import { scaleService } from './change-service.ts';
import { peekService } from './show-service.ts';

/** How long the caller waits for the result. */
const withinMs = 15_000;

/**
 * Scales to 0; the earlier generations remember the number of replicas. Throws `no_such_service`, `unchangeable` for a
 * global service.
 */
export async function stopService(cluster: Cluster, name: string): Promise<void> {
  await scaleService(cluster, name, 0);
  await until(cluster, () => (peekService(cluster, name)?.replicas.length ?? 0) === 0, withinMs);
}

/**
 * Scales a stopped service to its previous number of replicas; other services stay unchanged. Throws `no_such_service`.
 */
export async function startService(cluster: Cluster, name: string, approval: Approval = {}): Promise<void> {
  const { spec, generation } = await findService(cluster, name);
  if (spec.replicas !== 0) return;
  await scaleService(cluster, name, await lastCount(cluster, name, generation), approval);
  const isDone = () => {
    const shown = peekService(cluster, name);
    return !shown || shown.ready >= shown.wanted || shown.waiting.length > 0;
  };
  await until(cluster, isDone, withinMs);
}

async function lastCount(cluster: Cluster, name: string, before: number): Promise<number> {
  for (let generation = before - 1; generation > 0; generation--) {
    const { replicas } = (await findGeneration(cluster, name, generation)).spec;
    if (replicas !== 'global' && replicas > 0) return replicas;
  }
  return 1;
}
