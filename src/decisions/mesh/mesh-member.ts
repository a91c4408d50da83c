import type { MeshMember } from '../../api/mesh.ts';
import type { MeshRecord, SwarmNode, SwarmState } from '../../model/mesh.ts';

/** What is known about an engine. */
export interface MeshEngine {
  readonly id: string;
  /** An IP address. Absent: other engines cannot reach it. */
  readonly address?: string | undefined;
  /** Absent: it does not answer. */
  readonly swarm?: SwarmState | undefined;
  readonly labels?: readonly string[];
}

export interface MeshFacts {
  readonly mesh: MeshRecord;
  /** Sorted by id. */
  readonly engines: readonly MeshEngine[];
  /** The report of a mesh manager: its engine and its list of nodes. Absent: no manager answers. */
  readonly reported?: { readonly by: string; readonly nodes: readonly SwarmNode[] } | undefined;
}

/** The state of an engine in the mesh, and what keeps it out. */
export function memberOf(facts: MeshFacts, engine: MeshEngine): MeshMember {
  const { id, address, swarm } = engine;
  const { mesh } = facts;
  const member = (rest: Omit<MeshMember, 'engine' | 'may_manage'>): MeshMember => ({
    engine: id,
    may_manage: mayManage(mesh, engine),
    ...rest,
  });
  const blocked = (problem: string) => member({ role: null, state: 'blocked', problem });
  if (!swarm) return member({ role: knownRole(facts, engine), state: 'unreachable', problem: 'it does not answer' });
  if (hasNoMajority(facts, engine)) return member({ role: 'manager', state: 'unreachable', problem: noMajority });
  if (mesh.ending && swarm.state === 'inactive') return member({ role: null, state: 'outside' });
  if (swarm.state === 'locked') return blocked(locked);
  if (swarm.state === 'error')
    return blocked(`${failed(swarm.error)}. Then run "docker swarm leave --force" there, and it joins`);
  const isIn = swarm.state === 'active' || (mesh.ending && swarm.state === 'pending');
  if (isIn && !isOurs(facts, engine)) return blocked(foreign);
  if (mesh.ending) return member({ role: roleOf(swarm), state: 'leaving', ...reasonFor(mesh.failures[id]) });
  if (swarm.state === 'active') return member({ role: roleOf(swarm), state: 'ready' });
  if (swarm.isLiveRestore) return blocked(liveRestore);
  if (address === undefined) return blocked(noAddress);
  const problem = swarm.error ?? mesh.failures[id];
  return member({ role: null, state: 'joining', ...reasonFor(problem && failed(problem)) });
}

const liveRestore =
  'its daemon has "live-restore" enabled, which Docker does not allow in Swarm mode: remove it from daemon.json, and restart the daemon';
const noAddress =
  'other engines cannot reach it: it is registered with a socket, a loopback address or an unknown name; register it with an address that they can reach';
const locked = 'its swarm is locked: run "docker swarm unlock" there';
const noMajority =
  'most managers of the mesh are lost: bring them back, or take the mesh down with "satsuma mesh down --force"';
const foreign =
  'it is in another swarm: run "docker swarm leave" there if that swarm is not needed (with --force if it is a manager)';

function reasonFor(problem: string | undefined): Pick<MeshMember, 'problem'> {
  return problem === undefined ? {} : { problem };
}

function failed(error = 'its swarm failed'): string {
  return `${error}; ports 2377/tcp, 7946/tcp, 7946/udp and 4789/udp must be open between the engines`;
}

/** A worker does not know which swarm it belongs to: a manager must list it, now or in the last report. */
function isOurs({ mesh, reported }: MeshFacts, engine: MeshEngine): boolean {
  const { id, swarm } = engine;
  if (!swarm) return false;
  if (swarm.isManager) return isOurManager(mesh, engine);
  return reported ? reported.nodes.some((node) => node.id === swarm.node) : mesh.nodes[id] === swarm.node;
}

function roleOf({ isManager }: SwarmState): 'manager' | 'worker' {
  return isManager ? 'manager' : 'worker';
}

function knownRole(facts: MeshFacts, engine: MeshEngine): 'manager' | 'worker' | null {
  const node = facts.reported?.nodes.find(({ id }) => id === nodeOf(facts, engine));
  if (!node) return null;
  return node.isManager ? 'manager' : 'worker';
}

export function isOurManager(mesh: Pick<MeshRecord, 'id'>, { swarm }: MeshEngine): boolean {
  return swarm?.state === 'active' && swarm.isManager && swarm.mesh === mesh.id;
}

/** Whether the engine may become a manager. */
export function mayManage({ managerLabel }: Pick<MeshRecord, 'managerLabel'>, { labels = [] }: MeshEngine): boolean {
  return managerLabel === undefined || labels.includes(managerLabel);
}

/** The node of an engine, now or when it last answered. An engine that answers and is in no swarm has none. */
export function nodeOf({ mesh }: Pick<MeshFacts, 'mesh'>, { id, swarm }: MeshEngine): string | undefined {
  if (swarm?.state === 'inactive') return undefined;
  return (swarm?.state === 'active' ? swarm.node : '') || mesh.nodes[id];
}

/** A mesh manager without a majority cannot report which swarm it belongs to. */
export function hasNoMajority({ mesh }: Pick<MeshFacts, 'mesh'>, { id, swarm }: MeshEngine): boolean {
  const isIn = swarm?.state === 'active' || swarm?.state === 'pending';
  return isIn && swarm.isManager && swarm.mesh === undefined && mesh.nodes[id] === swarm.node;
}
