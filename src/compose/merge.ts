import { below, type Dict, dict, type List, list, type Tree } from './tree.ts';

/** Lists that a later file says anew: a half of two commands is none. */
const replaced = /^services\.[^.]+\.(command|entrypoint|healthcheck\.test)$/;

/** Lists in which a later entry takes the place of an earlier one that is about the same. */
const keyed: readonly (readonly [RegExp, (item: Tree) => string | undefined])[] = [
  [
    /^services\.[^.]+\.(volumes|devices)$/,
    (item) => (textOf(item) ? mountTarget(textOf(item)) : textAt(item, 'target')),
  ],
  [/^services\.[^.]+\.(secrets|configs)$/, (item) => textOf(item) ?? textAt(item, 'target') ?? textAt(item, 'source')],
];

/** A file over another one, as the specification has it: objects key by key, lists one behind the other. */
export function merge(base: Tree | undefined, over: Tree, path = ''): Tree | undefined {
  if (over.tag === 'reset') return undefined;
  if (base === undefined || over.tag === 'override') return cleaned(over);
  if (over.kind === 'scalar' && over.value === null && base.kind !== 'scalar') return base;
  if (base.kind === 'dict' && over.kind === 'dict') return mergeDicts(base, over, path);
  if (base.kind === 'list' && over.kind === 'list' && !replaced.test(path)) return mergeLists(base, over, path);
  return cleaned(over);
}

function mergeDicts(base: Dict, over: Dict, path: string): Dict {
  // Options are those of a driver.
  const isOther =
    /^services\.[^.]+\.logging$/.test(path) &&
    textAt(over, 'driver') !== undefined &&
    textAt(over, 'driver') !== textAt(base, 'driver');
  const entries = new Map<string, Tree>(isOther ? [] : base.entries);
  for (const [key, value] of over.entries) {
    const merged = merge(entries.get(key), value, below(path, key));
    if (merged === undefined) entries.delete(key);
    else entries.set(key, merged);
  }
  return dict(entries, { place: over.place });
}

function mergeLists(base: List, over: List, path: string): List {
  const keyOf = keyed.find(([pattern]) => pattern.test(path))?.[1] ?? textOf;
  const items = new Map<string, Tree>();
  for (const [at, item] of [...base.items, ...over.items].entries()) {
    const key = keyOf(item);
    const clean = cleaned(item);
    if (clean !== undefined) items.set(key === undefined ? `#${at}` : `=${key}`, clean);
  }
  return list([...items.values()], { place: over.place });
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

/** Of `SOURCE:TARGET:MODE`, or of the target alone. */
function mountTarget(text = ''): string {
  const [first = '', second] = text.split(':');
  return second ?? first;
}
