import { Command, Option } from 'commander';
import type { InspectedContainer } from '../api/container.ts';
import type { ApiClient } from './api-client.ts';
import { bareName } from './bare-name.ts';
import { decimalUpTo } from './engine-commands.ts';
import { forEachName } from './for-each-name.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

interface Flags extends OutputFlags {
  readonly time?: number;
  /** As newer dockers call it. */
  readonly timeout?: number;
  readonly signal?: string;
}

/** As long as the server lets a request take. */
const seconds = decimalUpTo(3600);

/** `start`, `stop`, `restart`, `pause`, `unpause`, `kill` and `top`. */
export function lifecycleCommands(api: ApiClient, io: Io): Command[] {
  const command = (name: string, description: string, example: string) =>
    withJson(new Command(name))
      .description(description)
      .addHelpText('after', examples(example))
      .argument('<container...>', 'ids, beginnings of ids, or names')
      .action((containers: string[], { time, timeout = time, signal, json }: Flags) =>
        forEachName(io, containers, { json }, async (container) => {
          const path = `apiv1/container/${encodeURIComponent(container)}/${name}`;
          const { data } = await api('POST', path, { timeout, signal });
          const { name: called, engine, state } = data as InspectedContainer;
          return { data, text: () => line`${bareName(called)} on engine ${engine.id}: ${state}` };
        }),
      );
  const time = ['-t, --time <seconds>', 'wait so long for it to stop before it is killed', seconds] as const;
  const timeout = new Option('--timeout <seconds>').argParser(seconds).hideHelp();
  return [
    command('start', 'start stopped containers, if their ports, CPUs and memory are free', 'satsuma start web'),
    command('stop', 'stop containers; they keep their names, and nothing else', 'satsuma stop -t 3 web api')
      .option(...time)
      .addOption(timeout)
      .option('-s, --signal <signal>', 'which signal asks it to stop; that of its image unless set'),
    command('restart', 'stop containers if they run, and start them', 'satsuma restart web')
      .option(...time)
      .addOption(timeout),
    command('pause', 'freeze all processes of containers', 'satsuma pause web'),
    command('unpause', 'let frozen containers go on', 'satsuma unpause web'),
    command('kill', 'send containers a signal', 'satsuma kill -s HUP web').option(
      '-s, --signal <signal>',
      'which signal; KILL unless set',
    ),
    topCommand(api, io),
  ];
}

function topCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('top').passThroughOptions())
    .description('show the processes of a container')
    .addHelpText('after', examples('satsuma top web', 'satsuma top web -o pid,cmd'))
    .argument('<container>', 'an id, the beginning of one, or a name')
    .argument('[options...]', 'as ps takes them')
    .action(async (container: string, options: string[], flags: OutputFlags) => {
      const psArgs = options.length === 0 ? '' : (`?ps_args=${encodeURIComponent(options.join(' '))}` as const);
      const { data } = await api('GET', `apiv1/container/${encodeURIComponent(container)}/top${psArgs}`);
      const { titles, processes } = data;
      writeResult(io, { data, text: () => ({ columns: titles, rows: processes }) }, flags);
    });
}
