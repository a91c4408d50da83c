import { Command } from 'commander';
import type { Generation, Service } from '../api/service.ts';
import type { ApiClient } from './api-client.ts';
import { examples, paragraph } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import type { List } from './list/list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { replicaHistory, replicaList } from './list/replica-list.ts';
import { generationList, serviceList } from './list/service-list.ts';
import { type Listed, writeList } from './list/write-list.ts';
import { headline } from './service-view.ts';
import { servicePath } from './wait-for-service.ts';

/** A list about one service. */
interface Question<Row> {
  readonly name: string;
  readonly description: string;
  /** The meaning of the columns. */
  readonly words: string;
  readonly path: (service: string) => string;
  readonly list: List<Row>;
  readonly listed: (data: unknown) => Listed<Row>;
}

const replicaWords =
  'REPLICA: the service and the slot. A slot is filled by one container at a time; a later container of the same ' +
  'generation in the slot is copy 2, 3 and so on. STATE: a replica is lost when its engine was given up, and retiring ' +
  'while it is stopped and removed. Rows that begin with |_ are replicas that failed earlier.';
const generationWords =
  'GENERATION: every change makes one. TEMPLATE: the generation that first asked for the containers as they are now; ' +
  'a change of the number of replicas, for example, keeps the template, and replaces no replica.';

/** The read-only `service` commands. */
export function serviceQuestions(api: ApiClient, io: Io): Command[] {
  const ls = withList(new Command('ls'), serviceList)
    .description('list the services and their state')
    .addHelpText('after', examples('satsuma service ls', 'satsuma service ls --filter state=degraded'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/services');
      await writeList(io, serviceList, { rows: data }, flags);
    });
  const inspect = inspectCommand(api, io, {
    description: 'show a service as JSON: its spec and its status',
    example: 'satsuma service inspect web',
    argument: ['<name>'],
    pathOf: servicePath,
  });
  const ps = question(api, io, {
    name: 'ps',
    path: servicePath,
    description: 'list the replicas of a service, and why others are missing',
    words: replicaWords,
    list: replicaList,
    listed: (data) => ({
      data,
      headline: line`${headline(data as Service)}`,
      rows: replicaHistory(data as Service),
    }),
  });
  const history = question(api, io, {
    name: 'history',
    path: (name) => `${servicePath(name)}/generations`,
    description: 'list the generations of a service',
    words: generationWords,
    list: generationList,
    listed: (data) => ({ rows: data as Generation[] }),
  });
  return [ls, ps, history, inspect];
}

function question<Row>(api: ApiClient, io: Io, asked: Question<Row>): Command {
  const { name, description, words, path, list, listed } = asked;
  return withList(new Command(name), list)
    .description(description)
    .addHelpText('after', [paragraph(words), examples(`satsuma service ${name} web`)].join('\n'))
    .argument('<name>')
    .action(async (service: string, flags: ListFlags) => {
      const { data } = await api('GET', path(service));
      await writeList(io, list, listed(data), flags);
    });
}
