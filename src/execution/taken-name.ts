import { SatsumaError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { EngineRejection } from '../placement/place.ts';
import type { Cluster } from '../state/cluster.ts';
import type { ReserveOptions } from './reserve-options.ts';

type Names = Pick<Cluster, 'cache' | 'settings'>;

/**
 * Throws `name_taken` if another container in the cluster has the name, Satsuma's or foreign, running or not. Covers
 * existing containers, and records of older releases; concurrent requests are resolved by the ledger. Throws
 * `reservation_lost` if the attempt was superseded.
 */
export async function refuseTakenName(
  cluster: Names,
  image: ImageConfig,
  { replaces, attempt }: Pick<ReserveOptions, 'replaces' | 'attempt'>,
): Promise<void> {
  if (!holderOf(cluster, image, replaces)) return;
  await cluster.cache.catchUp();
  const holder = holderOf(cluster, image, replaces);
  if (!holder) return;
  // If this attempt was superseded, its successor holds the name.
  await attempt?.confirm();
  throw nameTaken(holder.name, holder.engineId);
}

/** The same for a plan: every engine rejects with that reason. */
export function rejectionsOfName(cluster: Names, image: ImageConfig): EngineRejection[] {
  const holder = holderOf(cluster, image, undefined);
  if (!holder) return [];
  const { code, message } = nameTaken(holder.name, holder.engineId);
  return cluster.cache.snapshots().map((engine) => ({ engine, code, message }));
}

/** `engineId` absent: the holder is already gone. */
export function nameTaken(name: string, engineId: string | undefined): SatsumaError {
  const where = engineId === undefined ? '' : ` on engine ${engineId}`;
  return new SatsumaError('name_taken', `the container name ${name} is taken${where}`);
}

function holderOf(
  { cache, settings }: Names,
  { container_name: asked }: ImageConfig,
  replaces: ReserveOptions['replaces'],
): NewReservation | undefined {
  const name = asked ?? replaces?.name;
  if (settings.nameScope === 'engine' || name === undefined) return undefined;
  const predecessors = new Set<string>();
  for (let id = replaces?.id; id !== undefined && !predecessors.has(id); id = cache.record(id)?.value.replaces) {
    predecessors.add(id);
  }
  return cache.named(name).find(({ id }) => !predecessors.has(id));
}
