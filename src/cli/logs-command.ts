import { Command } from 'commander';
import type { ApiStream } from './api-client.ts';
import { pointInTime } from './duration-ago.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { rawOption, writeLog } from './write-log.ts';

interface Flags {
  readonly follow?: boolean;
  readonly tail?: string;
  readonly since?: string;
  readonly timestamps?: boolean;
  readonly raw?: boolean;
}

export interface LogSource {
  readonly stream: ApiStream;
  readonly io: Io;
  readonly path: (name: string) => string;
}

export function logsCommand(stream: ApiStream, io: Io): Command {
  const path = (container: string) => `apiv1/container/${encodeURIComponent(container)}`;
  const logs = new Command('logs').description('print what a container wrote, both streams in one');
  return withLogOptions(logs, { stream, io, path }, ['<container>', 'id, the beginning of one, or name']).addHelpText(
    'after',
    examples('satsuma logs -f --tail 20 redis-3f9ac1d2'),
  );
}

/** The logs of one thing, which stand at `/logs` under its path. */
export function withLogOptions(
  command: Command,
  { stream, io, path }: LogSource,
  [argument, description]: readonly [string, string] = ['<name>', ''],
): Command {
  return command
    .argument(argument, description)
    .option('-f, --follow', 'go on until it ends, or until Ctrl-C')
    .option('-n, --tail <lines>', 'how many lines from the end; all unless set', 'all')
    .option('--since <time>', 'like 2026-11-21T06:00:00Z, 10m, or seconds since 1970', pointInTime)
    .option('-t, --timestamps', 'with the time of each line')
    .option(...rawOption)
    .action(async (name: string, { raw = false, ...flags }: Flags) => {
      const given = Object.entries(flags).map(([flag, value]): [string, string] => [flag, String(value)]);
      await writeLog(io, stream(`${path(name)}/logs?${new URLSearchParams(given)}`), { isRaw: raw });
    });
}
