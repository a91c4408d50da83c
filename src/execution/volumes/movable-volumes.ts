import { SatsumaError } from '../../model/errors.ts';
import { firstFew } from '../../model/first-few.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseTaken } from './begin-copy.ts';
import { refuseExternalStorage } from './copy-volume.ts';
import { isHolder } from './volume-holder.ts';

const maxNamed = 5;

interface VolumesToMove {
  readonly volumes: readonly string[];
  readonly from: string;
  readonly to: string;
  /** Volumes of these names on the target engine will be removed. */
  readonly isReplacing: boolean;
  /** The containers that are moved with them. */
  readonly containers: ReadonlySet<string>;
}

/**
 * Throws `no_such_volume`, `invalid` for a volume with external storage, `volume_in_use` if another running container
 * uses it, and `name_taken` if the target engine has a volume of that name.
 */
export async function refuseImmovable(cluster: Cluster, moved: VolumesToMove): Promise<void> {
  const { cache, pool } = cluster;
  const { volumes, from, to, isReplacing } = moved;
  const [source, target] = [from, to].map((id) => pool.client(cache.engine(id).value)) as [Client, Client];
  for (const name of volumes) {
    refuseExternalStorage(await source.inspectVolume(name), from);
    if (isReplacing) await refuseUsed(target, name, to);
    else await refuseTaken(target, to, name);
  }
  await refuseRunningUsers(cluster, moved);
}

type Client = ReturnType<Cluster['pool']['client']>;

/** Throws `volume_in_use`: concurrent writes would be lost. */
export async function refuseRunningUsers(
  { cache, pool }: Cluster,
  { volumes, from, containers }: Pick<VolumesToMove, 'volumes' | 'from' | 'containers'>,
): Promise<void> {
  const source = pool.client(cache.engine(from).value);
  for (const volume of volumes) {
    const users = await source.listUsers({ volume, isRunning: true });
    const others = users.filter((each) => !containers.has(each) && !isHolder(each));
    if (others.length === 0) continue;
    const [has, them] = others.length === 1 ? ['runs', 'it'] : ['run', 'them'];
    const why = `${firstFew(others, maxNamed)} ${has} with volume ${volume} on engine ${from}: stop ${them} first`;
    throw new SatsumaError('volume_in_use', why);
  }
}

async function refuseUsed(target: Client, name: string, engineId: string): Promise<void> {
  const users = await target.listUsers({ volume: name });
  if (users.length === 0) return;
  const why = `volume ${name} of engine ${engineId} is not replaced: ${firstFew(users, maxNamed)} uses it`;
  throw new SatsumaError('volume_in_use', why);
}
