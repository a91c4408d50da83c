import { type Dict, dict, list, mapEntries, scalar, type Tree, textOf } from '../application/tree.ts';
import { type Variables, variableIn } from './interpolate.ts';

type Change = (value: Tree) => Tree;

/** `["A=1", "B"]` is `{A: "1", B: null}`. What is neither stays, and is refused later. */
const pairs: Change = (value) => (value.kind === 'list' ? fromList(value, (text) => split(text, /=/)) : value);

/** `["db.example=10.0.0.1"]`, or with a colon. */
const hosts: Change = (value) =>
  value.kind === 'list' ? fromList(value, (text) => split(text, /[=:]/), bothAddresses) : value;

/** A host may have several addresses. */
function bothAddresses(one: Tree, other: Tree): Tree {
  const items = [one, other].flatMap((each) => (each.kind === 'list' ? each.items : [each]));
  return list(items, one);
}

const names =
  (valueFor: (name: Tree) => Tree): Change =>
  (value) => {
    if (value.kind !== 'list') return value;
    const entries = value.items.map((item): [string, Tree] | undefined =>
      item.kind === 'scalar' && item.value !== null ? [textOf(item), valueFor(item)] : undefined,
    );
    return entries.includes(undefined) ? value : dict(entries as [string, Tree][], value);
  };

const several: Change = (value) =>
  value.kind === 'scalar' && value.value !== null ? list([{ ...value, tag: undefined }], value) : value;

/** `build: ./web` is `build: {context: ./web}`. */
const asContext: Change = (value) =>
  value.kind === 'scalar' && value.value !== null ? dict([['context', { ...value, tag: undefined }]], value) : value;

const inService: Readonly<Record<string, Change>> = {
  ...{ environment: pairs, labels: pairs, annotations: pairs, sysctls: pairs, extra_hosts: hosts },
  depends_on: names((name) => dict([['condition', scalar('service_started', name.place)]], name)),
  networks: names((name) => scalar(null, name.place)),
  ...{ dns: several, dns_search: several, tmpfs: several, env_file: several, label_file: several },
  deploy: within({ labels: pairs }),
  build: (value) => within({ args: pairs, labels: pairs, extra_hosts: hosts })(asContext(value)),
};

/** Forms that say the same as one form, so that files can be merged; `environment` of the shell is not asked yet. */
function normalService(service: Tree): Tree {
  return within(inService)(service);
}

function within(changes: Readonly<Record<string, Change>>): Change {
  return (tree) => {
    if (tree.kind !== 'dict') return tree;
    return mapEntries(tree, (value, key) => (Object.hasOwn(changes, key) ? (changes[key]?.(value) ?? value) : value));
  };
}

function fromList(
  value: Extract<Tree, { kind: 'list' }>,
  read: (text: string) => readonly [string, string | null],
  join: (one: Tree, other: Tree) => Tree = (_, other) => other,
): Tree {
  const entries = value.items.map((item): [string, Tree] | undefined => {
    if (item.kind !== 'scalar' || item.value === null) return undefined;
    const [key, text] = read(textOf(item));
    return [key, scalar(text, item.place)];
  });
  if (entries.includes(undefined)) return value;
  const joined = new Map<string, Tree>();
  for (const [key, item] of entries as [string, Tree][]) {
    const before = joined.get(key);
    joined.set(key, before === undefined ? item : join(before, item));
  }
  return dict(joined, value);
}

function split(text: string, at: RegExp): readonly [string, string | null] {
  const index = text.search(at);
  return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + 1)];
}

/** Each part of the model that has names. */
export const sections = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'] as const;
export type Section = (typeof sections)[number];

/** The whole file in one form. */
export function normalFile(file: Dict): Dict {
  return mapEntries(file, (value, key) => {
    if (value.kind !== 'dict') return value;
    if (key === 'services') return mapEntries(value, normalService);
    return key === 'networks' || key === 'volumes' ? mapEntries(value, within({ labels: pairs })) : value;
  });
}

/** A variable without a value takes the one that it has where the command runs; one that has none there is not set. */
export function withShellValues(environment: Dict, variables: Variables): Dict {
  return mapEntries(environment, (value, name) => {
    if (value.kind !== 'scalar' || value.value !== null) return value;
    const known = variableIn(value.place.variables?.() ?? variables, name);
    return known === undefined ? undefined : { ...value, value: known };
  });
}
