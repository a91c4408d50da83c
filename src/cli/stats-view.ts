import type { AllStats, ContainerStats } from '../api/stats.ts';
import { statsList, usageColumns } from './list/stats-list.ts';
import { tableOf } from './list/write-list.ts';
import type { Table } from './table.ts';

/** One sample, and the engines that did not answer. */
export interface Round extends AllStats {
  readonly errors?: readonly { readonly engine: string; readonly message: string }[] | undefined;
}

const amounts: Readonly<Record<string, (stats: ContainerStats) => number>> = {
  cpu: (stats) => stats.cpu_percent,
  memory: (stats) => stats.memory,
  network: ({ network }) => network.rx + network.tx,
  block: ({ block }) => block.read + block.write,
  pids: (stats) => stats.pids,
};

/** The sort keys; amounts are sorted from the largest. `engine` sorts by engine and name, `name` by name only. */
export const sortKeys = ['engine', 'name', ...Object.keys(amounts)] as const;

/** The engines, unless containers were named, and the containers. */
export function statsTables(
  { containers, engines, errors = [] }: Round,
  key: string,
  isWhole: boolean,
): (string | Table)[] {
  const silent = new Set(errors.map(({ engine }) => engine));
  const ofEngines: Table = {
    columns: ['ENGINE', 'CONTAINERS', ...usageColumns],
    rows: engines.map((engine) =>
      silent.has(engine.engine) && engine.containers === 0
        ? [engine.engine, ...usageColumns.map(() => '-'), '-']
        : [engine.engine, String(engine.containers), ...usageColumns.map(({ value }) => value(engine))],
    ),
  };
  const ofContainers = tableOf(statsList, sorted(containers, key));
  return isWhole ? [ofEngines, '\n', ofContainers] : [ofContainers];
}

export function sorted(containers: readonly ContainerStats[], key: string): ContainerStats[] {
  const amount = amounts[key];
  if (amount) return [...containers].sort((a, b) => amount(b) - amount(a));
  return key === 'name' ? [...containers].sort((a, b) => (a.name < b.name ? -1 : 1)) : [...containers];
}
