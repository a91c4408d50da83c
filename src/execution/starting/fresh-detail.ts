import type { ContainerDetail, ContainerSummary } from '../../model/container.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';

/** A current inspection. Throws `no_such_container`, or the inspection's error. */
export async function freshDetail(
  { cache, details, pool }: Cluster,
  engineId: string,
  { id, name }: ContainerSummary,
): Promise<ContainerDetail> {
  const client = pool.client(cache.engine(engineId).value);
  const detail = await details.fresh(engineId, client, id);
  if (detail) return detail;
  const failure = details.engine(engineId).failure(id);
  throw failure ?? new SatsumaError('no_such_container', `container ${name} is gone from ${engineId}`);
}
