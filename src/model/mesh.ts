/**
 * The mesh: engines joined in Docker's Swarm mode, for its networks over engines alone. One document says that it is wanted, and which
 * node each engine was last seen to be: a node cannot say itself which swarm it is of.
 */
export interface MeshRecord {
  /** A label of the swarm has it: by that a manager knows it again. */
  readonly id: string;
  /** How many engines manage it. */
  readonly managers: MeshManagers;
  /** The engine that makes the swarm; left out: none was chosen yet. */
  readonly first?: string;
  /** The node of each engine that a manager has listed, by engine. */
  readonly nodes: Readonly<Record<string, string>>;
  /** Why engines could not join, by engine: the latest, of a bounded number. */
  readonly failures: Readonly<Record<string, string>>;
  /** Engines leave it. `forced`: those that do not answer are not waited for. */
  readonly ending?: 'asked' | 'forced';
  /** RFC 3339. */
  readonly createdAt: string;
}

/** A majority of them is needed to change anything. */
export const meshManagers = [1, 3, 5] as const;
export type MeshManagers = (typeof meshManagers)[number];

/** There is one. */
export const meshId = 'mesh';
/** A label of the swarm. */
export const meshLabel = 'satsuma.mesh';
/** Where managers talk to nodes. */
export const meshPort = 2377;

/** How an engine stands to a swarm. `locked`: it waits for a key after a restart. */
export interface SwarmState {
  readonly state: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
  /** The id of its node; '' of none. */
  readonly node: string;
  readonly isManager: boolean;
  /** Of a manager: the mesh that its swarm was made for, '' of another swarm; left out: it cannot tell, without a majority of managers. */
  readonly mesh?: string;
  /** Why it is not in the swarm. */
  readonly error?: string;
  /** Such an engine refuses Swarm mode. */
  readonly isLiveRestore: boolean;
}

/** A node, as a manager tells. */
export interface SwarmNode {
  readonly id: string;
  readonly isReady: boolean;
  /** It is to be one; it may not be one yet, or still be one. */
  readonly isManager: boolean;
  /** It takes part in decisions. */
  readonly isVoting: boolean;
  /** Where its manager saw it last; left out: it does not say. */
  readonly address?: string;
}

/** Whoever has one joins: they are never logged, kept or answered. */
export interface SwarmTokens {
  readonly worker: string;
  readonly manager: string;
}
