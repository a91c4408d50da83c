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

/**
 * The engines join, and every engine that is registered later. `managers` left out: as many as it has, or one. Throws `wrong_state`
 * while engines leave it, and where engines are in the meshes of two stores.
 */
export async function wantMesh(cluster: Cluster, managers: MeshManagers | undefined): Promise<ShownMesh> {
  const value = await change(cluster, async (found) => {
    if (found?.ending) {
      throw new SatsumaError(
        'wrong_state',
        'engines still leave the mesh: "satsuma mesh ls" says which; try again then',
      );
    }
    const before = found ?? (await newMesh(cluster));
    return { ...before, managers: managers ?? before.managers };
  });
  cluster.logger.info({ managers: value.managers }, 'mesh wanted');
  return await show(cluster, value);
}

/** `isConsistent`: the engines are asked; otherwise the members are those that this server saw last, if any. Throws `no_mesh`. */
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
 * The engines leave. `isForced`: whatever networks there are, and engines that do not answer are not waited for. Throws `no_mesh`;
 * `network_in_use` while there are networks over engines, and `wrong_state` where no manager can tell.
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

/** That of a store that was lost is gone on with: its swarm has its id, and that has the name of the installation. */
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

/** A manager lists all networks of its swarm, and no other engine does. */
async function refuseNetworks(cluster: Cluster, mesh: MeshRecord): Promise<void> {
  const { cache, pool } = cluster;
  if (Object.keys(mesh.nodes).length === 0) return;
  const { reported } = await surveyMesh(cluster, mesh);
  if (!reported) {
    const sentence =
      'no manager of the mesh answers, so nobody knows which networks would be lost: --force takes it down all the same';
    throw new SatsumaError('wrong_state', sentence);
  }
  const networks = await withEngineTimeout(pool.client(cache.engine(reported.by).value).listNetworks(), reported.by);
  const names = networks.filter(isOverEngines).map(({ name }) => name);
  if (names.length === 0) return;
  const sentence = `the network ${names[0]} is over engines: remove it first ("satsuma network rm ${names[0]}"), or take the mesh down with --force`;
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

/** Whoever keeps the mesh writes what it finds out meanwhile: then it is decided anew. */
function change(cluster: Cluster, edit: (found: MeshRecord | undefined) => Promise<MeshRecord>): Promise<MeshRecord> {
  const sentence = 'the mesh is changed all the time: try again';
  return changeDocument(cluster, { kind: 'mesh', id: meshId }, edit, () => new SatsumaError('wrong_state', sentence));
}

function noMesh(): SatsumaError {
  return new SatsumaError('no_mesh', 'there is no mesh: "satsuma mesh up" makes one');
}
