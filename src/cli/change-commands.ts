import { Command, Option } from 'commander';
import { bareName } from '../model/bare-name.ts';
import { type ContainerUpdate, waitConditions } from '../model/container.ts';
import { given } from '../model/given.ts';
import { restart } from '../run-options/image-options.ts';
import { decimal, megabytes, wholeOrNone } from '../run-options/numbers.ts';
import { repeated } from '../run-options/placement-options.ts';
import type { ApiClient } from './api-client.ts';
import { forEachName } from './for-each-name.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

interface UpdateFlags extends OutputFlags {
  readonly cpus?: number;
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly pidsLimit?: number;
  readonly restart?: ContainerUpdate['restart_policy'];
}

interface CommitFlags extends OutputFlags {
  readonly author?: string;
  readonly message?: string;
  readonly change?: string[];
  readonly pause?: boolean;
}

const several = ['<container...>', 'ids, prefixes of ids, or names'] as const;
const single = ['<container>', 'an id, a prefix of one, or a name'] as const;

type Action = 'wait' | 'rename' | 'update' | 'commit';

function pathOf<A extends Action>(container: string, action: A): `apiv1/container/${string}/${A}` {
  return `apiv1/container/${encodeURIComponent(container)}/${action}`;
}

/** `wait`, `rename`, `update` and `commit`. */
export function changeCommands(api: ApiClient, io: Io): Command[] {
  return [waitCommand(api, io), renameCommand(api, io), updateCommand(api, io), commitCommand(api, io)];
}

function waitCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('wait'))
    .description('wait until containers end, and print their exit codes')
    .addHelpText('after', examples('satsuma wait batch-1 batch-2'))
    .argument(...several)
    .addOption(new Option('--condition <condition>', 'what to wait for').choices(waitConditions).default('not-running'))
    .action((containers: string[], { condition, json }: OutputFlags & { readonly condition: string }) =>
      forEachName(io, containers, { json }, async (container) => {
        const { data } = await api('POST', `${pathOf(container, 'wait')}?condition=${condition}`);
        return { data, text: () => line`${data.exit_code}` };
      }),
    );
}

function renameCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('rename'))
    .description('rename a container')
    .addHelpText('after', examples('satsuma rename web web-old'))
    .argument(...single)
    .argument('<name>', 'its new name')
    .action(async (container: string, name: string, flags: OutputFlags) => {
      const { data } = await api('POST', pathOf(container, 'rename'), { name });
      writeResult(io, { data, text: () => '' }, flags);
    });
}

function updateCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('update'))
    .description('change limits and the restart policy of containers, if there is room')
    .addHelpText('after', examples('satsuma update --memory 512 web', 'satsuma update --restart always web api'))
    .argument(...several)
    .option('--cpus <number>', 'CPUs that are reserved for the container, and its limit', decimal)
    .option('-m, --memory <MB>', 'memory to reserve, and the limit; also like 512m or 2g', megabytes)
    .option('--memory-swap <MB>', 'memory and swap together; -1 is no limit', megabytes)
    .option('--pids-limit <number>', 'maximum number of processes; -1 is no limit', wholeOrNone)
    .option('--restart <POLICY[:RETRIES]>', 'restart policy: no, on-failure, always or unless-stopped', restart)
    .action((containers: string[], { json, ...flags }: UpdateFlags) =>
      forEachName(io, containers, { json }, async (container) => {
        const { cpus, memory, memorySwap: memory_swap, pidsLimit: pids_limit, restart: restart_policy } = flags;
        const body = given({ cpus, memory, memory_swap, pids_limit, restart_policy });
        const { data } = await api('POST', pathOf(container, 'update'), body);
        return { data, text: () => line`${bareName(data.name)}` };
      }),
    );
}

function commitCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('commit'))
    .description('create an image from a container, on its engine')
    .addHelpText('after', examples('satsuma commit -m "with the fix" web team/web:fixed'))
    .argument(...single)
    .argument('[image]', 'name and tag of the image')
    .option('-a, --author <author>', 'author of the image')
    .option('-m, --message <message>', 'commit message')
    .option('-c, --change <instruction>', 'a Dockerfile instruction; may be repeated', repeated)
    .option('--no-pause', 'do not pause the container during the commit')
    .addOption(new Option('-p, --pause').hideHelp())
    .action(async (container: string, image: string | undefined, { author, message, ...flags }: CommitFlags) => {
      const body = given({ image, author, message, changes: flags.change, pause: flags.pause });
      const { data } = await api('POST', pathOf(container, 'commit'), body);
      writeResult(io, { data, text: () => line`${(data as { readonly id: string }).id}` }, flags);
    });
}
