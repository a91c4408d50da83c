import { Command } from 'commander';
import type { ApiStream } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { writeArchive } from './write-archive.ts';

export function exportCommand(stream: ApiStream, io: Io): Command {
  return new Command('export')
    .description('write all files of a container as a tar archive')
    .addHelpText('after', examples('satsuma export -o web.tar web'))
    .argument('<container>', 'an id, a prefix of one, or a name')
    .option('-o, --output <file>', 'write to this file, and not to standard output')
    .action(async (container: string, { output }: { readonly output?: string }) => {
      await writeArchive(io, stream(`apiv1/container/${encodeURIComponent(container)}/export`), { output });
    });
}
