/**
 * The mesh: engines joined in Docker's Swarm mode, used only for its overlay networks. One document records that it is
 * enabled, and the last known node id of each engine, because a node cannot report which swarm it belongs to.
 */
export interface MeshRecord {
  /** Also stored as a label of the swarm, by which a manager identifies it. */
  readonly id: string;
  /** How many engines are managers. */
  readonly managers: MeshManagers;
  /** Only engines with this label become managers. Absent: any. */
  readonly managerLabel?: string;
  /** The engine that creates the swarm. Absent: not chosen yet. */
  readonly first?: string;
  /** The node ids that managers have listed, by engine. */
  readonly nodes: Readonly<Record<string, string>>;
  /** Why engines could not join, by engine; the most recent ones only. */
  readonly failures: Readonly<Record<string, string>>;
  /** The mesh is being removed. `forced`: without waiting for unreachable engines. */
  readonly ending?: 'asked' | 'forced';
  /** RFC 3339. */
  readonly createdAt: string;
}

/** Changes require a majority of the managers. */
export const meshManagers = [1, 3, 5] as const;
export type MeshManagers = (typeof meshManagers)[number];

/** The id of the only document. */
export const meshId = 'mesh';
/** The label of the swarm that holds the mesh's id. */
export const meshLabel = 'satsuma.mesh';
/** Swarm's port for communication between nodes and managers. */
export const meshPort = 2377;

/** An engine's swarm membership. `locked`: it needs an unlock key after a restart. */
export interface SwarmState {
  readonly state: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
  /** The id of its node; '' if it has none. */
  readonly node: string;
  readonly isManager: boolean;
  /**
   * On a manager: the mesh that its swarm was created for, or '' for another swarm. Absent: unknown, because the
   * managers have no majority.
   */
  readonly mesh?: string;
  /** Why it could not join the swarm. */
  readonly error?: string;
  /** The engine uses live-restore, which excludes Swarm mode. */
  readonly isLiveRestore: boolean;
}

/** A node, as listed by a manager. */
export interface SwarmNode {
  readonly id: string;
  readonly isReady: boolean;
  /** Its desired role is manager; a promotion or demotion may still be in progress. */
  readonly isManager: boolean;
  /** It takes part in Raft consensus. */
  readonly isVoting: boolean;
  /** The address that its manager last saw. Absent: not reported. */
  readonly address?: string;
}

/** Join tokens grant membership: never log, store or return them. */
export interface SwarmTokens {
  readonly worker: string;
  readonly manager: string;
}
