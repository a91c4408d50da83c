import { Command } from 'commander';
import type { ClusterSummary } from '../api/cluster.ts';
import type { ApiClient } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withTable, writeResult } from './output.ts';
import type { Table } from './table.ts';

export function clusterCommand(api: ApiClient, io: Io): Command {
  return withTable(new Command('cluster'))
    .description('show totals of the whole cluster')
    .addHelpText('after', examples('satsuma cluster'))
    .action(async (flags: OutputFlags) => {
      const { data } = await api('GET', 'apiv1/cluster');
      const summary = data;
      writeResult(io, { data, text: () => describe(summary) }, flags);
      for (const warning of summary.warnings ?? []) io.stderr(line`satsuma: warning: ${warning}`);
    });
}

function describe(summary: ClusterSummary): Table {
  const states = Object.entries(summary.engines).filter(([, count]) => count > 0);
  const row = [
    `${summary.engine_count}${states.length > 0 ? ` (${states.map(([state, count]) => `${count} ${state}`).join(', ')})` : ''}`,
    `${summary.reserved_cpus}/${summary.cpus}`,
    `${summary.reserved_memory}/${summary.memory} MB`,
    String(summary.container_count),
    String(summary.image_count),
  ];
  return { columns: ['ENGINES', 'CPUS', 'MEMORY', 'CONTAINERS', 'IMAGES'], rows: [row] };
}
