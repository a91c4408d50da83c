import type { EngineClient } from '../../engines/engine-client.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { firstFew } from '../../model/first-few.ts';
import { namedVolumes } from '../../model/image-needs.ts';
import type { Volume } from '../../model/volume.ts';
import { type VolumeCopy, volumeCopyLabel } from '../../model/volume-copy.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

const maxNamed = 5;

interface NewCopy {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly fence: Fence;
  /** Removes a volume of that name on the target engine first, if no container uses it. */
  readonly isReplacing?: boolean;
}

/**
 * Records the copy, so that nothing is placed onto the incomplete volume, and creates the volume. The engine's record
 * is written with it, so that the ledger refuses concurrent placements, which are then repeated. Throws `name_taken` if
 * the engine has a volume of that name, or a container that needs one; `reservation_lost`.
 */
export async function beginCopy(cluster: Cluster, volume: Volume, copy: NewCopy): Promise<void> {
  const { cache, pool } = cluster;
  const { id, name, to, isReplacing = false } = copy;
  const client = pool.client(cache.engine(to).value);
  await recordCopy(cluster, copy);
  await refuseOthers(cluster, copy);
  if (isReplacing) await removeOther(client, name);
  else await refuseTaken(client, to, name);
  const { driver, labels } = volume;
  const created = await client.createVolume({ name, driver, labels: { ...labels, [volumeCopyLabel]: id } });
  // It may have been created concurrently: a foreign volume is not written to.
  if (created.labels[volumeCopyLabel] !== id) throw taken(to, name);
}

async function recordCopy({ store, cache, clock }: Cluster, { id, name, from, to, fence }: NewCopy): Promise<void> {
  const value: VolumeCopy = { name, from, to, startedAt: new Date(clock.now()).toISOString() };
  for (;;) {
    const { value: engine, version } = cache.engine(to);
    const changes = [
      { kind: 'volume-copy', id, value } as const,
      { kind: 'engine', id: to, value: engine, ifVersion: version } as const,
    ];
    const written = await store.write(changes, { lease: fence });
    if (!written.ok && written.conflict === 'lease')
      throw new SatsumaError('reservation_lost', 'another server took the copy of the volume over');
    await cache.catchUp();
    if (written.ok) return;
  }
}

/** Containers reserved before the copy was recorded will create the volume. */
async function refuseOthers({ cache }: Cluster, { id, name, to }: NewCopy): Promise<void> {
  const other = cache.volumeCopies.all().find((each) => each.id !== id && isSame(each.value, { name, to }));
  if (other) throw new SatsumaError('name_taken', `engine ${to} is being given a copy of the volume ${name} already`);
  const user = cache.reservations(to).find(({ image }) => namedVolumes(image).includes(name));
  if (user) throw taken(to, name, [user.name]);
}

function isSame(a: Pick<VolumeCopy, 'name' | 'to'>, b: Pick<VolumeCopy, 'name' | 'to'>): boolean {
  return a.name === b.name && a.to === b.to;
}

export async function refuseTaken(client: EngineClient, engineId: string, name: string): Promise<void> {
  try {
    await client.inspectVolume(name);
  } catch (error) {
    if (isSatsumaError(error, 'no_such_volume')) return;
    throw error;
  }
  throw taken(engineId, name, await client.listUsers({ volume: name }));
}

async function removeOther(client: EngineClient, name: string): Promise<void> {
  await client.removeVolume(name).catch((error: unknown) => {
    if (!isSatsumaError(error, 'no_such_volume')) throw error;
  });
}

function taken(engineId: string, name: string, users: readonly string[] = []): SatsumaError {
  const by = users.length > 0 ? `, and ${firstFew(users, maxNamed)} ${users.length === 1 ? 'has' : 'have'} it` : '';
  return new SatsumaError(
    'name_taken',
    `engine ${engineId} has a volume ${name} already${by}: remove it first (satsuma volume rm --engine ${engineId} ${name})`,
  );
}
