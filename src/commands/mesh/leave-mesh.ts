import { nodeOf } from '../../decisions/mesh/mesh-member.ts';
import type { EngineClient } from '../../engines/engine-client.ts';
import { surveyMesh } from '../../execution/mesh/survey-mesh.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { meshId } from '../../model/mesh.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';

const withinMs = 10_000;
const againMs = 200;

/** Makes the engine leave the mesh, if it is in it. Does not throw errors of the engine. */
type Leave = () => Promise<void>;

/**
 * Prepares an engine's removal from the mesh; the returned function is called once no controller would join it again.
 * Throws `engine_in_use` if it is the only manager, unless `isForced`: without a manager the mesh cannot be changed any
 * more.
 */
export async function prepareLeave(
  cluster: Cluster,
  engineId: string,
  { isForced }: { readonly isForced: boolean },
): Promise<Leave> {
  const { cache, pool, logger } = cluster;
  const mesh = cache.meshes.get(meshId)?.value;
  if (!mesh) return async () => undefined;
  const { engines, reported } = await surveyMesh(cluster, mesh);
  const engine = engines.find(({ id }) => id === engineId);
  const node = engine && reported?.nodes.find(({ id }) => id === nodeOf({ mesh }, engine));
  if (!engine?.swarm || !node) return async () => undefined;
  const other = engines.find(({ id, swarm }) => id !== engineId && swarm?.isManager && swarm.mesh === mesh.id);
  if (node.isManager && !other && !isForced) {
    const sentence = `engine ${engineId} is the only manager of the mesh: add managers ("satsuma mesh up --managers 3"), or take the mesh down first`;
    throw new SatsumaError('engine_in_use', sentence);
  }
  const client = pool.client(cache.engine(engineId).value);
  const manager = other && pool.client(cache.engine(other.id).value);
  return async () => {
    try {
      if (node.isManager && manager) {
        await manager.setSwarmRole(node.id, 'worker');
        await untilWorker(client);
      }
      await client.leaveSwarm({ isForced: node.isManager });
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      logger.warn({ err: error, engineId }, 'removed engine did not leave the mesh');
    }
  };
}

async function untilWorker(client: EngineClient): Promise<void> {
  const signal = AbortSignal.timeout(withinMs);
  while (!signal.aborted && (await client.readSwarm()).isManager) await pause(againMs, signal);
}
