import { Command } from 'commander';
import type { ApiStream } from './api-client.ts';
import type { Io } from './io.ts';

interface Flags {
  readonly follow?: boolean;
  readonly tail?: string;
  readonly since?: string;
  readonly timestamps?: boolean;
}

export function logsCommand(stream: ApiStream, io: Io): Command {
  return new Command('logs')
    .description('what a container wrote, both streams in one')
    .argument('<container>', 'id, the beginning of one, or name')
    .option('-f, --follow', 'go on until it ends, or Ctrl-C')
    .option('--tail <lines>', 'so many from the end, or all; 100 unless set')
    .option('--since <time>', 'like 2026-11-21T06:00:00Z, or seconds since 1970')
    .option('-t, --timestamps', 'with the time of each line')
    .addHelpText('after', '\nExample:\n  satsuma logs -f --tail 20 redis-3f9ac1d2')
    .action(async (container: string, flags: Flags) => {
      const given = Object.entries(flags).map(([name, value]): [string, string] => [name, String(value)]);
      const path = `apiv1/container/${encodeURIComponent(container)}/logs?${new URLSearchParams(given)}`;
      for await (const bytes of stream(path)) if (!(await io.pipe(bytes))) return;
    });
}
