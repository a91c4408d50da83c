import type { FoundContainer, FoundEngine } from './found.ts';

/** What is not as it should be, in a sentence, and by what to find out more. */
export interface Finding {
  readonly kind: 'lost' | 'doubled' | 'leaked';
  readonly sentence: string;
  /** Ids of containers and reservations, and tags of requests. */
  readonly about: readonly string[];
}

/** A container, and where it is. */
export interface Placed extends FoundContainer {
  readonly engine: FoundEngine;
}

export function short(id: string): string {
  return id.slice(0, 12);
}
