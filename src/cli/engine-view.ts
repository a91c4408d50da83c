import type { Engine } from '../api/engine.ts';
import { ageText, tookText } from './age.ts';
import type { Table } from './table.ts';
import type { Column } from './table-column.ts';

export function engineTable(engines: readonly Engine[]): Table {
  const rows = engines.map((engine) => [
    engine.id,
    statusOf(engine),
    engine.addr,
    `${engine.reserved_cpus}/${engine.cpus}`,
    `${engine.reserved_memory}/${engine.memory} MB`,
    String(engine.containers),
    engine.version ?? '',
    engine.labels.join(','),
    engine.error ?? engine.unclear ?? failuresOf(engine),
  ]);
  const columns: Column[] = [
    { title: 'ID' },
    { title: 'STATUS', kind: 'state' },
    { title: 'ADDRESS' },
    { title: 'CPUS' },
    { title: 'MEMORY' },
    { title: 'CONTAINERS' },
    { title: 'VERSION', isOptional: true },
    { title: 'LABELS', kind: 'detail' },
    { title: 'ERROR', kind: 'words', isOptional: true },
  ];
  return { columns, rows };
}

/** Of one that is down, for how long. */
function statusOf({ status, since }: Engine): string {
  return status === 'down' && since !== undefined ? `${status} ${tookText(since, null)}` : status;
}

function failuresOf({ failures }: Engine): string {
  if (!failures) return '';
  return `${failures.count === 1 ? '1 start' : `${failures.count} starts`} failed, the first ${ageText(failures.since)}`;
}
