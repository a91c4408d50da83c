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
    .description('list the addresses of ready replicas')
    .addHelpText('after', examples('satsuma catalog', 'satsuma catalog web'))
    .argument('[service]', 'only this service')
    .action(async (service: string | undefined, flags: ListFlags) => {
      const query = service === undefined ? '' : (`?service=${encodeURIComponent(service)}` as const);
      const { data } = await api('GET', `apiv1/catalog${query}`);
      // An empty result may also mean that the service does not exist, which is an error.
      if (service !== undefined && data.length === 0) await api('GET', servicePath(service));
      await writeList(io, catalogList, { rows: data }, flags);
    });
}
