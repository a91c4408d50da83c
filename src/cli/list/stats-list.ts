import type { ContainerStats, Stats } from '../../api/stats.ts';
import { bareName } from '../../model/bare-name.ts';
import { binarySize, decimalSize } from '../size-text.ts';
import type { List, ListColumn } from './list.ts';

/** Docker's columns and fields, for a container or an engine. */
export const usageColumns: readonly ListColumn<Stats>[] = [
  { title: 'CPU %', field: 'CPUPerc', value: ({ cpu_percent }) => `${cpu_percent.toFixed(2)}%` },
  {
    ...{ title: 'MEM USAGE / LIMIT', field: 'MemUsage' },
    value: ({ memory, memory_limit }) => `${binarySize(memory * 2 ** 20)} / ${binarySize(memory_limit * 2 ** 20)}`,
  },
  { title: 'MEM %', field: 'MemPerc', value: ({ memory_percent }) => `${memory_percent.toFixed(2)}%` },
  { title: 'NET I/O', field: 'NetIO', value: ({ network: { rx, tx } }) => `${decimalSize(rx)} / ${decimalSize(tx)}` },
  {
    ...{ title: 'BLOCK I/O', field: 'BlockIO' },
    value: ({ block: { read, write } }) => `${decimalSize(read)} / ${decimalSize(write)}`,
  },
  { title: 'PIDS', field: 'PIDs', value: ({ pids }) => String(pids) },
];

export const statsList: List<ContainerStats> = {
  columns: [
    { title: 'ID', field: 'ID', kind: 'id', value: ({ id }) => id },
    { title: 'NAME', field: 'Name', value: ({ name }) => bareName(name) },
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine },
    ...usageColumns,
    { title: 'CONTAINER', field: 'Container', only: 'format', value: ({ name }) => bareName(name) },
  ],
  nameOf: ({ name }) => bareName(name),
  quiet: { what: 'ids', of: ({ id }) => id, areIds: true },
  filters: {},
};
