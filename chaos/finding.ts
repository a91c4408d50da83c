import type { FoundContainer, FoundEngine } from './observation.ts';

/** A violation with a message, and the ids for further analysis. */
export interface Finding {
  readonly kind: 'lost' | 'doubled' | 'leaked';
  readonly sentence: string;
  /** Ids of containers and reservations, and tags of requests. */
  readonly about: readonly string[];
}

/** A container and its engine. */
export interface Placed extends FoundContainer {
  readonly engine: FoundEngine;
}

export function short(id: string): string {
  return id.slice(0, 12);
}
