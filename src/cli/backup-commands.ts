import { Command } from 'commander';
import type { Restored } from '../api/backup.ts';
import { SatsumaError } from '../model/errors.ts';
import type { ApiStream } from './api-client.ts';
import { givenArchive } from './given-archive.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { writeArchive } from './write-archive.ts';

/** A backup contains secrets, so only its owner may read it. */
const ownerOnly = 0o600;

const what = paragraph(
  'A backup has engines, services, jobs, saved image configs, webhooks and reservations, as they were at one moment. It contains ' +
    'the environment of containers. Registry passwords are included as stored, encrypted: keep registry-key-file, the ' +
    'client key and the CA elsewhere.',
);

const where = paragraph(
  'The store must be empty, and the server must have the client key (or label-keys) of the servers that wrote the backup. Stop ' +
    'those servers first. Containers started since the backup are found on their engines. An interrupted restore can be repeated.',
);

/** `backup` and `restore`: the content of the store as a file. */
export function backupCommands(stream: ApiStream, io: Io): Command[] {
  const backup = new Command('backup')
    .description('write the content of the store to a file, while servers run')
    .option('-o, --output <file>', 'write to this file, and not to standard output')
    .addHelpText('after', [what, examples('satsuma backup -o satsuma.backup')].join('\n'))
    .action(({ output }: { readonly output?: string }) =>
      writeArchive(io, stream('apiv1/backup'), { output, mode: ownerOnly }),
    );
  const restore = withJson(new Command('restore'))
    .description('restore a backup into an empty store')
    .argument('<file>', 'a file written by "satsuma backup"; - is standard input')
    .option('--dry-run', 'only check that the backup is intact and can be restored')
    .addHelpText('after', [where, examples('satsuma restore satsuma.backup')].join('\n'))
    .action(async (file: string, { dryRun, ...flags }: OutputFlags & { readonly dryRun?: boolean }) => {
      const archive = await givenArchive(file, io, 'satsuma restore - <satsuma.backup');
      if (!archive) throw new SatsumaError('invalid', `there is no file ${file}`);
      const answer: Buffer[] = [];
      for await (const bytes of stream(`apiv1/restore${dryRun ? '?dry_run' : ''}`, archive)) answer.push(bytes);
      const { data } = JSON.parse(Buffer.concat(answer).toString()) as { readonly data: Restored };
      writeResult(io, { data, text: () => summary(data) }, flags);
    });
  return [backup, restore];
}

function summary({ entries, present, created_at, dry_run: isDryRun }: Restored): string {
  const counts = nouns.map(([kind, one, many]) => {
    const count = entries[kind] ?? 0;
    return `${count} ${count === 1 ? one : many}`;
  });
  const known = present > 0 ? `; ${present} entries were there already` : '';
  return line`${isDryRun ? 'would restore' : 'restored'} ${counts.join(', ')}, as of ${created_at}${known}.`;
}

/** The kinds in the summary; a backup has more. */
const nouns = [
  ['engine', 'engine', 'engines'],
  ['service', 'service', 'services'],
  ['job', 'job', 'jobs'],
  ['image', 'image config', 'image configs'],
  ['reservation', 'container', 'containers'],
] as const;
