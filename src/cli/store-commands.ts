import { Command } from 'commander';
import { mebibytes } from '../model/mebibytes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

/** Loaded on demand: only the server needs the store. */
const stores = () => import('../store/embedded/compact-store.ts');

/** `satsuma store`: maintenance of the embedded store's files, while no server uses them. */
export function storeCommands(io: Io): Command {
  const store = new Command('store').description('maintain the files of the embedded store');
  addCompact(store, io);
  return store.addHelpText('after', examples('satsuma store compact --data-dir /var/lib/satsuma'));
}

function addCompact(store: Command, io: Io): void {
  const help = paragraph(
    'Stop the server first. At start, the server compacts the file by itself if most of it is free. The disk needs room for a copy of the data.',
  );
  withJson(store.command('compact'))
    .description("compact the store's file to free disk space")
    .requiredOption('--data-dir <dir>', 'where the embedded store keeps its file')
    .addHelpText('after', [help, examples('satsuma store compact --data-dir /var/lib/satsuma')].join('\n'))
    .action(async ({ dataDir, ...flags }: OutputFlags & { readonly dataDir: string }) => {
      const { before, after } = await (await stores()).compactStore(dataDir);
      const text = () => line`The store in ${dataDir} had ${mebibytes(before)}, and has ${mebibytes(after)} now.`;
      writeResult(io, { data: { before, after }, text }, flags);
    });
}
