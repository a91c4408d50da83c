import { Command, Option } from 'commander';
import type { InspectedContainer } from '../api/container.ts';
import { bareName } from '../model/bare-name.ts';
import { SatsumaError } from '../model/errors.ts';
import { decimalUpTo } from '../run-options/numbers.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { type AttachContext, followContainer } from './follow-container.ts';
import { forEachName } from './for-each-name.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { detachKeysOption, exitLikeProcess, sigProxyOption } from './session-end.ts';
import { statsCommand } from './stats-command.ts';

interface LifecycleContext extends AttachContext {
  readonly stream: ApiStream;
}

interface Flags extends OutputFlags {
  readonly time?: number;
  /** Newer docker versions' name. */
  readonly timeout?: number;
  readonly signal?: string;
}

/** The server's maximum. */
const seconds = decimalUpTo(3600);

/** `start`, `stop`, `restart`, `pause`, `unpause`, `kill` and `top`. */
export function lifecycleCommands({ api, session, stream }: LifecycleContext, io: Io): Command[] {
  const command = (name: string, description: string, example: string) =>
    withJson(new Command(name))
      .description(description)
      .addHelpText('after', examples(example))
      .argument('<container...>', 'ids, prefixes of ids, or names')
      .action((containers: string[], { time, timeout = time, signal, json }: Flags) =>
        forEachName(io, containers, { json }, act(api, name, { timeout, signal })),
      );
  const time = ['-t, --time <seconds>', 'time to stop before it is killed', seconds] as const;
  const timeout = new Option('--timeout <seconds>').argParser(seconds).hideHelp();
  return [
    startCommand({ api, session }, io),
    command(
      'stop',
      'stop containers; they keep their names, and release all other resources',
      'satsuma stop -t 3 web api',
    )
      .option(...time)
      .addOption(timeout)
      .option('-s, --signal <signal>', 'signal to stop it; default: that of its image'),
    command('restart', 'stop containers if they run, and start them', 'satsuma restart web')
      .option(...time)
      .addOption(timeout),
    command('pause', 'pause all processes of containers', 'satsuma pause web'),
    command('unpause', 'resume paused containers', 'satsuma unpause web'),
    command('kill', 'send containers a signal', 'satsuma kill -s HUP web').option(
      '-s, --signal <signal>',
      'the signal; default: KILL',
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

/** With `-a` or `-i` in the foreground, as in docker. */
function startCommand(context: AttachContext, io: Io): Command {
  return withJson(new Command('start'))
    .description('start stopped containers, if their ports, CPUs and memory are free')
    .addHelpText('after', examples('satsuma start web', 'satsuma start -ai shell'))
    .argument('<container...>', 'ids, prefixes of ids, or names')
    .option('-a, --attach', 'attach to its output, forward signals, and exit with its code')
    .option('-i, --interactive', 'attach to its standard input as well')
    .option(...detachKeysOption)
    .option(...sigProxyOption)
    .action(async (containers: string[], { attach, interactive, detachKeys, sigProxy, json }: StartFlags) => {
      if (!attach && !interactive) return await forEachName(io, containers, { json }, act(context.api, 'start'));
      const [container = '', second] = containers;
      if (second !== undefined || json)
        throw new SatsumaError('invalid', '-a and -i need exactly one container, and cannot be combined with --json');
      const streams = ['stdout', 'stderr', ...(interactive ? (['stdin'] as const) : [])] as const;
      exitLikeProcess(
        io,
        await followContainer(context, io, container, { streams, detachKeys, sigProxy, isStarted: true }),
      );
    });
}

/** The operation for each named container. */
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
    .description('show the processes of a container; without one, the live resource usage of engines and containers')
    .addHelpText('after', paragraph('Without a container it is the same as "satsuma stats", which has more options.'))
    .addHelpText('after', examples('satsuma top', 'satsuma top web', 'satsuma top web -o pid,cmd'))
    .argument('[container]', 'an id, a prefix of one, or a name')
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
