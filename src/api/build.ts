import type { LoadEnd, LoadLine, LoadOutcome } from './engine-image.ts';

/** A line of the answer to a build: what its engine writes, then how far each copy is, and the last one, about all. */
export type BuildLine =
  | { readonly engine: string; readonly status: 'building' }
  | { readonly log: string }
  | Exclude<LoadLine, LoadEnd>
  | BuildEnd;

export interface BuildEnd {
  /** The id of the image. */
  readonly image: string;
  readonly names: readonly string[];
  /** On which it was built. */
  readonly engine: string;
  /** What became of the copies, by engine. */
  readonly engines: Readonly<Record<string, LoadOutcome>>;
}
