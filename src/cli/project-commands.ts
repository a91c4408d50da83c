import { Command } from 'commander';
import type { ProjectChangesBody, ProjectQuota } from '../api/project.ts';
import { SatsumaError } from '../model/errors.ts';
import { given } from '../model/given.ts';
import { megabytes } from '../run-options/numbers.ts';
import type { ApiClient } from './api-client.ts';
import { examples, paragraph } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { projectList } from './list/project-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { removeCommand } from './remove-command.ts';

/** 'none' instead of null, because commander treats null as empty. */
type Limit = number | 'none';

interface ProjectFlags extends OutputFlags {
  readonly cpus?: Limit;
  readonly memory?: Limit;
  readonly containers?: Limit;
  readonly gpus?: Limit;
  readonly description?: string;
}

/** `project`: owners of resources, with quotas. */
export function projectCommands(api: ApiClient, io: Io): Command {
  const group = new Command('project')
    .description('manage projects, which own resources and have quotas')
    .addHelpText(
      'after',
      examples('satsuma project create shop --cpus 8 --memory 16g', 'satsuma run --project shop -m 64 busybox top'),
    );
  group.addCommand(
    writeCommand(io, {
      ...{ verb: 'create', description: 'create a project', example: 'satsuma project create shop --memory 4g' },
      write: async (name, body) => (await api('POST', 'apiv1/project', { name, ...body })).data,
    }),
  );
  group.addCommand(
    writeCommand(io, {
      ...{ verb: 'set', description: 'change the quota of a project; running containers are not affected' },
      example: 'satsuma project set shop --memory 8g --containers none',
      write: async (name, body) => (await api('PATCH', pathOf(name), body)).data,
    }),
  );
  withList(group.command('ls'), projectList)
    .description('list the projects, with their usage and quotas')
    .addHelpText('after', examples('satsuma project ls'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/projects');
      await writeList(io, projectList, { rows: data }, flags);
    });
  group.addCommand(
    inspectCommand(api, io, {
      description: 'show projects as JSON, with their usage',
      example: 'satsuma project inspect shop',
      argument: ['<name>'],
      pathOf,
    }),
  );
  group.addCommand(
    removeCommand(api, io, {
      description: 'remove empty projects',
      example: 'satsuma project rm shop',
      pathOf,
    }),
  );
  return group;
}

interface Written {
  readonly verb: 'create' | 'set';
  readonly description: string;
  readonly example: string;
  readonly write: (name: string, body: ProjectChangesBody) => Promise<unknown>;
}

function writeCommand(io: Io, { verb, description, example, write }: Written): Command {
  const words = paragraph(
    'The limits are of what its running containers hold together, on all engines. With a limit of CPUs or memory each container must say ' +
      'how much it takes; with one of GPUs none may ask for all of them.',
  );
  const limit = (what: string, of: string) => `${what} that its containers ${of}; none is no limit`;
  return withJson(new Command(verb))
    .description(description)
    .argument('<name>')
    .option('--cpus <number>', limit('CPUs', 'may hold'), limitOrNone(cpus))
    .option('--memory <MB>', limit('memory', 'may hold; 512m and 2g are understood, too'), limitOrNone(megabytes))
    .option(
      '--containers <number>',
      'how many of its containers may run; none is no limit',
      limitOrNone(count('--containers')),
    )
    .option('--gpus <number>', limit('GPUs', 'may hold'), limitOrNone(count('--gpus')))
    .option('--description <text>', 'what it is for')
    .addHelpText('after', [words, examples(example)].join('\n'))
    .action(async (name: string, { cpus, memory, containers, gpus, description, json }: ProjectFlags) => {
      const quota: Partial<ProjectQuota> = given({
        ...{ cpus: limitOf(cpus), memory: limitOf(memory), containers: limitOf(containers), gpus: limitOf(gpus) },
      });
      const isLimited = Object.keys(quota).length > 0;
      if (verb === 'set' && !isLimited && description === undefined) {
        throw new SatsumaError(
          'invalid',
          'say what to change: --cpus, --memory, --containers, --gpus or --description',
        );
      }
      const data = await write(name, given({ description, quota: isLimited ? quota : undefined }));
      writeResult(io, { data, text: () => line`${name}` }, { json });
    });
}

function limitOrNone(parse: (text: string) => number): (text: string) => Limit {
  return (text) => (text === 'none' ? text : parse(text));
}

function limitOf(limit: Limit | undefined): number | null | undefined {
  return limit === 'none' ? null : limit;
}

function cpus(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new SatsumaError('invalid', '--cpus must be a number above 0, or none');
}

function count(option: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,7}$/.test(text)) return Number(text);
    throw new SatsumaError('invalid', `${option} must be a whole number, or none`);
  };
}

function pathOf(name: string): `apiv1/project/${string}` {
  return `apiv1/project/${encodeURIComponent(name)}`;
}
