import { Command } from 'commander';
import type { ApiClient } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { catalogList } from './list/catalog-list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { writeList } from './list/write-list.ts';
import { servicePath } from './wait-for-service.ts';

export function catalogCommand(api: ApiClient, io: Io): Command {
  return withList(new Command('catalog'), catalogList)
    .description('list where the replicas that are ready can be reached')
    .addHelpText('after', examples('satsuma catalog', 'satsuma catalog web'))
    .argument('[service]', 'of one service')
    .action(async (service: string | undefined, flags: ListFlags) => {
      const query = service === undefined ? '' : (`?service=${encodeURIComponent(service)}` as const);
      const { data } = await api('GET', `apiv1/catalog${query}`);
      // The catalogue of a service that has no replica yet is empty, too.
      if (service !== undefined && data.length === 0) await api('GET', servicePath(service));
      await writeList(io, catalogList, { rows: data }, flags);
    });
}
