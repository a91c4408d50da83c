import type { CharSet } from './char-set.ts';

/** A regular expression as a tree. */
export type Syntax =
  | { readonly kind: 'char'; readonly set: CharSet }
  | { readonly kind: 'edge'; readonly at: 'start' | 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Syntax[] }
  | { readonly kind: 'choice'; readonly options: readonly Syntax[] }
  | { readonly kind: 'repeat'; readonly part: Syntax; readonly least: number; readonly most: number };
