import { Command } from 'commander';
import type { Generation, Service } from '../api/service.ts';
import { ageText } from './age.ts';
import type { ApiClient } from './api-client.ts';
import { examples, paragraph } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, type Text, withList, withTable, writeResult } from './output.ts';
import { headline, replicaHistory, serviceTable } from './service-view.ts';
import type { Table } from './table.ts';
import { servicePath } from './wait-for-service.ts';

interface Question {
  readonly description: string;
  /** What the columns mean. */
  readonly words: string;
  readonly text: (data: unknown) => Text;
}

const replicaWords =
  'REPLICA: the service and the slot. A slot is filled by one container at a time; a later container of the same ' +
  'generation in the slot is copy 2, 3 and so on. STATE: a replica is lost when its engine was given up, and retiring ' +
  'while it is stopped and removed. Rows that begin with |_ are replicas that failed earlier.';
const generationWords =
  'GENERATION: every change makes one. TEMPLATE: the generation that first asked for the containers as they are now; ' +
  'a change of the number of replicas, for example, keeps the template, and exchanges no replica.';

/** The commands of `service` that change nothing. */
export function serviceQuestions(api: ApiClient, io: Io): Command[] {
  const question = (name: string, path: (service: string) => string, { description, words, text }: Question) =>
    withTable(new Command(name))
      .description(description)
      .addHelpText('after', [paragraph(words), examples(`satsuma service ${name} web`)].join('\n'))
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
    question('ps', servicePath, {
      description: 'list the replicas of a service, and why others are missing',
      words: replicaWords,
      text: (data) => [line`${headline(data as Service)}`, replicaHistory(data as Service)],
    }),
    question('history', (name) => `${servicePath(name)}/generations`, {
      description: 'list the generations of a service',
      words: generationWords,
      text: (data) => historyTable(data as Generation[]),
    }),
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
