import { Command } from 'commander';
import { mebibytes } from '../model/mebibytes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

/** The store is for the server alone; no other command waits for it to be loaded. */
const stores = () => import('../store/embedded/compact-store.ts');

/** `satsuma store`: the files of the embedded store, while no server has them. */
export function storeCommands(io: Io): Command {
  const store = new Command('store').description('look after the files of the embedded store');
  addCompact(store, io);
  return store.addHelpText('after', examples('satsuma store compact --data-dir /var/lib/satsuma'));
}

function addCompact(store: Command, io: Io): void {
  const help = paragraph(
    'Stop the server first. It gives room back by itself when it starts and most of the file is free. The disk needs room for a copy of what is in the store.',
  );
  withJson(store.command('compact'))
    .description("give the free room in the store's file back to the disk")
    .requiredOption('--data-dir <dir>', 'where the embedded store keeps its file')
    .addHelpText('after', [help, examples('satsuma store compact --data-dir /var/lib/satsuma')].join('\n'))
    .action(async ({ dataDir, ...flags }: OutputFlags & { readonly dataDir: string }) => {
      const { before, after } = await (await stores()).compactStore(dataDir);
      const text = () => line`The store in ${dataDir} took ${mebibytes(before)}, and takes ${mebibytes(after)} now.`;
      writeResult(io, { data: { before, after }, text }, flags);
    });
}
