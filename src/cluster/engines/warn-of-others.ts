import type { ContainerSummary } from '../../model/container.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../cluster.ts';
import { readLabels } from '../containers/read-labels.ts';

/**
 * A sentence for whoever registers an engine that another installation uses as well; undefined: none does. Its containers
 * are left alone, but two that place containers on one engine promise its CPUs and memory twice.
 */
export async function warnOfOthers(cluster: Cluster, engineId: string): Promise<string | undefined> {
  const counts = await countOthers(cluster, engineId);
  if (counts.size === 0) return undefined;
  const { installation, logger } = cluster;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const names = [...counts.keys()];
  logger.warn({ engineId, installations: Object.fromEntries(counts) }, 'engine has containers of another installation');
  const unsigned = names.some((name) => installation.isOwn(name));
  const whose = unsigned
    ? `of installation ${names.join(', ')}, not all of them signed with a key in "label-keys"`
    : `of installation ${names.join(', ')}, and this is ${installation.name}`;
  return `engine ${engineId} has ${total === 1 ? '1 container' : `${total} containers`} ${whose}: they are left alone`;
}

/** By the name of their installation. */
async function countOthers(
  { mirror, pool, installation }: Cluster,
  engineId: string,
): Promise<ReadonlyMap<string, number>> {
  const { value: engine } = mirror.engine(engineId);
  const containers = await pool.client(engine).listContainers().catch(unlessSilent);
  const counts = new Map<string, number>();
  for (const container of containers) {
    const isRecorded = mirror.reservationsOf(container.id).some(({ isForeign }) => !isForeign);
    const evidence = isRecorded ? undefined : readLabels(installation, container, engine);
    if (evidence?.kind !== 'foreign' || evidence.installation === undefined) continue;
    counts.set(evidence.installation, (counts.get(evidence.installation) ?? 0) + 1);
  }
  return counts;
}

/** It was looked at just now: that it says nothing more is found out by its watcher. */
function unlessSilent(error: unknown): ContainerSummary[] {
  if (isSatsumaError(error)) return [];
  throw error;
}
