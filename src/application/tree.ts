import { isAbsolute, resolve } from 'node:path';

/** Where something stands. */
export interface Place {
  /** As it was named. */
  readonly file: string;
  readonly line: number;
  /** What relative paths in it begin at. */
  readonly folder: string;
  /** Those that its file is read with: one that is included may have a file of variables of its own. A function, which is written nowhere. */
  readonly variables?: (() => Readonly<Record<string, string | undefined>>) | undefined;
}

/** What `!reset` and `!override` say of a value when files are merged. */
export type MergeTag = 'reset' | 'override';

interface Located {
  readonly place: Place;
  readonly tag?: MergeTag | undefined;
}

export interface Scalar extends Located {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As it is written: `0440` is a number, and an octal one in Compose files. */
  readonly source?: string | undefined;
}

export interface List extends Located {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

export interface Dict extends Located {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, Tree>;
}

/** A value of a file that knows where it stands. */
export type Tree = Scalar | List | Dict;

export function scalar(value: Scalar['value'], place: Place): Scalar {
  return { kind: 'scalar', value, place };
}

export function list(items: readonly Tree[], { place, tag }: Located): List {
  return { kind: 'list', items, place, tag };
}

export function dict(entries: Iterable<readonly [string, Tree]>, { place, tag }: Located): Dict {
  return { kind: 'dict', entries: new Map(entries), place, tag };
}

/** A number as it is written: as a number, `1.10` would be `1.1`, and the last digits of a long one would be others. */
export function textOf({ value, source }: Scalar): string {
  return typeof value === 'number' && source !== undefined ? source : String(value);
}

/** With each entry that there is made anew; undefined takes it away. */
export function mapEntries(tree: Dict, change: (value: Tree, key: string) => Tree | undefined): Dict {
  const entries = [...tree.entries].flatMap(([key, value]): [string, Tree][] => {
    const changed = change(value, key);
    return changed === undefined ? [] : [[key, changed]];
  });
  return dict(entries, tree);
}

/** `services.web.ports[0]`. */
export function below(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  const part = /^[a-zA-Z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
  return path === '' ? part : `${path}.${part}`;
}

/** Of what came without a file: all of it stands where `place` says. */
export function fromPlain(value: unknown, place: Place): Tree {
  if (Array.isArray(value))
    return list(
      value.map((each) => fromPlain(each, place)),
      { place },
    );
  if (typeof value === 'object' && value !== null) {
    return dict(
      Object.entries(value).map(([key, each]) => [key, fromPlain(each, place)] as const),
      { place },
    );
  }
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return scalar(isScalar ? value : null, place);
}

/** Without the places: what YAML and JSON can say. `write`: how texts are written. */
export function toPlain(tree: Tree, write: (text: string) => string = (text) => text): unknown {
  if (tree.kind === 'scalar') {
    if (typeof tree.value === 'string') return write(tree.value);
    const isExact = !Number.isInteger(tree.value) || Number.isSafeInteger(tree.value);
    return isExact ? tree.value : textOf(tree);
  }
  if (tree.kind === 'list') return tree.items.map((item) => toPlain(item, write));
  return Object.fromEntries([...tree.entries].map(([key, value]) => [key, toPlain(value, write)]));
}

/** A path in a file, from where that file has its paths begin. */
export function pathFrom({ folder }: Place, path: string): string {
  return isAbsolute(path) ? path : resolve(folder, path);
}
