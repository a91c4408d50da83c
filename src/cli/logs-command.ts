import { Command } from 'commander';
import type { ApiStream } from './api-client.ts';
import { pointInTime } from './duration-ago.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { writeColoured } from './write-coloured-log.ts';
import { rawOption, writeLog } from './write-log.ts';

export interface LogFlags {
  readonly follow?: boolean;
  readonly tail?: string;
  readonly since?: string;
  readonly timestamps?: boolean;
  readonly raw?: boolean;
}

interface LogSource {
  readonly stream: ApiStream;
  readonly io: Io;
  readonly path: (name: string) => string;
}

export function logsCommand(stream: ApiStream, io: Io): Command {
  const logs = new Command('logs')
    .description('print the logs of containers, several merged by time')
    .argument('[container...]', 'ids, prefixes of ids, or names')
    .option('--service <name>', 'the replicas of a service; may be repeated', repeated)
    .option('--job <name>', 'the containers of a job; may be repeated', repeated)
    .option('--engine <id>', 'only those on this engine; may be repeated', repeated)
    .option('--label <label>', 'only those that asked for this label; may be repeated', repeated)
    .option('--all', 'all running containers')
    .option('--until <time>', 'only lines before that time', pointInTime)
    .option('--json', 'for several: each line as JSON, with its engine, container and stream');
  return logOptions(logs)
    .addHelpText(
      'after',
      examples(
        'satsuma logs -f --tail 20 redis-3f9ac1d2',
        'satsuma logs -f --service web --job nightly',
        'satsuma logs --all --engine web-1 --since 10m',
      ),
    )
    .action(async (containers: string[], { raw = false, ...flags }: LogFlags & SeveralFlags) => {
      const { service = [], job = [], engine = [], label = [], all, until, json, ...options } = flags;
      const named = { container: containers, service, job, engine, label };
      const selected = Object.entries(named).flatMap(([key, values]) => values.map((value) => [key, value] as const));
      if (selected.length === 0 && !all)
        throw new IncompleteOperation(2, 'name a container, or give --service, --job, --engine, --label or --all');
      const given = Object.entries(options).map(([flag, value]) => [flag, String(value)] as const);
      const [only] = containers;
      // With an end time, a single container is read like several: the stream then ends at that time, not at the first
      // later line.
      const hasOwnEnd = until !== undefined && options.follow === true;
      const isSingle = selected.length === 1 && only !== undefined && !hasOwnEnd && !json;
      const end = until === undefined ? [] : [['until', until] as const];
      const more = isSingle ? [] : [...(json ? [['format', 'json'] as const] : []), ...selected];
      const query = new URLSearchParams([...given, ...end, ...more] as [string, string][]);
      const path = isSingle ? `apiv1/container/${encodeURIComponent(only)}/logs` : 'apiv1/logs';
      const log = stream(`${path}?${query}`);
      const hasColours = !isSingle && !json && io.terminal?.()?.hasColours;
      if (hasColours) await writeColoured(io, log, { isRaw: raw });
      else await writeLog(io, log, { isRaw: raw });
    });
}

interface SeveralFlags {
  readonly service?: readonly string[];
  readonly job?: readonly string[];
  readonly engine?: readonly string[];
  readonly label?: readonly string[];
  readonly all?: boolean;
  readonly until?: string;
  readonly json?: boolean;
}

function repeated(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** The logs of one object, at `/logs` below its path. */
export function withLogOptions(
  command: Command,
  { stream, io, path }: LogSource,
  [argument, description]: readonly [string, string] = ['<name>', ''],
): Command {
  return logOptions(command.argument(argument, description)).action(
    async (name: string, { raw = false, ...flags }: LogFlags) => {
      const given = Object.entries(flags).map(([flag, value]): [string, string] => [flag, String(value)]);
      await writeLog(io, stream(`${path(name)}/logs?${new URLSearchParams(given)}`), { isRaw: raw });
    },
  );
}

/** Options that select a part of a log. */
export function logOptions(command: Command): Command {
  return command
    .option('-f, --follow', 'keep following until it ends, or until Ctrl-C')
    .option('-n, --tail <lines>', 'number of lines from the end; default: all', 'all')
    .option('--since <time>', 'like 2026-11-21T06:00:00Z, 10m, or seconds since 1970', pointInTime)
    .option('-t, --timestamps', 'with the time of each line')
    .option(...rawOption);
}
