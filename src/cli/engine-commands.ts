import { Command, Option } from 'commander';
import { type Engine, type EngineChangesBody, engineIntents, type NewEngineBody } from '../api/engine.ts';
import { SatsumaError } from '../model/errors.ts';
import { given } from '../model/given.ts';
import { visibleText } from '../model/visible-text.ts';
import { decimal } from '../run-options/numbers.ts';
import { repeated, resource } from '../run-options/placement-options.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { readBodyFile } from './body-file.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { engineList } from './list/engine-list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { tableOf, writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, withTable, writeResult } from './output.ts';

interface EngineFlags extends OutputFlags {
  readonly addr?: string;
  readonly cpus?: number;
  readonly memory?: number;
  readonly label?: string[];
  readonly resource?: Record<string, number>;
  readonly status?: EngineChangesBody['status'];
}

export function engineCommands(api: ApiClient, io: Io): Command {
  const engine = new Command('engine')
    .description('manage the Docker engines of the cluster')
    .addHelpText('after', examples('satsuma engine add web-1 https://10.0.0.11:2376', 'satsuma engine ls'));
  const one = (id: string) => `apiv1/engine/${encodeURIComponent(id)}`;

  withJson(engine.command('add'))
    .description('register an engine; default values are read from it')
    .argument('[id]', 'its name')
    .argument('[addr]', 'https://host:2376, tcp://host:2376 or unix:///path')
    .option(
      '-f, --file <file>',
      'a body as for POST /apiv1/engine, in JSON or YAML; - is standard input; the options change it',
    )
    .option('--cpus <number>', 'CPUs that may be promised', decimal)
    .option('--memory <MB>', 'memory that may be promised', decimal)
    .option('--label <label>', 'a label of the engine; may be repeated', repeated)
    .option('--resource <NAME=AMOUNT>', 'a countable resource, such as GPUs or licences; may be repeated', resource)
    .addHelpText(
      'after',
      examples(
        'satsuma engine add web-1 https://10.0.0.11:2376 --label ssd --label eu',
        'satsuma engine add -f example/boot2docker_engine.json',
      ),
    )
    .action(async (id: string | undefined, addr: string | undefined, flags: EngineFlags & { file?: string }) => {
      const file = flags.file === undefined ? {} : await readBodyFile(flags.file);
      const body: Partial<NewEngineBody> = { ...file, ...fields(flags), ...given({ id, addr }) };
      if (!('id' in body && 'addr' in body)) throw notGiven('add ID ADDRESS');
      const { data, warning } = await api('POST', 'apiv1/engine', body);
      const { id: added, addr: at, cpus, memory } = data;
      const text = () => line`Engine ${added} at ${at} added: ${cpus} CPUs, ${memory} MB`;
      writeResult(io, { data, text }, flags);
      if (warning !== undefined) io.stderr(line`Warning: ${warning}`);
    });

  withList(engine.command('ls'), engineList)
    .description('list the engines, their state and reserved resources')
    .addHelpText('after', examples('satsuma engine ls', 'satsuma engine ls -q --filter status=down'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/engines');
      await writeList(io, engineList, { rows: data }, flags);
    });

  engine.addCommand(
    inspectCommand(api, io, {
      description: 'show one engine as JSON',
      example: 'satsuma engine inspect web-1',
      argument: ['<id>'],
      pathOf: one,
    }),
  );

  withTable(engine.command('set'))
    .description('change the settings of an engine')
    .argument('<id>')
    .option('--addr <addr>', 'the same daemon at another address')
    .option('--cpus <number>', 'CPUs that may be promised', decimal)
    .option('--memory <MB>', 'memory that may be promised', decimal)
    .option('--label <label>', 'replaces all labels; may be repeated', repeated)
    .option('--resource <NAME=AMOUNT>', 'replaces all resources; may be repeated', resource)
    .addOption(
      new Option('--status <status>', 'in maintenance, no new containers are placed there').choices(engineIntents),
    )
    .addHelpText(
      'after',
      examples(
        'satsuma engine set web-1 --status maintenance',
        'satsuma engine set web-1 --label ssd --label zone=eu-1',
      ),
    )
    .action(async (id: string, flags: EngineFlags) => {
      const changes = fields(flags);
      if (Object.keys(changes).length === 0) throw notGiven('set ID --status maintenance');
      const { data } = await api('PATCH', one(id), changes);
      writeResult(io, { data, text: () => tableOf(engineList, [data as Engine]) }, flags);
    });

  withJson(engine.command('rm'))
    .description('remove an engine; its containers are not touched')
    .argument('<id>')
    .option(
      '-f, --force',
      'even if it has containers of Satsuma: they keep running, and are adopted when it is added again',
    )
    .addHelpText('after', examples('satsuma engine rm web-1'))
    .action(async (id: string, { force, json }: OutputFlags & { readonly force?: boolean }) => {
      const { data } = await api('DELETE', `${one(id)}${force ? '?force=true' : ''}`).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.status === 409) || force) throw error;
        throw new IncompleteOperation(
          4,
          `${visibleText(error.message)}\n  "satsuma drain ${id}" moves those of services, "satsuma engine rm -f ${id}" removes it anyway`,
        );
      });
      writeResult(io, { data, text: () => line`${data}` }, { json });
    });

  return engine;
}

/** Tells the user which argument is missing, instead of a message about the API's path. */
function notGiven(usage: string): SatsumaError {
  return new SatsumaError('invalid', `an argument is missing; example: satsuma engine ${usage}`);
}

function fields({ addr, cpus, memory, label: labels, resource: resources, status }: EngineFlags): EngineChangesBody {
  return given({ addr, cpus, memory, labels, resources, status });
}
