import type { Problems } from '../application/problems.ts';
import { below, list, mapEntries, type Place, type Tree } from '../application/tree.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** Of variables alone, and nothing that every object has. */
export function variableIn(variables: Variables, name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

interface Context {
  readonly variables: Variables;
  /** Says what is wrong with the text. */
  readonly fail: (sentence: string) => void;
  readonly warn: (sentence: string) => void;
}

const deepest = 16;

/** `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR:?error}`, `${VAR:+other}`, the same without the colon, and `$$`. */
export function interpolate(text: string, context: Context, depth = 0): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('$', at);
    if (next < 0) return result + text.slice(at);
    result += text.slice(at, next);
    const rest = text.slice(next + 1);
    const [name] = /^[a-zA-Z_][a-zA-Z0-9_]*/.exec(rest) ?? [];
    if (rest.startsWith('$')) {
      result += '$';
      at = next + 2;
    } else if (name !== undefined) {
      result += valueIn(name, context);
      at = next + 1 + name.length;
    } else {
      const end = rest.startsWith('{') ? closing(rest) : -1;
      const inner = rest.slice(1, Math.max(end, 1));
      const value = end < 0 || depth > deepest ? undefined : substituted(inner, context, depth);
      if (value === undefined) {
        context.fail('has a "$" that begins no variable like $NAME: write "$$" for one that is meant as it is');
        return text;
      }
      result += value;
      at = next + 1 + end + 1;
    }
  }
  return result;
}

/** Where the bracket at the beginning ends: there may be others in a default. */
function closing(text: string): number {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{' && (at === 0 || text[at - 1] === '$')) open += 1;
    else if (text[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  return -1;
}

function substituted(inner: string, context: Context, depth: number): string | undefined {
  const [, name, operator = '', word = ''] = /^([a-zA-Z_][a-zA-Z0-9_]*)(?:(:?[-?+])(.*))?$/s.exec(inner) ?? [];
  if (name === undefined) return undefined;
  const value = variableIn(context.variables, name);
  const isThere = value !== undefined && (value !== '' || !operator.startsWith(':'));
  const expand = () => interpolate(word, context, depth + 1);
  switch (operator.at(-1)) {
    case '-':
      return isThere ? value : expand();
    case '+':
      return isThere ? expand() : '';
    case '?': {
      if (isThere) return value;
      const why = expand();
      context.fail(`needs the variable ${name}, which is not set${why === '' ? '' : `: ${why}`}`);
      return '';
    }
    default:
      return valueIn(name, context);
  }
}

function valueIn(name: string, { variables, warn }: Context): string {
  const value = variableIn(variables, name);
  if (value === undefined) warn(`the variable ${name} is not set: it is taken for an empty text`);
  return value ?? '';
}

/** Each text of a file, but no key. */
export function interpolateTree(tree: Tree, variables: Variables, problems: Problems, path = ''): Tree {
  if (tree.kind === 'list') {
    return list(
      tree.items.map((item, at) => interpolateTree(item, variables, problems, below(path, at))),
      tree,
    );
  }
  if (tree.kind === 'dict') {
    return mapEntries(tree, (value, key) => interpolateTree(value, variables, problems, below(path, key)));
  }
  if (typeof tree.value !== 'string' || !tree.value.includes('$')) return tree;
  const { place }: { readonly place: Place } = tree;
  const value = interpolate(tree.value, {
    variables,
    fail: (sentence) => problems.add(place, path, sentence),
    warn: (sentence) => problems.warn(`${place.file}:${place.line}: ${sentence}`),
  });
  return { ...tree, value, source: value };
}
