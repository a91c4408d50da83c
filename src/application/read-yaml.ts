import { type Alias, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { type Problems, quoted } from './problems.ts';
import { below, dict, list, type MergeTag, type Place, scalar, type Tree } from './tree.ts';

/** An anchor that is used again and again makes a small file a large one. */
const maxValues = 50_000;
const deepest = 64;

interface Source {
  readonly file: string;
  readonly folder: string;
  readonly text: string;
  readonly variables?: Place['variables'];
}

/** A file as a tree with places; undefined where it cannot be read, with the reason among the problems. */
export function readYaml({ file, folder, text, variables }: Source, problems: Problems): Tree | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, version: '1.2' });
  const placeAt = (offset: number): Place => ({
    file,
    folder,
    variables,
    line: Math.max(1, lines.linePos(offset).line),
  });
  // Tags are looked at below, with their paths.
  const wrong = [...document.errors, ...document.warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')];
  for (const { pos, message, code } of wrong) {
    const [sentence = ''] = message.split(/ at line \d+|\n/);
    if (code === 'MULTIPLE_DOCS')
      problems.add(placeAt(pos[0]), '', 'is a second document: put it into a file of its own, and name both with -f');
    else problems.add(placeAt(pos[0]), '', `is not YAML: ${sentence}`);
  }
  if (wrong.length > 0) return undefined;
  // The parser would walk the whole document for each alias.
  const anchors = new Map<string, Node>();
  const anchored = new Set<Node>();
  const targets = new Map<Alias, Node | undefined>();
  const targetOf = (alias: Alias) => {
    // What an alias means is decided where it is met first: an anchor may be another one later.
    if (!targets.has(alias)) targets.set(alias, anchors.get(alias.source));
    return targets.get(alias);
  };
  let count = 0;
  let isRefused = false;

  const refuse = (place: Place, path: string, sentence: string): Tree => {
    if (!isRefused) problems.add(place, path, sentence);
    isRefused = true;
    return scalar(null, place);
  };

  const convert = (node: Node | null | undefined, near: Place, path: string, depth: number): Tree => {
    if (!node) return scalar(null, near);
    const place = node.range ? placeAt(node.range[0]) : near;
    count += 1;
    if (isRefused || count > maxValues || depth > deepest)
      return refuse(place, path, 'the file is too large or too deep');
    if (isAlias(node)) {
      const target = targetOf(node);
      return target
        ? convert(target, place, path, depth + 1)
        : refuse(place, path, `there is no anchor ${node.source}`);
    }
    if (node.anchor !== undefined && !anchored.has(node)) {
      anchored.add(node);
      anchors.set(node.anchor, node);
    }
    const tag = tagOf(node.tag);
    if (tag === 'unknown') return refuse(place, path, `the tag ${quoted(node.tag)} means nothing here`);
    if (isScalar(node)) return { ...scalar(plain(node.value), place), source: node.source, tag };
    if (isSeq(node)) {
      const items = node.items.map((item, at) => convert(item as Node, place, below(path, at), depth + 1));
      return list(items, { place, tag });
    }
    if (isMap(node)) return dict(entriesOf(node.items as Pair<Node, Node>[], place, path, depth), { place, tag });
    return scalar(null, place);
  };

  const entriesOf = (pairs: readonly Pair<Node, Node>[], place: Place, path: string, depth: number) => {
    const merged = new Map<string, Tree>();
    const own = new Map<string, Tree>();
    for (const { key, value } of pairs) {
      const at = key?.range ? placeAt(key.range[0]) : place;
      if (!isScalar(key)) {
        refuse(at, path, 'a key must be a text');
        continue;
      }
      if (key.value === '<<' || typeof key.value === 'symbol') {
        mergeInto(merged, convert(value, at, path, depth + 1), path);
        continue;
      }
      const name = String(key.value);
      if (own.has(name)) {
        refuse(at, below(path, name), 'is there twice');
        continue;
      }
      const converted = convert(value, at, below(path, name), depth + 1);
      // What a key says begins at the key.
      own.set(name, { ...converted, place: at });
    }
    return [...merged].filter(([name]) => !own.has(name)).concat([...own]);
  };

  const mergeInto = (merged: Map<string, Tree>, value: Tree, path: string): void => {
    for (const each of value.kind === 'list' ? value.items : [value]) {
      if (each.kind !== 'dict') refuse(each.place, path, '"<<" must name an object, or a list of them');
      else for (const [key, inner] of each.entries) if (!merged.has(key)) merged.set(key, inner);
    }
  };

  return convert(document.contents, placeAt(0), '', 0);
}

function plain(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function tagOf(tag: string | undefined): MergeTag | 'unknown' | undefined {
  if (tag === undefined || /^tag:yaml\.org,2002:(str|int|float|bool|null|seq|map)$/.test(tag)) return undefined;
  return tag === '!reset' ? 'reset' : tag === '!override' ? 'override' : 'unknown';
}
