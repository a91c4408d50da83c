import { Command } from 'commander';
import { SatsumaError } from '../model/errors.ts';
import type { ApiStream } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { writeFileWhole } from './write-file-whole.ts';

export function exportCommand(stream: ApiStream, io: Io): Command {
  return new Command('export')
    .description('write all files of a container as a tar archive')
    .addHelpText('after', examples('satsuma export -o web.tar web'))
    .argument('<container>', 'an id, the beginning of one, or a name')
    .option('-o, --output <file>', 'write to this file, and not to standard output')
    .action(async (container: string, { output }: { readonly output?: string }) => {
      if (output === undefined && io.terminal?.() !== undefined) {
        throw new SatsumaError('invalid', 'an archive is not written to a terminal: give -o, or redirect the output');
      }
      const archive = stream(`apiv1/container/${encodeURIComponent(container)}/export`);
      if (output !== undefined) return await writeFileWhole(output, archive);
      for await (const bytes of archive) if (!(await io.pipe(bytes))) return;
    });
}
