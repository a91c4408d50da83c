import { setTimeout } from 'node:timers/promises';
import { inventoryChanged } from '../../execution/engine-inventory.ts';
import { surveyMeshShared } from '../../execution/mesh/survey-mesh.ts';
import { SatsumaError } from '../../model/errors.ts';
import { type MeshRecord, meshId } from '../../model/mesh.ts';
import type { NetworkSpec } from '../../model/network.ts';
import { activeMesh } from '../../state/active-mesh.ts';
import type { Cluster } from '../../state/cluster.ts';
import { createNetwork, inspectNetwork, type NetworkOnEngine, removeNetwork } from '../networks/networks.ts';

const overlay = 'overlay';
const allocatedWithinMs = 10_000;
const againMs = 50;

/**
 * Creates an attachable network across the engines of the mesh. Throws `no_mesh`, `name_taken`, `invalid`;
 * `wrong_state` while no manager answers.
 */
export async function createMeshNetwork(cluster: Cluster, spec: NetworkSpec): Promise<NetworkOnEngine> {
  const { name, driver = overlay } = spec;
  if (driver !== overlay) {
    throw new SatsumaError(
      'invalid',
      `a network with the driver ${driver} belongs to one engine: give it as "scope" (--engine)`,
    );
  }
  const mesh = activeMesh(cluster);
  if (!mesh) {
    const sentence = `network ${name} needs an engine ("scope", or --engine), or a mesh to span all engines: "satsuma mesh up"`;
    throw new SatsumaError('no_mesh', sentence);
  }
  const made = await createNetwork(cluster, await managerOf(cluster, mesh), {
    ...spec,
    driver,
    isAttachable: spec.isAttachable ?? true,
  });
  allChanged(cluster);
  return await allocated(cluster, made);
}

/**
 * Removes a network of one engine, or of the mesh, which only a manager can do. Throws as `removeNetwork`, and
 * `wrong_state`.
 */
export async function removeAnyNetwork(cluster: Cluster, engineId: string, reference: string): Promise<void> {
  const mesh = cluster.cache.meshes.get(meshId)?.value;
  if (!mesh) return await removeNetwork(cluster, engineId, reference);
  const { scope, id, name } = await inspectNetwork(cluster, engineId, reference);
  await removeNetwork(cluster, scope === 'swarm' ? await managerOf(cluster, mesh) : engineId, id, name);
  if (scope === 'swarm') allChanged(cluster);
}

async function managerOf(cluster: Cluster, mesh: MeshRecord): Promise<string> {
  const { reported } = await surveyMeshShared(cluster, mesh);
  if (!reported) throw new SatsumaError('wrong_state', 'no manager of the mesh answers: see "satsuma mesh ls"');
  return reported.by;
}

/**
 * A manager answers before it has allocated the network's driver and addresses. Containers can only join after that.
 */
async function allocated(cluster: Cluster, made: NetworkOnEngine): Promise<NetworkOnEngine> {
  const deadline = cluster.clock.steadyMs() + allocatedWithinMs;
  for (;;) {
    const { containers: _, ...network } = await inspectNetwork(cluster, made.engineId, made.id);
    if (network.driver !== '' || cluster.clock.steadyMs() > deadline) return network;
    await setTimeout(againMs);
  }
}

/** Refreshes the networks of all engines. */
function allChanged(cluster: Cluster): void {
  for (const { id } of cluster.cache.engines()) inventoryChanged(cluster, id);
}
