import { claimTaken } from '../../execution/starting/blocking-claim.ts';
import { freshDetail } from '../../execution/starting/fresh-detail.ts';
import { type Claim, claimKeys } from '../../model/claim.ts';
import type { ContainerDetail, ContainerUpdate } from '../../model/container.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { conflictOf } from '../../model/image-conflict.ts';
import type { NewReservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import { holdLimits, withLimits } from '../../state/containers/changed-by-hand.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { changeContainer } from './change-container.ts';
import type { InspectedContainer } from './inspect-container.ts';

/** Docker's default limit of memory and swap together, relative to the memory limit. */
const swapFactor = 2;

/**
 * Changes the limits of a container or its restart policy. Additional claims are taken before the engine is asked, and
 * surplus claims are released after that. Throws what `findContainer` throws, `claim_taken`, `invalid` for conflicting
 * limits, or the engine's error.
 */
export async function updateContainer(
  cluster: Cluster,
  reference: string,
  update: ContainerUpdate,
): Promise<InspectedContainer> {
  const { cache, details, registry } = cluster;
  const found = await findContainer(cluster, reference);
  const { engine, container } = found;
  const maximumCpus = engine.daemon?.cpus ?? engine.cpus;
  const detail = await freshDetail(cluster, engine.id, container);
  const isOurs = !cluster.cache.reservationsOf(container.id).some(({ isForeign }) => isForeign);
  return await changeContainer(cluster, found, {
    plan: (record) => {
      const image = { ...currentImage(record, detail, maximumCpus), ...update };
      refuseConflict(image);
      if (record.isAtRest) return { after: { ...record, image }, meanwhile: record };
      const after = holdLimits(record, image, cache.snapshot(engine.id), registry.defaultPlugins);
      return { after, meanwhile: { ...record, claims: larger(after.claims, record.claims) } };
    },
    refusal: (had, { meanwhile }, result) =>
      claimTaken(cache.snapshot(engine.id), meanwhile, {
        had,
        key: result.reason === 'full' ? result.key : claimKeys.name(had.name),
        verb: 'updated',
      }),
    act: async (client, id) => {
      const { memory_swap } = cache.reservationsOf(id)[0]?.image ?? {};
      await client.updateContainer(id, isOurs ? withSwap(update, memory_swap) : update, maximumCpus);
      details.engine(engine.id).changed(id);
    },
  });
}

/** Checks the update before anything is reserved or sent. Throws `invalid`. */
function refuseConflict({ memory, memory_swap, secrets = [], restart_policy }: ImageConfig): void {
  const conflict = conflictOf({
    ...{ ...(memory && { memory }), ...(memory_swap !== undefined && { memory_swap }) },
    ...(secrets.length > 0 && { secrets, restart_policy }),
  });
  if (!conflict) return;
  const message = `"${conflict.field}" ${conflict.reason}`;
  throw new SatsumaError('invalid', message, { details: [{ path: conflict.field, message }] });
}

/** With its current limits. */
function currentImage({ image, isForeign }: NewReservation, detail: ContainerDetail, maximumCpus: number): ImageConfig {
  if (isForeign) return { ...image, cpus: detail.cpus, memory: detail.memory };
  return withLimits(image, detail, maximumCpus);
}

/**
 * Docker rejects a memory limit above the limit of memory and swap together. If that was not set explicitly, it grows
 * along, as for a run.
 */
function withSwap(update: ContainerUpdate, asked: number | undefined): ContainerUpdate {
  const { memory, memory_swap } = update;
  if (memory === undefined || memory_swap !== undefined || asked !== undefined) return update;
  return { ...update, memory_swap: swapFactor * memory };
}

/** Merges both lists, with the larger amount of each key. */
function larger(one: readonly Claim[], other: readonly Claim[]): Claim[] {
  const claims = new Map(one.map((claim) => [claim.key, claim]));
  for (const claim of other) {
    const { amount = 0, limit = claim.limit } = claims.get(claim.key) ?? {};
    claims.set(claim.key, { key: claim.key, amount: Math.max(amount, claim.amount), limit });
  }
  return [...claims.values()];
}
