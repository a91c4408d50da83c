import type { Command } from 'commander';
import type { PrunedImages } from '../api/engine-image.ts';
import type { ApiClient } from './api-client.ts';
import { type ChoiceFlags, choiceOf, commandOf, withChoice } from './engine-choice.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withTable, writeResult } from './output.ts';
import { reportSilence, type Silent } from './silent-engines.ts';
import { decimalSize } from './size-text.ts';
import type { Table } from './table.ts';

interface Flags extends ChoiceFlags, OutputFlags {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

export function pruneImagesCommand(words: string, api: ApiClient, io: Io): Command {
  const kept = 'Images that a container, service, job or saved image config uses are kept.';
  return withChoice(withTable(commandOf(words)))
    .description('remove unused images from the engines')
    .addHelpText('after', paragraph(kept))
    .addHelpText('after', examples(`satsuma ${words}`, `satsuma ${words} --all --dry-run`))
    .option('-a, --all', 'also images with a name')
    .option('-n, --dry-run', 'remove nothing, and show what would be removed')
    .option('-f, --force', 'for compatibility with docker; there is no prompt')
    .action(async (flags: Flags) => {
      const body = { dry_run: flags.dryRun ?? false, dangling: !flags.all, ...choiceOf(flags) };
      const { data, errors } = await api('POST', 'apiv1/engine-images/prune', body);
      const pruned = data;
      writeResult(io, { data, text: () => [prunedTable(pruned), summary(pruned)] }, flags);
      reportSilence(io, errors as Silent[] | undefined, true);
    });
}

function prunedTable({ removed, kept, dry_run }: PrunedImages): Table {
  const done = dry_run ? 'would be removed' : 'removed';
  const rows = [
    ...removed.map((each) => ({ ...each, what: done })),
    ...kept.map((each) => ({ ...each, what: `kept: ${each.reason}` })),
  ];
  const columns = [
    ...['ENGINE', 'IMAGE', { title: 'ID', kind: 'id' as const }, 'SIZE'],
    { title: 'WHAT', kind: 'words' as const },
  ];
  return {
    columns,
    rows: rows.map(({ engine, tags, id, size, what }) => [
      ...[engine, tags.join(',') || '<none>', id.replace(/^sha256:/, ''), decimalSize(size), what],
    ]),
  };
}

function summary({ dry_run, removed, size }: PrunedImages): string {
  const images = removed.length === 1 ? '1 image' : `${removed.length} images`;
  return line`${images} ${dry_run ? 'would be removed' : 'removed'}, ${decimalSize(size)} or less`;
}
