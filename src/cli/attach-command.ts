import { Command } from 'commander';
import type { ApiClient } from './api-client.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import type { OpenSession } from './process-session.ts';
import { detachKeysOption, endAlike, refuseNoTerminal } from './session-end.ts';
import { rawOption } from './write-log.ts';
import { outputWriter } from './write-output.ts';

interface Flags {
  readonly stdin: boolean;
  readonly sigProxy: boolean | string;
  readonly detachKeys?: string;
  readonly raw?: boolean;
}

interface Inspected extends Readonly<Record<string, unknown>> {
  readonly Config: { readonly Tty?: boolean; readonly OpenStdin?: boolean };
}

export interface AttachWays {
  readonly api: ApiClient;
  readonly session: OpenSession;
}

export function attachCommand({ api, session }: AttachWays, io: Io): Command {
  return new Command('attach')
    .description('follow the output of a container that runs, and give it input')
    .addHelpText(
      'after',
      [
        paragraph('The exit code is that of the container. Without a terminal, signals are passed on to it.'),
        examples('satsuma attach web', 'satsuma attach --no-stdin web'),
      ].join('\n'),
    )
    .argument('<container>', 'an id, the beginning of one, or a name')
    .option('--no-stdin', 'do not pass on standard input')
    .option('--sig-proxy <boolean>', 'false: signals end this program, and not the container', 'true')
    .option(...detachKeysOption)
    .option(...rawOption)
    .action(async (container: string, { stdin, sigProxy, detachKeys: detach_keys, raw }: Flags) => {
      const path = `apiv1/container/${encodeURIComponent(container)}` as const;
      const { Config } = (await api('GET', `${path}/inspect`)).data as Inspected;
      const { Tty: hasTerminal = false, OpenStdin = false } = Config;
      const isInteractive = stdin && OpenStdin;
      refuseNoTerminal(io, { interactive: isInteractive, tty: hasTerminal });
      const write = outputWriter(io, { isRaw: raw ?? hasTerminal });
      const query = new URLSearchParams({
        stdin: String(isInteractive),
        ...(detach_keys === undefined ? {} : { detach_keys }),
      });
      const passOn = (signal: string) => void api('POST', `${path}/kill`, { signal }).catch(() => undefined);
      const isProxy = !hasTerminal && sigProxy !== 'false';
      const stop = isProxy ? io.onSignal?.(passOn) : undefined;
      const streams = { io, write, isInteractive, hasTerminal };
      try {
        endAlike(io, await session(`${path}/attach/ws?${query}`, streams));
      } finally {
        stop?.();
      }
    });
}
