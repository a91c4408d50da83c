import { randomUUID } from 'node:crypto';
import type { MeshMember } from '../../api/mesh.ts';
import type { MeshFacts } from '../../decisions/mesh/mesh-member.ts';
import { planMesh } from '../../decisions/mesh/plan-mesh.ts';
import { lastSurvey, surveyMesh, surveyMeshShared, surveySwarms } from '../../execution/mesh/survey-mesh.ts';
import { SatsumaError } from '../../model/errors.ts';
import { type MeshManagers, type MeshRecord, meshId, meshManagers } from '../../model/mesh.ts';
import { isPredefinedNetwork } from '../../model/network.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { changeDocument } from '../change-document.ts';

export interface ShownMesh extends MeshRecord {
  readonly members: readonly MeshMember[];
  readonly problem?: string;
}

interface MeshSettings {
  /** Default: the current number, or one. */
  readonly managers?: MeshManagers | undefined;
  /** '': any engine may be a manager. Default: unchanged. */
  readonly managerLabel?: string | undefined;
}

/**
 * Joins all engines, including those registered later. Throws `wrong_state` while engines are leaving the mesh, and if
 * engines are in the meshes of two stores.
 */
export async function enableMesh(cluster: Cluster, { managers, managerLabel }: MeshSettings): Promise<ShownMesh> {
  const value = await change(cluster, async (found) => {
    if (found?.ending) {
      throw new SatsumaError(
        'wrong_state',
        'engines are still leaving the mesh (see "satsuma mesh ls"): try again later',
      );
    }
    const { managerLabel: before, ...mesh } = found ?? (await newMesh(cluster));
    const label = managerLabel ?? before;
    return { ...mesh, managers: managers ?? mesh.managers, ...(label && { managerLabel: label }) };
  });
  cluster.logger.info({ managers: value.managers }, 'mesh wanted');
  return await show(cluster, value);
}

/**
 * `isConsistent`: asks the engines. Otherwise the members are those that this server saw last, if any. Throws
 * `no_mesh`.
 */
export async function showMesh(
  cluster: Cluster,
  { isConsistent = true }: { readonly isConsistent?: boolean } = {},
): Promise<ShownMesh> {
  const found = await cluster.store.read('mesh', meshId);
  if (!found) throw noMesh();
  if (isConsistent) return shown(found.value, await surveyMeshShared(cluster, found.value));
  const last = lastSurvey(cluster);
  return last?.mesh.id === found.value.id ? shown(found.value, last) : { ...found.value, members: [] };
}

/**
 * Makes all engines leave. `isForced`: ignores existing networks, and does not wait for engines that do not answer.
 * Throws `no_mesh`; `network_in_use` while there are mesh networks, and `wrong_state` if no manager can list them.
 */
export async function endMesh(cluster: Cluster, { isForced }: { readonly isForced: boolean }): Promise<ShownMesh> {
  const value = await change(cluster, async (found) => {
    if (!found) throw noMesh();
    if (!isForced && !found.ending) await refuseNetworks(cluster, found);
    return { ...found, ending: isForced ? 'forced' : (found.ending ?? 'asked') };
  });
  cluster.logger.info({ isForced }, 'mesh is taken down');
  return await show(cluster, value);
}

/**
 * Continues the mesh of a lost store, if there is one: its swarm is labelled with an id that contains the
 * installation's name.
 */
async function newMesh(cluster: Cluster): Promise<MeshRecord> {
  const prefix = `${cluster.installation.name}:`;
  const managing = (await surveySwarms(cluster)).filter(
    ({ swarm }) => swarm?.isManager && swarm.mesh?.startsWith(prefix),
  );
  const managers = meshManagers.findLast((count) => count <= managing.length) ?? 1;
  const [id = `${prefix}${randomUUID()}`, ...others] = new Set(managing.map(({ swarm }) => swarm?.mesh));
  if (others.length > 0) {
    const names = managing.map((engine) => engine.id).join(', ');
    const sentence = `these engines manage different meshes: ${names}; run "docker swarm leave --force" on those of all but one`;
    throw new SatsumaError('wrong_state', sentence);
  }
  return { id, managers, nodes: {}, failures: {}, createdAt: timestamp(cluster.clock) };
}

/** Only a manager lists all networks of its swarm. */
async function refuseNetworks(cluster: Cluster, mesh: MeshRecord): Promise<void> {
  const { cache, pool } = cluster;
  if (Object.keys(mesh.nodes).length === 0) return;
  const { reported } = await surveyMesh(cluster, mesh);
  if (!reported) {
    const sentence =
      'no manager of the mesh answers, so it is unknown which networks would be lost: --force takes it down anyway';
    throw new SatsumaError('wrong_state', sentence);
  }
  const networks = await withEngineTimeout(pool.client(cache.engine(reported.by).value).listNetworks(), reported.by);
  const names = networks.filter(isOverEngines).map(({ name }) => name);
  if (names.length === 0) return;
  const sentence = `the network ${names[0]} spans the engines of the mesh: remove it first ("satsuma network rm ${names[0]}"), or take the mesh down with --force`;
  throw new SatsumaError('network_in_use', sentence, { details: { networks: names } });
}

function isOverEngines({ scope, name }: { readonly scope: string; readonly name: string }): boolean {
  return scope === 'swarm' && !isPredefinedNetwork(name);
}

async function show(cluster: Cluster, mesh: MeshRecord): Promise<ShownMesh> {
  return shown(mesh, await surveyMesh(cluster, mesh));
}

function shown(mesh: MeshRecord, facts: MeshFacts): ShownMesh {
  const { members, problem } = planMesh({ ...facts, mesh });
  return { ...mesh, members, ...(problem !== undefined && { problem }) };
}

/** The mesh controller may write meanwhile; then the change is computed again. */
function change(cluster: Cluster, edit: (found: MeshRecord | undefined) => Promise<MeshRecord>): Promise<MeshRecord> {
  const sentence = 'the mesh was modified concurrently: try again';
  return changeDocument(cluster, { kind: 'mesh', id: meshId }, edit, () => new SatsumaError('wrong_state', sentence));
}

export function noMesh(): SatsumaError {
  return new SatsumaError('no_mesh', 'there is no mesh: "satsuma mesh up" creates one');
}
