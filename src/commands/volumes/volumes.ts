import { refuseRouterVolume } from '../../decisions/domains/reserved-for-routers.ts';
import { inventoryChanged } from '../../execution/engine-inventory.ts';
import { reportInventoryChange } from '../../execution/report-inventory-change.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { namedVolumes } from '../../model/image-needs.ts';
import { isAnonymousVolume, type Volume, type VolumeSpec } from '../../model/volume.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { EngineFailure } from '../../state/containers/ask-engines.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { askEach, chooseEngines, type EngineChoice } from '../each-engine.ts';
import { CurrentUsers } from '../image-configs-in-use.ts';
import { type Pruned, pruneOnEngines } from '../prune-on-engines.ts';

export interface VolumeOnEngine extends Volume {
  readonly engineId: string;
  /** It is incomplete: it is being copied from this engine. */
  readonly copyingFrom?: string;
}

export interface VolumeFilter {
  readonly engine?: string | undefined;
  readonly name?: string | undefined;
}

/** The volumes of all engines or of one, requested now; sorted by name, then by engine. Throws `no_such_engine`. */
export async function listVolumes(
  cluster: Cluster,
  { engine, name }: VolumeFilter,
): Promise<{ readonly volumes: readonly VolumeOnEngine[]; readonly errors: readonly EngineFailure[] }> {
  const engines = await chooseEngines(cluster, { engines: engine === undefined ? undefined : [engine] });
  const { answers, errors } = await askEach(cluster, engines, (each) =>
    withEngineTimeout(cluster.pool.client(each).listVolumes(), each.id),
  );
  const volumes = answers.flatMap(({ engine: { id: engineId }, value }) =>
    value
      .filter((volume) => name === undefined || volume.name === name)
      .map((volume) => onEngine(cluster, engineId, volume)),
  );
  return { volumes: volumes.sort(byName), errors };
}

function onEngine({ cache }: Pick<Cluster, 'cache'>, engineId: string, volume: Volume): VolumeOnEngine {
  const copy = cache.volumeCopies
    .all()
    .find(({ value: { name, to, isWhole } }) => name === volume.name && to === engineId && !isWhole);
  return { ...volume, engineId, ...(copy && { copyingFrom: copy.value.from }) };
}

export function byName(
  a: { readonly name: string; readonly engineId: string },
  b: { readonly name: string; readonly engineId: string },
): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.engineId < b.engineId ? -1 : 1;
}

/** Includes the containers that use it. Throws `no_such_engine`, `no_such_volume`. */
export async function inspectVolume(
  cluster: Cluster,
  engineId: string,
  name: string,
): Promise<VolumeOnEngine & { readonly usedBy: readonly string[] }> {
  const client = cluster.pool.client(cluster.cache.engine(engineId).value);
  const [volume, usedBy] = await Promise.all([client.inspectVolume(name), client.listUsers({ volume: name })]);
  return { ...onEngine(cluster, engineId, volume), usedBy };
}

/** Returns an existing volume unchanged. Throws `no_such_engine`, `name_taken`, `invalid`. */
export async function createVolume(cluster: Cluster, engineId: string, spec: VolumeSpec): Promise<VolumeOnEngine> {
  const { cache, pool, logger } = cluster;
  const volume = await pool.client(cache.engine(engineId).value).createVolume(spec);
  inventoryChanged(cluster, engineId);
  logger.info({ engineId, volume: volume.name }, 'volume created');
  const { name, driver } = volume;
  await reportInventoryChange(cluster, {
    kind: 'volume',
    action: 'create',
    name,
    engine: engineId,
    attributes: { driver },
  });
  return { ...volume, engineId };
}

/** Throws `no_such_engine`, `no_such_volume`, `volume_in_use`. */
export async function removeVolume(cluster: Cluster, engineId: string, name: string): Promise<void> {
  const { cache, pool, logger } = cluster;
  refuseRouterVolume(cluster, engineId, name);
  await pool.client(cache.engine(engineId).value).removeVolume(name);
  inventoryChanged(cluster, engineId);
  logger.info({ engineId, volume: name }, 'volume removed');
  await reportInventoryChange(cluster, { kind: 'volume', action: 'remove', name, engine: engineId });
}

interface PruneVolumesOptions extends EngineChoice {
  readonly isDryRun: boolean;
  /** Includes volumes with a name. */
  readonly areNamedIncluded: boolean;
  /** Only these; left out: all. */
  readonly isSelected?: (volume: Volume) => boolean;
}

/**
 * Removes volumes that no container uses, running or not, and that no service, job or saved image config names. Throws
 * `no_such_engine`, `store_unavailable`.
 */
export async function pruneVolumes(
  cluster: Cluster,
  { areNamedIncluded, isSelected = () => true, ...options }: PruneVolumesOptions,
): Promise<Pruned<Volume>> {
  const users = new CurrentUsers(cluster, namedVolumes);
  await users.current();
  return await pruneOnEngines<Volume>(cluster, {
    ...options,
    survey: async (engine) => {
      const { id } = engine;
      const unused = await cluster.pool.client(engine).listVolumes({ isUnused: true });
      return {
        candidates: unused.filter(
          (volume) => (areNamedIncluded || isAnonymousVolume(volume.name)) && isSelected(volume),
        ),
        reasonToKeep: async ({ name }) =>
          named(await users.current(), name) ?? reservedBy(cluster, id, (image) => namedVolumes(image).includes(name)),
      };
    },
    remove: ({ id }, { name }) => removeVolume(cluster, id, name),
    goneCode: 'no_such_volume',
    inUseCode: 'volume_in_use',
  });
}

export function named(users: ReadonlyMap<string, string>, name: string): string | undefined {
  const user = users.get(name);
  return user === undefined ? undefined : `${user} names it`;
}

/**
 * The first container on the engine, existing or being created, whose image config matches: its objects are in use even
 * if the engine does not know the container yet.
 */
export function reservedBy(
  { cache }: Pick<Cluster, 'cache'>,
  engineId: string,
  isSo: (image: ImageConfig) => boolean,
): string | undefined {
  const holder = cache.reservations(engineId).find(({ image }) => isSo(image));
  return holder && `container ${holder.name} names it`;
}
