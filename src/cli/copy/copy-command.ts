import { Command } from 'commander';
import type { ApiTransfer } from '../api-transfer.ts';
import { examples, paragraph } from '../help-text.ts';
import type { Io } from '../io.ts';
import { line } from '../line.ts';
import { withJson, writeJson } from '../output.ts';
import { copyFiles } from './copy-files.ts';
import { readOperand } from './copy-rules.ts';
import { countBytes } from './count-bytes.ts';

interface Flags {
  readonly archive?: boolean;
  readonly followLink?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export function copyCommand(transfer: ApiTransfer, io: Io): Command {
  return withJson(new Command('cp'))
    .description('copy files between a container and this machine, or between two containers')
    .addHelpText(
      'after',
      [
        paragraph(
          'If TARGET is an existing folder, SOURCE is copied into it under its own name; SOURCE/. copies the contents of a folder. Otherwise TARGET becomes a copy of SOURCE. "-" is a tar archive on standard input or output.',
        ),
        examples(
          'satsuma cp web:/etc/nginx/nginx.conf .',
          'satsuma cp ./site/. web:/usr/share/nginx/html',
          'satsuma cp web-1:/data web-2:/data',
          'satsuma cp web:/var/log - | tar t',
        ),
      ].join('\n'),
    )
    .argument('<source>', 'CONTAINER:PATH, a path of this machine, or -')
    .argument('<target>', 'CONTAINER:PATH, a path of this machine, or -')
    .option('-a, --archive', 'keep owners and groups in a container; set-user-ID bits on this machine')
    .option('-L, --follow-link', 'copy what a symbolic link in SOURCE points to')
    .option('-q, --quiet', 'do not print what was copied')
    .action(async (source: string, target: string, flags: Flags) => {
      const counter = countBytes(io);
      const copy = { transfer, io, count: counter.count, isWhole: flags.archive, isLinkFollowed: flags.followLink };
      await copyFiles(copy, readOperand(source), readOperand(target)).finally(counter.end);
      const bytes = counter.bytes();
      if (target === '-') return;
      if (flags.json) writeJson(io, { source, target, bytes });
      else if (!flags.quiet) io.stderr(line`copied ${bytes} bytes to ${target}`);
    });
}
