import type { SwarmNode, SwarmState, SwarmTokens } from '../model/mesh.ts';

/** Docker's Swarm mode, as far as the mesh needs it. Throws as EngineClient says. */
export interface SwarmOperations {
  readSwarm(): Promise<SwarmState>;
  /** Of a manager: throws `wrong_state` of others, and where the swarm has no majority of its managers. */
  listSwarmNodes(): Promise<readonly SwarmNode[]>;
  /** Of a manager, as above. */
  readSwarmTokens(): Promise<SwarmTokens>;
  /** Makes a swarm for that mesh, with the engine as its only manager. Throws `wrong_state`. */
  initSwarm(options: { readonly address: string; readonly mesh: string }): Promise<void>;
  /** Throws `wrong_state` of an engine that is in one already. */
  joinSwarm(options: SwarmJoin): Promise<void>;
  /** `isForced`: also a manager. */
  leaveSwarm(options: { readonly isForced: boolean }): Promise<void>;
  /** Of a manager: what another node is from now on. */
  setSwarmRole(nodeId: string, role: 'manager' | 'worker'): Promise<void>;
  /** Of a manager: removes a node that is down and manages nothing. */
  removeSwarmNode(id: string): Promise<void>;
}

export interface SwarmJoin {
  /** An IP address of the engine, where the others reach it. */
  readonly address: string;
  /** `host:port` of managers. */
  readonly managers: readonly string[];
  readonly token: string;
}
