import type { AllStats, ContainerStats, Stats } from '../api/stats.ts';
import { bareName } from './bare-name.ts';
import { binarySize, decimalSize } from './size-text.ts';
import type { Table } from './table.ts';

/** What was read at one time, and which engines did not answer. */
export interface Round extends AllStats {
  readonly errors?: readonly { readonly engine: string; readonly message: string }[] | undefined;
}

/** Docker's columns. */
const measured = ['CPU %', 'MEM USAGE / LIMIT', 'MEM %', 'NET I/O', 'BLOCK I/O', 'PIDS'] as const;

const amounts: Readonly<Record<string, (stats: ContainerStats) => number>> = {
  cpu: (stats) => stats.cpu_percent,
  memory: (stats) => stats.memory,
  network: ({ network }) => network.rx + network.tx,
  block: ({ block }) => block.read + block.write,
  pids: (stats) => stats.pids,
};

/** What the rows can be sorted by; the largest amount is first. `engine` is by engine and name, `name` by name alone. */
export const sortKeys = ['engine', 'name', ...Object.keys(amounts)] as const;

/** The engines, unless single containers were asked for, and the containers. */
export function statsTables(
  { containers, engines, errors = [] }: Round,
  key: string,
  isWhole: boolean,
): (string | Table)[] {
  const silent = new Set(errors.map(({ engine }) => engine));
  const ofEngines: Table = {
    columns: ['ENGINE', 'CONTAINERS', ...measured],
    rows: engines.map((engine) =>
      silent.has(engine.engine) && engine.containers === 0
        ? [engine.engine, ...measured.map(() => '-'), '-']
        : [engine.engine, String(engine.containers), ...cellsOf(engine)],
    ),
  };
  const ofContainers: Table = {
    columns: [{ title: 'ID', kind: 'id' }, 'NAME', 'ENGINE', ...measured],
    rows: sorted(containers, key).map((row) => [row.id, bareName(row.name), row.engine, ...cellsOf(row)]),
  };
  return isWhole ? [ofEngines, '\n', ofContainers] : [ofContainers];
}

export function sorted(containers: readonly ContainerStats[], key: string): ContainerStats[] {
  const amount = amounts[key];
  if (amount) return [...containers].sort((a, b) => amount(b) - amount(a));
  return key === 'name' ? [...containers].sort((a, b) => (a.name < b.name ? -1 : 1)) : [...containers];
}

function cellsOf({ cpu_percent, memory, memory_limit, memory_percent, network, block, pids }: Stats): string[] {
  return [
    `${cpu_percent.toFixed(2)}%`,
    `${binarySize(memory * 2 ** 20)} / ${binarySize(memory_limit * 2 ** 20)}`,
    `${memory_percent.toFixed(2)}%`,
    `${decimalSize(network.rx)} / ${decimalSize(network.tx)}`,
    `${decimalSize(block.read)} / ${decimalSize(block.write)}`,
    String(pids),
  ];
}
