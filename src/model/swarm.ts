import type { Protocol } from './image-config.ts';

/** An engine's view of its swarm, if it is in Swarm mode. */
export interface SwarmView {
  /** The id of this engine's node. */
  readonly node: string;
  /** Ids of the manager nodes, sorted; includes its own if it is a manager. */
  readonly managers: readonly string[];
  /** The ports that every node of the swarm binds. Known to managers only. */
  readonly ingress?: readonly IngressPort[];
}

/** A port published in mode `ingress`. */
export interface IngressPort {
  readonly proto: Protocol;
  readonly port: number;
  readonly service: string;
}
