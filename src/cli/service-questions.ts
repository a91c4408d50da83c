import { Command } from 'commander';
import { ageText } from './age.ts';
import type { ApiClient } from './api-client.ts';
import { examples } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, type Text, withList, withTable, writeResult } from './output.ts';
import { headline, replicaHistory, type Service, serviceTable } from './service-view.ts';
import type { Table } from './table.ts';
import { servicePath } from './wait-for-service.ts';

interface Generation {
  readonly generation: number;
  readonly template: number;
  readonly cause: string;
  readonly created_at: string;
  readonly image: string;
  readonly replicas: number | 'global';
}

/** The commands of `service` that change nothing. */
export function serviceQuestions(api: ApiClient, io: Io): Command[] {
  const question = (
    name: string,
    path: (service: string) => string,
    description: string,
    text: (data: unknown) => Text,
  ) =>
    withTable(new Command(name))
      .description(description)
      .addHelpText('after', examples(`satsuma service ${name} web`))
      .argument('<name>')
      .action(async (service: string, flags: OutputFlags) => {
        const { data } = await api('GET', path(service));
        writeResult(io, { data, text: () => text(data) }, flags);
      });
  const ls = withList(new Command('ls'), 'names')
    .description('list the services and their state')
    .addHelpText('after', examples('satsuma service ls'))
    .action(async (flags: OutputFlags) => {
      const { data } = await api('GET', 'apiv1/services');
      const services = data as Service[];
      writeResult(
        io,
        { data, text: () => serviceTable(services), names: () => services.map(({ name }) => name) },
        flags,
      );
    });
  const inspect = inspectCommand(api, io, {
    description: 'show a service as JSON: what was asked for, and its state',
    example: 'satsuma service inspect web',
    argument: ['<name>'],
    pathOf: servicePath,
  });
  return [
    ls,
    question('ps', servicePath, 'list the replicas of a service, and why others are missing', (data) => {
      return [line`${headline(data as Service)}`, replicaHistory(data as Service)];
    }),
    question(
      'history',
      (name) => `${servicePath(name)}/generations`,
      'list the generations of a service',
      (data) => historyTable(data as Generation[]),
    ),
    inspect,
  ];
}

function historyTable(generations: readonly Generation[]): Table {
  const rows = generations.map(({ generation, created_at, cause, image, replicas, template }) => {
    return [String(generation), ageText(created_at), cause, image, String(replicas), String(template)];
  });
  const image = { title: 'IMAGE', kind: 'detail' } as const;
  return { columns: ['GENERATION', 'CREATED', 'CAUSE', image, 'REPLICAS', 'TEMPLATE'], rows };
}
