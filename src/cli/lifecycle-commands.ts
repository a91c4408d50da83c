import { Command, Option } from 'commander';
import type { InspectedContainer } from '../api/container.ts';
import { bareName } from '../model/bare-name.ts';
import { SatsumaError } from '../model/errors.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { decimalUpTo } from './engine-commands.ts';
import { type AttachWays, followContainer } from './follow-container.ts';
import { forEachName } from './for-each-name.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { detachKeysOption, endAlike, sigProxyOption } from './session-end.ts';
import { statsCommand } from './stats-command.ts';

interface LifecycleWays extends AttachWays {
  readonly stream: ApiStream;
}

interface Flags extends OutputFlags {
  readonly time?: number;
  /** As newer dockers call it. */
  readonly timeout?: number;
  readonly signal?: string;
}

/** As long as the server lets a request take. */
const seconds = decimalUpTo(3600);

/** `start`, `stop`, `restart`, `pause`, `unpause`, `kill` and `top`. */
export function lifecycleCommands({ api, session, stream }: LifecycleWays, io: Io): Command[] {
  const command = (name: string, description: string, example: string) =>
    withJson(new Command(name))
      .description(description)
      .addHelpText('after', examples(example))
      .argument('<container...>', 'ids, beginnings of ids, or names')
      .action((containers: string[], { time, timeout = time, signal, json }: Flags) =>
        forEachName(io, containers, { json }, act(api, name, { timeout, signal })),
      );
  const time = ['-t, --time <seconds>', 'wait so long for it to stop before it is killed', seconds] as const;
  const timeout = new Option('--timeout <seconds>').argParser(seconds).hideHelp();
  return [
    startCommand({ api, session }, io),
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
    topCommand(api, stream, io),
  ];
}

interface StartFlags extends OutputFlags {
  readonly attach?: boolean;
  readonly interactive?: boolean;
  readonly detachKeys?: string;
  readonly sigProxy?: string;
}

/** With `-a` or `-i` in the foreground, as docker has it. */
function startCommand(ways: AttachWays, io: Io): Command {
  return withJson(new Command('start'))
    .description('start stopped containers, if their ports, CPUs and memory are free')
    .addHelpText('after', examples('satsuma start web', 'satsuma start -ai shell'))
    .argument('<container...>', 'ids, beginnings of ids, or names')
    .option('-a, --attach', 'attach to its output, pass signals on, and end as it does')
    .option('-i, --interactive', 'attach to its standard input as well')
    .option(...detachKeysOption)
    .option(...sigProxyOption)
    .action(async (containers: string[], { attach, interactive, detachKeys, sigProxy, json }: StartFlags) => {
      if (!attach && !interactive) return await forEachName(io, containers, { json }, act(ways.api, 'start'));
      const [container = '', second] = containers;
      if (second !== undefined || json)
        throw new SatsumaError('invalid', '-a and -i are for one container, and its output: leave out the rest');
      const streams = ['stdout', 'stderr', ...(interactive ? (['stdin'] as const) : [])] as const;
      endAlike(io, await followContainer(ways, io, container, { streams, detachKeys, sigProxy, isStarted: true }));
    });
}

/** What is done to each container that is named. */
function act(api: ApiClient, name: string, body: object = {}) {
  return async (container: string) => {
    const path = `apiv1/container/${encodeURIComponent(container)}/${name}`;
    const { data } = await api('POST', path, body);
    const { name: called, engine, state } = data as InspectedContainer;
    return { data, text: () => line`${bareName(called)} on engine ${engine.id}: ${state}` };
  };
}

function topCommand(api: ApiClient, stream: ApiStream, io: Io): Command {
  return withJson(new Command('top').passThroughOptions())
    .description('show the processes of a container; of none, what engines and containers use, live')
    .addHelpText('after', paragraph('Without a container it is "satsuma stats", which has options of its own.'))
    .addHelpText('after', examples('satsuma top', 'satsuma top web', 'satsuma top web -o pid,cmd'))
    .argument('[container]', 'an id, the beginning of one, or a name')
    .argument('[options...]', 'as ps takes them')
    .action(async (container: string | undefined, options: string[], flags: OutputFlags) => {
      if (container === undefined) {
        const given = flags.json ? ['--json'] : [];
        await statsCommand(api, stream, io).parseAsync(given, { from: 'user' });
        return;
      }
      const psArgs = options.length === 0 ? '' : (`?ps_args=${encodeURIComponent(options.join(' '))}` as const);
      const { data } = await api('GET', `apiv1/container/${encodeURIComponent(container)}/top${psArgs}`);
      const { titles, processes } = data;
      writeResult(io, { data, text: () => ({ columns: titles, rows: processes }) }, flags);
    });
}
