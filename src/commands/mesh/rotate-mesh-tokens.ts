import { surveyMesh } from '../../execution/mesh/survey-mesh.ts';
import { SatsumaError } from '../../model/errors.ts';
import { meshId } from '../../model/mesh.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { noMesh } from './mesh.ts';

/**
 * Replaces the tokens with which engines join. Members stay, and nobody joins with a previous token. Throws `no_mesh`, and `wrong_state` if
 * no manager answers.
 */
export async function rotateMeshTokens(cluster: Cluster): Promise<void> {
  const { store, cache, pool, logger } = cluster;
  const found = await store.read('mesh', meshId);
  if (!found) throw noMesh();
  const { reported } = await surveyMesh(cluster, found.value);
  if (!reported || !cache.hasEngine(reported.by))
    throw new SatsumaError('wrong_state', 'no manager of the mesh answers: "satsuma mesh ls" shows the managers');
  await withEngineTimeout(pool.client(cache.engine(reported.by).value).rotateSwarmTokens(), reported.by);
  logger.info({ engineId: reported.by }, 'mesh tokens rotated');
}
