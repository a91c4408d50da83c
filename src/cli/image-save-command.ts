import type { Command } from 'commander';
import { given } from '../model/given.ts';
import type { ApiStream } from './api-client.ts';
import { commandOf } from './engine-choice.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { writeArchive } from './write-archive.ts';

export function saveImageCommand(words: string, stream: ApiStream, io: Io): Command {
  return commandOf(words)
    .description('write an image as a tar archive, as "docker save" does')
    .addHelpText('after', examples(`satsuma ${words} -o web.tar web:2`))
    .argument('<name>', 'a name or an id')
    .option('-o, --output <file>', 'write to this file, and not to standard output')
    .option('--engine <id>', 'as this engine has it')
    .action(async (name: string, { output, engine }: { readonly output?: string; readonly engine?: string }) => {
      const query = new URLSearchParams(given({ name, engine }) as Record<string, string>);
      await writeArchive(io, stream(`apiv1/engine-images/save?${query}`), { output });
    });
}
