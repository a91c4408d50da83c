import { nameTaken } from '../../execution/taken-name.ts';
import { isNameClaim } from '../../model/claim.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withName } from '../../state/containers/changed-by-hand.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { changeContainer } from './change-container.ts';
import { type InspectedContainer, inspectKnown } from './inspect-container.ts';

interface RenameOptions {
  /** An earlier attempt may have renamed it already, so having the name is no error. */
  readonly isRetry?: boolean | undefined;
}

/**
 * Renames a container on its engine and in the ledger, which takes the new name and releases the old one in one step.
 * Throws what `findContainer` throws, `name_taken`, `invalid` if it has that name already, or the engine's error.
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
