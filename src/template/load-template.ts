import { dirname } from 'node:path';
import { type Problems, quoted } from '../application/problems.ts';
import { readYaml } from '../application/read-yaml.ts';
import { type Dict, dict, type Place, pathFrom, type Tree } from '../application/tree.ts';
import { Value } from '../application/value.ts';

export interface TemplateFile {
  readonly path: string;
  /** As messages call it. */
  readonly name: string;
}

/** Throws where there is no such file. */
type ReadText = (path: string) => string;

const deepestInclude = 16;

/**
 * A template with the files that it includes: what it says itself counts, and of what several files say the one that was named last.
 * Undefined: it cannot be read.
 */
export function loadTemplate(file: TemplateFile, readText: ReadText, problems: Problems): Dict | undefined {
  return load(file, { readText, problems }, []);
}

interface Loading {
  readonly readText: ReadText;
  readonly problems: Problems;
}

function load(file: TemplateFile, loading: Loading, within: readonly string[], from?: Place): Dict | undefined {
  const { readText, problems } = loading;
  const place = from ?? { file: file.name, folder: '', line: 1 };
  let text: string;
  try {
    text = readText(file.path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    problems.add(place, '', `cannot read ${quoted(file.path)}: ${code ?? message}`);
    return undefined;
  }
  const tree = readYaml({ file: file.name, folder: dirname(file.path), text: withColons(text) }, problems);
  if (tree === undefined) return undefined;
  if (tree.kind !== 'dict') {
    problems.add(tree.place, '', 'has no services');
    return undefined;
  }
  const { Includes: includes, ...own } = Object.fromEntries(tree.entries);
  const included = pathsIn(includes, problems).flatMap(([path, at]): Dict[] => {
    const whole = pathFrom(at.place, path);
    const chain = [...within, file.path];
    if (chain.includes(whole)) return at.fail(`is a circle: ${quoted(path)} includes itself`) ?? [];
    if (chain.length > deepestInclude) return at.fail('includes too deep') ?? [];
    const found = load({ path: whole, name: path }, loading, chain, at.place);
    return found ? [found] : [];
  });
  const entries = new Map<string, Tree>();
  for (const [key, value] of [...included.flatMap((each) => [...each.entries]), ...Object.entries(own)]) {
    entries.set(key, joined(entries.get(key), value, key));
  }
  return dict(entries, tree);
}

/** Of a global that several files have, all entries count. */
function joined(before: Tree | undefined, after: Tree, key: string): Tree {
  if (!/^[A-Z]/.test(key) || before?.kind !== 'dict' || after.kind !== 'dict') return after;
  return dict([...before.entries, ...after.entries], after);
}

function pathsIn(includes: Tree | undefined, problems: Problems): (readonly [string, Value])[] {
  if (includes === undefined) return [];
  const value = new Value(includes, 'Includes', problems);
  if (value.isNull) return [];
  const items = value.isText ? [value] : (value.list() ?? []);
  return items.map((each) => [each.text() ?? '', each] as const);
}

/**
 * Below `Domains` a domain may stand without its colon, as calzion's own examples have it, where what is said of it follows further
 * in. Nothing else could be meant: YAML has no such thing.
 */
function withColons(text: string): string {
  const lines = text.split('\n');
  let inside: number | undefined;
  return lines
    .map((each, at) => {
      const indent = each.search(/\S/);
      if (indent < 0) return each;
      if (/^\s*Domains:\s*$/.test(each)) inside = indent;
      else if (inside !== undefined && indent <= inside) inside = undefined;
      if (inside === undefined || !/^\s+[a-z0-9*][a-z0-9.*-]*\s*$/i.test(each)) return each;
      const next = lines.slice(at + 1).find((line) => /\S/.test(line)) ?? '';
      return next.search(/\S/) > indent ? `${each.trimEnd()}:` : each;
    })
    .join('\n');
}
