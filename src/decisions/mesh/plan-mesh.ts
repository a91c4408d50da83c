import type { MeshMember } from '../../api/mesh.ts';
import { meshPort, type SwarmNode } from '../../model/mesh.ts';
import { hasNoMajority, isOurManager, type MeshFacts, mayManage, memberOf, nodeOf } from './mesh-member.ts';

export type MeshStep =
  | { readonly do: 'choose'; readonly engine: string }
  | { readonly do: 'init'; readonly engine: string; readonly address: string }
  | { readonly do: 'join'; readonly engine: string; readonly address: string; readonly managers: readonly string[] }
  | { readonly do: 'promote' | 'demote' | 'remove'; readonly node: string }
  | { readonly do: 'leave'; readonly engine: string; readonly isForced: boolean };

interface MeshPlan {
  readonly members: readonly MeshMember[];
  /** Steps that can be taken now. */
  readonly steps: readonly MeshStep[];
  /** Why no step can be taken at all. */
  readonly problem?: string;
}

/** Plans the next steps so that all engines join the mesh, and removed engines leave it. */
export function planMesh(facts: MeshFacts): MeshPlan {
  const { mesh, engines, reported } = facts;
  const members = engines.map((engine) => memberOf(facts, engine));
  if (mesh.ending) return { members, steps: leaving(facts, members) };
  if (reported) {
    const managers = engines.filter((engine) => isOurManager(mesh, engine));
    const addresses = managers.flatMap(({ address }) => (address === undefined ? [] : [managerAddress(address)]));
    const joins = joinable(facts, members).map(
      ({ id, address }): MeshStep => ({ do: 'join', engine: id, address, managers: addresses }),
    );
    const steps = [...removals(facts), ...roleChanges(facts, reported.by), ...joins];
    if (steps.length > 0 || engines.some((engine) => mayManage(mesh, engine))) return { members, steps };
    return { members, steps, problem: `${unlabelled(mesh)}: the present managers stay` };
  }
  if (Object.keys(mesh.nodes).length === 0) return beginning(facts, members);
  const problem =
    'no manager of the mesh answers, or most of them are lost: running containers are not affected, but nothing can be changed until the managers are back; ' +
    'if they are lost for good, run "satsuma mesh down --force" and "satsuma mesh up"';
  return { members, steps: [], problem };
}

/** One engine initializes the swarm. The choice is recorded first, so that no second engine does it after a crash. */
function beginning(facts: MeshFacts, members: readonly MeshMember[]): MeshPlan {
  const { mesh, engines } = facts;
  const able = new Set(members.flatMap(({ engine, may_manage }) => (may_manage ? [engine] : [])));
  const free = joinable(facts, members).filter(({ id }) => able.has(id));
  const chosen = engines.find(({ id }) => id === mesh.first && able.has(id));
  if (chosen) {
    const ready = free.find(({ id }) => id === chosen.id);
    const failure = mesh.failures[chosen.id];
    const other = free.find(({ id }) => mesh.failures[id] === undefined);
    if (ready && failure !== undefined && other) return { members, steps: [{ do: 'choose', engine: other.id }] };
    if (ready) return { members, steps: [{ do: 'init', engine: ready.id, address: ready.address }] };
    const member = members.find(({ engine }) => engine === chosen.id);
    const isWaitedFor = member?.state === 'unreachable' || member?.state === 'joining';
    if (isWaitedFor) return { members, steps: [], problem: `waiting for engine ${chosen.id}, which creates the mesh` };
  }
  const [next] = free;
  if (next) return { members, steps: [{ do: 'choose', engine: next.id }] };
  const problem =
    engines.length === 0
      ? 'no engine is registered: satsuma engine add'
      : able.size === 0
        ? unlabelled(mesh)
        : 'no engine can manage the mesh: see the problem of each engine';
  return { members, steps: [], problem };
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

/**
 * Removes nodes that are down and belong to no engine any more: the engine is not registered, or came back as another
 * node.
 */
function removals(facts: MeshFacts): MeshStep[] {
  // A node may belong to an engine at the same address that does not answer and has no recorded node. It is kept;
  // others are removed.
  const unknown = facts.engines.filter((engine) => !engine.swarm && facts.mesh.nodes[engine.id] === undefined);
  const mayBeOf = ({ address }: SwarmNode) =>
    unknown.some((engine) => address === undefined || engine.address === undefined || engine.address === address);
  const known = new Set(facts.engines.map((engine) => nodeOf(facts, engine)));
  const gone = (facts.reported?.nodes ?? []).filter((node) => !node.isReady && !known.has(node.id) && !mayBeOf(node));
  return gone.map(({ id, isManager, isVoting }) => ({ do: isManager || isVoting ? 'demote' : 'remove', node: id }));
}

/**
 * Managers that do not answer count, because they may come back. The number is odd: an even number tolerates no more
 * failures.
 */
function roleChanges(facts: MeshFacts, by: string): MeshStep[] {
  const nodes = facts.reported?.nodes ?? [];
  const ofEngines = facts.engines.flatMap((engine) => {
    const node = nodes.find(({ id }) => id === nodeOf(facts, engine));
    return node ? [{ engine: engine.id, isAble: mayManage(facts.mesh, engine), ...node }] : [];
  });
  const managers = ofEngines.filter(({ isManager }) => isManager);
  const able = managers.filter(({ isAble }) => isAble);
  const most = Math.min(facts.mesh.managers, ofEngines.filter(({ isReady, isAble }) => isReady && isAble).length);
  const desiredManagers = Math.max(1, most % 2 === 0 ? most - 1 : most);
  if (able.length < desiredManagers) {
    const workers = ofEngines.filter(({ isReady, isManager, isAble }) => isReady && isAble && !isManager);
    return workers.slice(0, desiredManagers - able.length).map(({ id }) => ({ do: 'promote', node: id }));
  }
  // Demotes one at a time, so that the others keep their majority.
  const isSettled = managers.every(({ isVoting }) => isVoting);
  const others = managers.filter(({ engine }) => engine !== by);
  const isReplaced = able.filter(({ isReady }) => isReady).length >= desiredManagers;
  const unable = isReplaced ? others.find(({ isAble }) => !isAble) : undefined;
  const surplus =
    managers.length > facts.mesh.managers
      ? (others.find(({ isReady }) => !isReady) ?? unable ?? others.at(-1))
      : unable;
  return isSettled && surplus ? [{ do: 'demote', node: surplus.id }] : [];
}

/**
 * Workers leave first. All managers but one become workers, and the last one leaves last: without a majority the others
 * could not report their swarm any more.
 */
function leaving(facts: MeshFacts, members: readonly MeshMember[]): MeshStep[] {
  const { mesh, engines, reported } = facts;
  const left = new Set(members.filter(({ state }) => state === 'leaving').map(({ engine }) => engine));
  const ours = engines.filter(({ id }) => left.has(id));
  const workers = ours.filter(({ swarm }) => !swarm?.isManager);
  const steps = workers.map(({ id }): MeshStep => ({ do: 'leave', engine: id, isForced: false }));
  // With `forced`, managers without a majority leave, too.
  const lost = mesh.ending === 'forced' ? engines.filter((engine) => hasNoMajority(facts, engine)) : [];
  if (!reported) return [...steps, ...lost.map(({ id }): MeshStep => ({ do: 'leave', engine: id, isForced: true }))];
  const isLast = ({ id }: SwarmNode) => id === engines.find((engine) => engine.id === reported.by)?.swarm?.node;
  const others = reported.nodes.filter((node) => (node.isManager || node.isVoting) && !isLast(node));
  const demotions = others.filter(({ isManager }) => isManager).map(({ id }): MeshStep => ({ do: 'demote', node: id }));
  const isOver = steps.length === 0 && others.length === 0;
  return isOver ? [{ do: 'leave', engine: reported.by, isForced: true }] : [...steps, ...demotions];
}

function unlabelled({ managerLabel }: MeshFacts['mesh']): string {
  return `no engine has the label "${managerLabel}", which managers of the mesh need`;
}

function managerAddress(address: string): string {
  return address.includes(':') ? `[${address}]:${meshPort}` : `${address}:${meshPort}`;
}
