import { randomUUID } from 'node:crypto';
import type { MeshMember } from '../../api/mesh.ts';
import { isMute, planMesh } from '../../decisions/mesh/plan-mesh.ts';
import { surveyMesh } from '../../execution/mesh/survey-mesh.ts';
import { takeMeshSteps } from '../../execution/mesh/take-mesh-steps.ts';
import { SatsumaError } from '../../model/errors.ts';
import { type MeshManagers, type MeshRecord, meshId } from '../../model/mesh.ts';
import { isPredefinedNetwork } from '../../model/network.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import { listNetworks } from '../networks/networks.ts';

export interface ShownMesh extends MeshRecord {
  readonly members: readonly MeshMember[];
  readonly problem?: string;
}

/** The engines join, one after the other, and every engine that is registered later. Throws `wrong_state` while one is being taken down. */
export async function wantMesh(cluster: Cluster, managers: MeshManagers): Promise<ShownMesh> {
  const { store, clock, logger } = cluster;
  const found = await store.read('mesh', meshId);
  if (found?.value.isEnding) {
    throw new SatsumaError('wrong_state', 'engines still leave the mesh: "satsuma mesh ls" says which; try again then');
  }
  const made = { id: randomUUID(), isMade: false, isEnding: false, createdAt: timestamp(clock) };
  const value: MeshRecord = { ...made, ...found?.value, managers };
  if (found?.value.managers !== managers) {
    await replace(cluster, value, found?.version ?? 0);
    logger.info({ managers }, 'mesh wanted');
  }
  return await show(cluster, value);
}

/** Throws `no_mesh`. */
export async function showMesh(cluster: Cluster): Promise<ShownMesh> {
  const found = await cluster.store.read('mesh', meshId);
  if (!found) throw noMesh();
  return await show(cluster, found.value);
}

/**
 * The engines leave. `isForced`: whatever networks there are, and engines that do not answer are not waited for. Throws `no_mesh`;
 * `network_in_use` while there are networks over engines.
 */
export async function endMesh(cluster: Cluster, { isForced }: { readonly isForced: boolean }): Promise<ShownMesh> {
  const { store, cache, logger } = cluster;
  const found = await store.read('mesh', meshId);
  if (!found) throw noMesh();
  if (!isForced) await refuseNetworks(cluster);
  const value: MeshRecord = { ...found.value, isEnding: true };
  if (isForced) await leaveWithoutMajority(cluster, value);
  const shown = await show(cluster, value);
  const isLost = isForced && !shown.members.some(({ state }) => state === 'leaving');
  if (isLost) {
    await store.write([{ kind: 'mesh', id: meshId, ifVersion: found.version }]);
    await cache.catchUp();
  } else if (!found.value.isEnding) {
    await replace(cluster, value, found.version);
  }
  logger.info({ isForced }, 'mesh is taken down');
  return shown;
}

/** Managers that cannot tell what they are in: whoever says so gives up on the others. */
async function leaveWithoutMajority(cluster: Cluster, mesh: MeshRecord): Promise<void> {
  const facts = await surveyMesh(cluster, mesh);
  const mute = facts.engines.filter(({ swarm }) => swarm && isMute(swarm));
  const steps = mute.map(({ id: engine }) => ({ do: 'leave', engine, isForced: true }) as const);
  await takeMeshSteps(cluster, facts, steps);
}

async function refuseNetworks(cluster: Cluster): Promise<void> {
  const { networks } = await listNetworks(cluster, {});
  const names = [...new Set(networks.filter(isOverEngines).map(({ name }) => name))];
  if (names.length === 0) return;
  const sentence = `the network ${names[0]} is over engines: remove it first ("satsuma network rm ${names[0]}"), or take the mesh down with --force`;
  throw new SatsumaError('network_in_use', sentence, { details: { networks: names } });
}

function isOverEngines({ scope, name }: { readonly scope: string; readonly name: string }): boolean {
  return scope === 'swarm' && !isPredefinedNetwork(name);
}

async function show(cluster: Cluster, mesh: MeshRecord): Promise<ShownMesh> {
  const { members, problem } = planMesh(await surveyMesh(cluster, mesh));
  return { ...mesh, members, ...(problem !== undefined && { problem }) };
}

async function replace({ store, cache }: Cluster, value: MeshRecord, ifVersion: number): Promise<void> {
  const written = await store.write([{ kind: 'mesh', id: meshId, value, ifVersion }]);
  if (!written.ok) throw new SatsumaError('wrong_state', 'the mesh was changed concurrently: try again');
  cache.apply({ kind: 'mesh', id: meshId, version: written.version, value });
}

function noMesh(): SatsumaError {
  return new SatsumaError('no_mesh', 'there is no mesh: "satsuma mesh up" makes one');
}
