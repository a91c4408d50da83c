import type { SwarmNode, SwarmState, SwarmTokens } from '../model/mesh.ts';

/** The operations of Docker's Swarm mode that the mesh needs. Throws as EngineClient. */
export interface SwarmOperations {
  readSwarm(): Promise<SwarmState>;
  /** Managers only. Throws `wrong_state` on other nodes, and if the managers have no majority. */
  listSwarmNodes(): Promise<readonly SwarmNode[]>;
  /** Managers only, as above. */
  readSwarmTokens(): Promise<SwarmTokens>;
  /** Managers only, as above. Replaces both tokens: nobody joins with the previous ones. */
  rotateSwarmTokens(): Promise<void>;
  /** Creates a swarm for the mesh, with this engine as its only manager. Throws `wrong_state`. */
  initSwarm(options: { readonly address: string; readonly mesh: string }): Promise<void>;
  /** Throws `wrong_state` if the engine is already in a swarm. */
  joinSwarm(options: SwarmJoin): Promise<void>;
  /** `isForced`: allowed for managers. */
  leaveSwarm(options: { readonly isForced: boolean }): Promise<void>;
  /** Managers only: changes the role of a node. */
  setSwarmRole(nodeId: string, role: 'manager' | 'worker'): Promise<void>;
  /** Managers only: removes a worker that is down. */
  removeSwarmNode(id: string): Promise<void>;
}

export interface SwarmJoin {
  /** The IP address at which the other engines reach it. */
  readonly address: string;
  /** `host:port` of managers. */
  readonly managers: readonly string[];
  readonly token: string;
}
