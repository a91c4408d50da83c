import { type Dict, dict, type List, list, type Tree } from '../application/tree.ts';

/** Where in the file, key by key: the name of a service may have a dot. */
type Path = readonly string[];

/** The place within a service: `healthcheck.test`. */
function inService(path: Path): string | undefined {
  const [section, , ...keys] = path;
  return section === 'services' ? keys.join('.') : undefined;
}

/** Lists that a later file says anew: a half of two commands is none. */
const replaced = new Set(['command', 'entrypoint', 'healthcheck.test']);

/** Lists in which a later entry takes the place of an earlier one that is about the same. */
const keyed: Readonly<Record<string, (item: Tree) => string | undefined>> = {
  ...{ volumes: mounted, devices: mounted, secrets: named, configs: named },
};

interface MergeOptions {
  /** There is another file over which this is merged: what resets or overrides there is kept. */
  readonly keepsTags?: boolean;
}

/** A file over another one, as the specification has it: objects key by key, lists one behind the other. */
export function merge(
  base: Tree | undefined,
  over: Tree,
  path: Path = [],
  options: MergeOptions = {},
): Tree | undefined {
  const alone = () => (options.keepsTags ? over : cleaned(over));
  if (over.tag === 'reset') return options.keepsTags ? over : undefined;
  if (base === undefined || over.tag === 'override') return alone();
  if (over.kind === 'scalar' && over.value === null && base.kind !== 'scalar') return base;
  if (base.kind === 'dict' && over.kind === 'dict') return mergeDicts(base, over, path, options);
  const isReplaced = replaced.has(inService(path) ?? '');
  if (base.kind === 'list' && over.kind === 'list' && !isReplaced) return mergeLists(base, over, path, options);
  return alone();
}

function mergeDicts(base: Dict, over: Dict, path: Path, options: MergeOptions): Dict {
  // Options are those of a driver.
  const isOther =
    inService(path) === 'logging' &&
    textAt(over, 'driver') !== undefined &&
    textAt(base, 'driver') !== undefined &&
    textAt(over, 'driver') !== textAt(base, 'driver');
  const entries = new Map<string, Tree>(isOther ? [] : base.entries);
  for (const [key, value] of over.entries) {
    const merged = merge(entries.get(key), value, [...path, key], options);
    if (merged === undefined) entries.delete(key);
    else entries.set(key, merged);
  }
  return dict(entries, { place: over.place, tag: options.keepsTags ? base.tag : undefined });
}

function mergeLists(base: List, over: List, path: Path, options: MergeOptions): List {
  const place = inService(path) ?? '';
  const keyOf = (Object.hasOwn(keyed, place) ? keyed[place] : undefined) ?? textOf;
  const items = new Map<string, Tree>();
  for (const [at, item] of [...base.items, ...over.items].entries()) {
    const key = keyOf(item);
    const clean = cleaned(item);
    if (clean !== undefined) items.set(key === undefined ? `#${at}` : `=${key}`, clean);
  }
  return list([...items.values()], { place: over.place, tag: options.keepsTags ? base.tag : undefined });
}

/** Without what only a merge obeys: what is reset in a file over which there is no other is not there. */
function cleaned(tree: Tree): Tree | undefined {
  if (tree.tag === 'reset') return undefined;
  if (tree.kind === 'scalar') return tree.tag === undefined ? tree : { ...tree, tag: undefined };
  if (tree.kind === 'list')
    return list(
      tree.items.flatMap((item) => cleaned(item) ?? []),
      { place: tree.place },
    );
  const entries = [...tree.entries].flatMap(([key, value]): [string, Tree][] => {
    const clean = cleaned(value);
    return clean === undefined ? [] : [[key, clean]];
  });
  return dict(entries, { place: tree.place });
}

function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'scalar' && tree.value !== null ? String(tree.value) : undefined;
}

function textAt(tree: Tree, key: string): string | undefined {
  return tree.kind === 'dict' ? textOf(tree.entries.get(key)) : undefined;
}

function mounted(item: Tree): string | undefined {
  return textOf(item) ? mountTarget(textOf(item)) : textAt(item, 'target');
}

function named(item: Tree): string | undefined {
  return textOf(item) ?? textAt(item, 'target') ?? textAt(item, 'source');
}

/** Of `SOURCE:TARGET:MODE`, or of the target alone. */
function mountTarget(text = ''): string {
  const [first = '', second] = text.split(':');
  return second ?? first;
}
