import { Command } from 'commander';
import type { CatalogEntry } from '../api/catalog.ts';
import type { ApiClient } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { type OutputFlags, withTable, writeResult } from './output.ts';
import type { Table } from './table.ts';
import { servicePath } from './wait-for-service.ts';

export function catalogCommand(api: ApiClient, io: Io): Command {
  return withTable(new Command('catalog'))
    .description('list where the replicas that are ready can be reached')
    .addHelpText('after', examples('satsuma catalog', 'satsuma catalog web'))
    .argument('[service]', 'of one service')
    .action(async (service: string | undefined, flags: OutputFlags) => {
      const query = service === undefined ? '' : `?service=${encodeURIComponent(service)}`;
      const { data } = await api('GET', `apiv1/catalog${query}`);
      // The catalogue of a service that has no replica yet is empty, too.
      if (service !== undefined && (data as CatalogEntry[]).length === 0) await api('GET', servicePath(service));
      writeResult(io, { data, text: () => catalogTable(data as CatalogEntry[]) }, flags);
    });
}

function catalogTable(entries: readonly CatalogEntry[]): Table {
  const rows = entries.map((entry) => [
    `${entry.service}.${entry.slot}`,
    `${entry.host.includes(':') ? `[${entry.host}]` : entry.host}:${entry.port}`,
    `${entry.container_port}/${entry.proto}`,
    entry.engine,
    entry.container,
  ]);
  return { columns: ['REPLICA', 'ADDRESS', 'PORT', 'ENGINE', { title: 'CONTAINER', kind: 'id' }], rows };
}
