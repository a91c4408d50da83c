import { nameTaken } from '../../execution/taken-name.ts';
import { isNameClaim } from '../../model/claim.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withName } from '../../state/containers/changed-by-hand.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { changeContainer } from './change-container.ts';
import { type InspectedContainer, inspectKnown } from './inspect-container.ts';

export interface RenameOptions {
  /** An earlier attempt may have renamed it: that it has the name is no failure then. */
  readonly isRetry?: boolean | undefined;
}

/**
 * Gives a container another name, on its engine and in the ledger, where the new name is taken in the same step in which others
 * lose it. Throws what `findContainer` throws, `name_taken`, `invalid` where it has that name already, or what the engine failed
 * with.
 */
export async function renameContainer(
  cluster: Cluster,
  reference: string,
  name: string,
  { isRetry = false }: RenameOptions = {},
): Promise<InspectedContainer> {
  const { cache, settings } = cluster;
  const found = await findContainer(cluster, reference).catch(async (error: unknown) => {
    if (isRetry) return await findContainer(cluster, name);
    throw error;
  });
  const { engine, container } = found;
  if (container.name === name) {
    if (isRetry) return inspectKnown(cluster, engine.id, container.id);
    throw new SatsumaError('invalid', `container ${name} has that name already`);
  }
  const holder = cache.named(name).find(({ containerId }) => containerId !== container.id);
  if (holder && settings.nameScope === 'cluster') throw nameTaken(name, holder.engineId);
  return await changeContainer(cluster, found, {
    plan: (record) => {
      const after = withName(record, { name });
      const former = record.claims.filter((claim) => isNameClaim(claim) && claim.key !== `name/${name}`);
      return { after, meanwhile: { ...after, claims: [...after.claims, ...former] } };
    },
    refusal: (_record, _change, result) =>
      nameTaken(name, result.reason === 'name' ? cache.record(result.holder)?.value.engineId : engine.id),
    act: (client, id) => client.renameContainer(id, name),
  });
}
