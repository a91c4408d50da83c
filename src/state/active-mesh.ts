import { type MeshRecord, meshId } from '../model/mesh.ts';
import type { Cluster } from './cluster.ts';

/** The mesh over which networks span engines; undefined: there is none, or it is being ended. */
export function activeMesh({ cache }: Pick<Cluster, 'cache'>): MeshRecord | undefined {
  const mesh = cache.meshes.get(meshId)?.value;
  return mesh?.ending ? undefined : mesh;
}
