import { Command } from 'commander';
import { type AttachContext, followContainer } from './follow-container.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { detachKeysOption, exitLikeProcess, sigProxyOption } from './session-end.ts';
import { rawOption } from './write-log.ts';

interface Flags {
  readonly stdin: boolean;
  readonly sigProxy: boolean | string;
  readonly detachKeys?: string;
  readonly raw?: boolean;
}

export function attachCommand(context: AttachContext, io: Io): Command {
  return new Command('attach')
    .description('attach to the output and input of a running container')
    .addHelpText(
      'after',
      [
        paragraph('The exit code is that of the container. Without a terminal, signals are forwarded to it.'),
        examples('satsuma attach web', 'satsuma attach --no-stdin web'),
      ].join('\n'),
    )
    .argument('<container>', 'an id, a prefix of one, or a name')
    .option('--no-stdin', 'do not forward standard input')
    .option(...sigProxyOption)
    .option(...detachKeysOption)
    .option(...rawOption)
    .action(async (container: string, { stdin, ...options }: Flags) => {
      const streams = ['stdout', 'stderr', ...(stdin ? (['stdin'] as const) : [])] as const;
      exitLikeProcess(io, await followContainer(context, io, container, { ...options, streams }));
    });
}
