import { ignoreEngineError } from '../../execution/ignore-engine-error.ts';
import { epochLabel } from '../../labels/container-labels.ts';
import { readLabels } from '../../labels/read-labels.ts';
import type { ContainerSummary } from '../../model/container.ts';
import type { Cluster } from '../../state/cluster.ts';
import { leftoverWarnings } from '../services/leftover-warnings.ts';

/**
 * A warning if the newly registered engine is also used by another installation. Undefined: it is not. Its containers
 * are left alone, but two installations on one engine both count its CPUs and memory as theirs.
 */
export async function warnOfOthers(cluster: Cluster, engineId: string): Promise<string | undefined> {
  const { counts, ofOtherStore } = await countOthers(cluster, engineId);
  const warnings = [
    warningOfInstallations(cluster, engineId, counts),
    warningOfStore(cluster, engineId, ofOtherStore),
    ...leftoverWarnings(cluster, { engineId }),
  ];
  const reported = warnings.filter((each) => each !== undefined);
  return reported.length === 0 ? undefined : reported.join('; ');
}

interface Others {
  /** By the name of their installation. */
  readonly counts: ReadonlyMap<string, number>;
  /** Containers of this installation, but of another store. */
  readonly ofOtherStore: number;
}

function warningOfInstallations(
  { installation, logger }: Cluster,
  engineId: string,
  counts: Others['counts'],
): string | undefined {
  if (counts.size === 0) return undefined;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const names = [...counts.keys()];
  logger.warn({ engineId, installations: Object.fromEntries(counts) }, 'engine has containers of another installation');
  const unsigned = names.some((name) => installation.isOwn(name));
  const whose = unsigned
    ? `of installation ${names.join(', ')}, some of them not signed with a key in "label-keys"`
    : `of installation ${names.join(', ')}, and this is ${installation.name}`;
  return `engine ${engineId} has ${total === 1 ? '1 container' : `${total} containers`} ${whose}: they are left alone`;
}

/**
 * These containers are adopted, as after the loss of a store. A second, active store of the same installation looks the
 * same.
 */
function warningOfStore({ logger }: Cluster, engineId: string, count: number): string | undefined {
  if (count === 0) return undefined;
  logger.warn({ engineId, count }, 'engine has containers of another store of this installation');
  const what = count === 1 ? '1 container' : `${count} containers`;
  return `engine ${engineId} has ${what} of another store of this installation, which are adopted: if that store was not lost, give one of the two another name with "installation"`;
}

async function countOthers({ cache, pool, installation }: Cluster, engineId: string): Promise<Others> {
  const { value: engine } = cache.engine(engineId);
  // The engine answered a moment ago. If it fails now, its watcher reports that.
  const containers = (await pool.client(engine).listContainers().catch(ignoreEngineError)) ?? [];
  const counts = new Map<string, number>();
  let ofOtherStore = 0;
  for (const container of containers) {
    const isRecorded = cache.reservationsOf(container.id).some(({ isForeign }) => !isForeign);
    if (isRecorded && isOfOtherStore(container, cache.epoch)) ofOtherStore += 1;
    const evidence = isRecorded ? undefined : readLabels(installation, container, engine);
    if (evidence?.kind !== 'foreign' || evidence.installation === undefined) continue;
    counts.set(evidence.installation, (counts.get(evidence.installation) ?? 0) + 1);
  }
  return { counts, ofOtherStore };
}

function isOfOtherStore({ labels }: ContainerSummary, epoch: string): boolean {
  return labels[epochLabel] !== undefined && labels[epochLabel] !== epoch;
}
