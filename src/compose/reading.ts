import type { Problems } from '../application/problems.ts';
import type { Dict } from '../application/tree.ts';
import type { Variables } from './interpolate.ts';

/** What the files are read with. */
export interface Reading {
  /** Throws where there is no such file, or it is none. */
  readonly readText: (path: string) => string;
  readonly readBytes: (path: string) => Buffer;
  readonly variables: Variables;
  readonly problems: Problems;
  /** Files as they were read, with these variables. */
  readonly parsed: Map<string, Dict | undefined>;
  /** How many files were included so far, of how many there may be. */
  readonly included: { count: number };
}

export interface File {
  /** Where it is. */
  readonly path: string;
  /** As messages call it. */
  readonly name: string;
  /** What relative paths in it begin at. */
  readonly folder: string;
}
