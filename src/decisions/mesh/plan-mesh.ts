import type { MeshMember } from '../../api/mesh.ts';
import { type MeshRecord, meshPort, type SwarmNode, type SwarmState } from '../../model/mesh.ts';

/** What is known of an engine. */
export interface MeshEngine {
  readonly id: string;
  /** An IP address; left out: others cannot reach it. */
  readonly address?: string | undefined;
  /** Left out: it does not answer. */
  readonly swarm?: SwarmState | undefined;
}

export interface MeshFacts {
  readonly mesh: MeshRecord;
  /** Sorted by id. */
  readonly engines: readonly MeshEngine[];
  /** As a manager of the mesh tells; left out: none does. */
  readonly nodes?: readonly SwarmNode[] | undefined;
}

export type MeshStep =
  | { readonly do: 'init'; readonly engine: string; readonly address: string }
  | { readonly do: 'join'; readonly engine: string; readonly address: string; readonly managers: readonly string[] }
  | { readonly do: 'promote'; readonly engine: string; readonly node: SwarmNode }
  | { readonly do: 'demote'; readonly node: SwarmNode }
  | { readonly do: 'forget'; readonly node: SwarmNode }
  | { readonly do: 'leave'; readonly engine: string; readonly isForced: boolean };

export interface MeshPlan {
  readonly members: readonly MeshMember[];
  /** What can be done now, in this order. */
  readonly steps: readonly MeshStep[];
  /** Why nothing can be changed at all. */
  readonly problem?: string;
}

/** What is to be done next so that all engines are in the mesh, and those that are gone are not. */
export function planMesh(facts: MeshFacts): MeshPlan {
  const members = facts.engines.map((engine) => memberOf(facts, engine));
  if (facts.mesh.isEnding) return { members, steps: leaving(facts, members) };
  const managers = facts.engines.filter((engine) => isOurManager(facts, engine));
  const first = managers[0];
  if (!first) return beginning(facts, members);
  if (!facts.nodes) {
    const problem =
      'the mesh has no majority of its managers: what runs goes on, and nothing can be changed until they are back; ' +
      'if they are lost for good, run "satsuma mesh down --force" and "satsuma mesh up"';
    return { members, steps: [], problem };
  }
  const addresses = managers.flatMap(({ address }) => (address === undefined ? [] : [remote(address)]));
  const joins = joinable(facts, members).map(
    ({ id, address }): MeshStep => ({ do: 'join', engine: id, address, managers: addresses }),
  );
  return { members, steps: [...forgetting(facts), ...joins, ...promoting(facts, facts.nodes)] };
}

/** No manager of the mesh answers: it is made, unless it was. */
function beginning({ mesh, engines }: MeshFacts, members: readonly MeshMember[]): MeshPlan {
  if (mesh.isMade) {
    const problem = 'no manager of the mesh answers: what runs goes on, and nothing can be changed until one is back';
    return { members, steps: [], problem };
  }
  const [first] = joinable({ engines }, members);
  if (!first) {
    const problem =
      engines.length === 0
        ? 'no engine is registered: satsuma engine add'
        : 'no engine can manage the mesh: see what keeps each of them out';
    return { members, steps: [], problem };
  }
  return { members, steps: [{ do: 'init', engine: first.id, address: first.address }] };
}

function memberOf(facts: MeshFacts, engine: MeshEngine): MeshMember {
  const { id, address, swarm } = engine;
  const member = (rest: Omit<MeshMember, 'engine'>): MeshMember => ({ engine: id, ...rest });
  if (!swarm) return member({ role: roleAt(facts, address), state: 'unreachable', problem: 'it does not answer' });
  if (swarm.state === 'active' && isMute(swarm))
    return member({ role: 'manager', state: 'unreachable', problem: mute });
  if (facts.mesh.isEnding) {
    if (swarm.state === 'inactive') return member({ role: null, state: 'outside' });
    if (!isOurs(facts, engine)) return member({ role: null, state: 'blocked', problem: foreign });
    return member({ role: roleOf(swarm), state: 'leaving' });
  }
  if (swarm.isLiveRestore && swarm.state === 'inactive')
    return member({ role: null, state: 'blocked', problem: liveRestore });
  if (address === undefined) return member({ role: null, state: 'blocked', problem: noAddress });
  if (swarm.state === 'locked') return member({ role: null, state: 'blocked', problem: locked });
  if (swarm.state === 'inactive' || swarm.state === 'pending') {
    return member({ role: null, state: 'joining', ...(swarm.error !== undefined && { problem: swarm.error }) });
  }
  if (swarm.state === 'error') return member({ role: null, state: 'blocked', problem: failed(swarm.error) });
  if (!isOurs(facts, engine)) return member({ role: null, state: 'blocked', problem: foreign });
  return member({ role: roleOf(swarm), state: 'ready' });
}

const liveRestore =
  'its daemon has "live-restore", with which Docker refuses Swarm mode: take it out of daemon.json, and restart the daemon';
const noAddress =
  'it is reached over a socket or a name without an address: register it with an address that the others reach';
const locked = 'its swarm is locked: run "docker swarm unlock" there';
const mute =
  'its swarm has no majority of its managers: bring them back, or take the mesh down with "satsuma mesh down --force"';
const foreign = 'it is in another swarm: run "docker swarm leave" there if that is not needed';

function failed(error = 'its swarm failed'): string {
  return `${error}: look at the log of its daemon; ports 2377/tcp, 7946/tcp, 7946/udp and 4789/udp must be open between engines`;
}

function isOurManager({ mesh }: Pick<MeshFacts, 'mesh'>, { swarm }: MeshEngine): boolean {
  return swarm?.state === 'active' && swarm.isManager && swarm.mesh === mesh.id;
}

/** Of a worker only a manager knows; while none answers, it is believed. */
function isOurs(facts: MeshFacts, engine: MeshEngine): boolean {
  const { swarm } = engine;
  if (!swarm) return false;
  if (swarm.isManager) return swarm.mesh === facts.mesh.id;
  return facts.nodes?.some(({ id }) => id === swarm.node) ?? facts.mesh.isMade;
}

/** A manager that cannot tell which swarm it is of. */
export function isMute({ isManager, mesh }: SwarmState): boolean {
  return isManager && mesh === undefined;
}

function roleOf({ isManager }: SwarmState): 'manager' | 'worker' {
  return isManager ? 'manager' : 'worker';
}

function roleAt({ nodes = [] }: MeshFacts, address: string | undefined): 'manager' | 'worker' | null {
  const node = nodes.find((each) => each.address === address);
  if (!node) return null;
  return node.isManager ? 'manager' : 'worker';
}

function joinable(
  { engines }: Pick<MeshFacts, 'engines'>,
  members: readonly MeshMember[],
): { readonly id: string; readonly address: string }[] {
  const waiting = new Set(members.filter(({ state }) => state === 'joining').map(({ engine }) => engine));
  return engines.flatMap(({ id, address, swarm }) =>
    waiting.has(id) && swarm?.state === 'inactive' && address !== undefined ? [{ id, address }] : [],
  );
}

/** A node that is down, and whose engine is not registered any more, or has come back as another node. */
function forgetting({ engines, nodes = [] }: MeshFacts): MeshStep[] {
  const gone = nodes.filter(({ id, address, isReady }) => {
    const engine = engines.find((each) => each.address === address);
    return !isReady && (!engine || (engine.swarm !== undefined && engine.swarm.node !== id));
  });
  return gone.map((node) => ({ do: node.isManager ? 'demote' : 'forget', node }));
}

/** Managers that do not answer count: they may be back in a moment, and a majority is of all. */
function promoting({ mesh, engines }: MeshFacts, nodes: readonly SwarmNode[]): MeshStep[] {
  const known = new Set(engines.map(({ address }) => address));
  const managers = nodes.filter(({ isManager, address }) => isManager && known.has(address)).length;
  const workers = engines.flatMap(({ id, swarm }) => {
    const node = nodes.find((each) => each.id === swarm?.node);
    return node?.isReady && !node.isManager ? [{ do: 'promote', engine: id, node } as const] : [];
  });
  return workers.slice(0, Math.max(0, mesh.managers - managers));
}

/**
 * Workers leave; managers become workers but for one, which keeps the majority until it leaves as the last: without one the others
 * could not tell any more what they were in.
 */
function leaving(facts: MeshFacts, members: readonly MeshMember[]): MeshStep[] {
  const left = members.filter(({ state }) => state === 'leaving');
  const workers = left.filter(({ role }) => role === 'worker');
  const last = facts.engines.find((engine) => isOurManager(facts, engine));
  const others = (facts.nodes ?? []).filter(({ id, isManager }) => isManager && id !== last?.swarm?.node);
  const steps = [
    ...workers.map(({ engine }): MeshStep => ({ do: 'leave', engine, isForced: false })),
    ...others.map((node): MeshStep => ({ do: 'demote', node })),
  ];
  if (steps.length > 0 || !last || !facts.nodes) return steps;
  return [{ do: 'leave', engine: last.id, isForced: true }];
}

function remote(address: string): string {
  return address.includes(':') ? `[${address}]:${meshPort}` : `${address}:${meshPort}`;
}
