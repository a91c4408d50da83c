import type { Protocol } from './image-config.ts';

/** What an engine in Docker's Swarm mode says of its swarm. */
export interface SwarmView {
  /** The id of this engine's node. */
  readonly node: string;
  /** Ids of the nodes that manage the swarm, sorted; its own where it is one. */
  readonly managers: readonly string[];
  /** Only managers know: the ports that every node of the swarm binds. */
  readonly ingress?: readonly IngressPort[];
}

/** A port that is published in mode `ingress`. */
export interface IngressPort {
  readonly proto: Protocol;
  readonly port: number;
  readonly service: string;
}
