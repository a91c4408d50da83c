import type { ListedContainer } from '../../src/api/container.ts';
import type { Engine, OthersOnEngine } from '../../src/api/engine.ts';
import type { ClusterState } from '../live-cluster.ts';

/** What a container of others holds: no more is told of it. */
export type OtherSize = OthersOnEngine['sizes'][number];

export interface ShownEngine {
  readonly engine: Engine;
  readonly containers: readonly ListedContainer[];
  /** Absent: there are none, or containers are looked for by a name. */
  readonly others?: readonly OtherSize[];
}

export interface Group {
  /** The value of the label; empty: the engines have none. */
  readonly name: string;
  readonly engines: readonly ShownEngine[];
}

const none: readonly ListedContainer[] = [];

/** Keys of labels like `zone=eu-1`, by which engines can be grouped. */
export function labelKeys(engines: readonly Engine[]): readonly string[] {
  const keys = engines.flatMap(({ labels }) => labels.flatMap((label) => (label.includes('=') ? [keyOf(label)] : [])));
  return [...new Set(keys)].sort();
}

/** Engines that match, and those with a container that does; by the value of a label, where there is one to group by. */
export function groupsOf(
  {
    engines,
    containers,
    others = [],
  }: Pick<ClusterState, 'engines' | 'containers'> & {
    readonly others?: readonly OthersOnEngine[] | undefined;
  },
  query: string,
  key: string,
): readonly Group[] {
  const sizes = new Map(others.map((each) => [each.engine, each.sizes]));
  const shown = engines.flatMap((engine) => {
    const all = containers.get(engine.id) ?? none;
    if (query === '' || has(query, engine.id, ...engine.labels)) {
      const besides = sizes.get(engine.id);
      return [{ engine, containers: all, ...(besides && { others: besides }) }];
    }
    const matching = all.filter((each) => has(query, each.name, each.image.name));
    return matching.length > 0 ? [{ engine, containers: matching }] : [];
  });
  if (key === '') return shown.length === 0 ? [] : [{ name: '', engines: shown }];
  const groups = new Map<string, ShownEngine[]>();
  for (const each of shown) {
    const label = each.engine.labels.find((one) => keyOf(one) === key && one.includes('='));
    const name = label?.slice(key.length + 1) ?? '';
    const those = groups.get(name);
    if (those) those.push(each);
    else groups.set(name, [each]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, those]) => ({ name, engines: those }));
}

function keyOf(label: string): string {
  return label.slice(0, label.indexOf('='));
}

function has(query: string, ...texts: readonly string[]): boolean {
  return texts.some((each) => each.toLowerCase().includes(query.toLowerCase()));
}
