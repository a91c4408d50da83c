import { Command } from 'commander';
import type { FileChange } from '../model/container.ts';
import type { ApiClient } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

/** Docker's letters. */
const letters: Readonly<Record<FileChange['kind'], string>> = { changed: 'C', added: 'A', deleted: 'D' };

export function diffCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('diff'))
    .description('list the changed files of a container: C changed, A added, D deleted')
    .addHelpText('after', examples('satsuma diff web'))
    .argument('<container>', 'an id, a prefix of one, or a name')
    .action(async (container: string, flags: OutputFlags) => {
      const { data } = await api('GET', `apiv1/container/${encodeURIComponent(container)}/diff`);
      const changes = data;
      const text = () => changes.map(({ path, kind }) => line`${letters[kind]} ${path}`).join('');
      writeResult(io, { data, text }, flags);
    });
}
