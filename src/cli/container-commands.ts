import { Command } from 'commander';
import type { ListedContainer } from '../api/container.ts';
import { asksForStopped } from '../api/container-filters.ts';
import { bareName } from '../model/bare-name.ts';
import { given } from '../model/given.ts';
import { whole } from '../run-options/numbers.ts';
import type { ApiClient } from './api-client.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { forEachName } from './for-each-name.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { containerList } from './list/container-list.ts';
import { isDocument, isSelected, type ListFlags, withList } from './list/list-options.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson } from './output.ts';

interface Flags extends ListFlags {
  readonly all?: boolean;
  readonly engine?: string;
  readonly label?: string;
  readonly image?: string;
  readonly last?: number;
  readonly latest?: boolean;
}

/** `ps` and `rm`. */
export function containerCommands(api: ApiClient, io: Io): Command[] {
  const one = (container: string) => `apiv1/container/${encodeURIComponent(container)}` as const;

  const ps = withList(new Command('ps'), containerList)
    .description('list the containers of all engines')
    .addHelpText(
      'after',
      examples('satsuma ps', 'satsuma ps -a --engine web-1', "satsuma ps --format '{{.Names}} {{.Status}}'"),
    )
    .option('-a, --all', 'list stopped containers too')
    .option('-n, --last <number>', 'only the last created containers, including stopped ones', whole)
    .option('-l, --latest', 'only the last created container')
    .option('--engine <id>', 'only those of one engine')
    .option('--label <label>', 'only those that asked for this label')
    .option('--image <name>', 'only those of this image')
    .action(async ({ all, engine, label, image, latest, last = latest ? 1 : undefined, ...flags }: Flags) => {
      const state = onlyOf(flags.filter?.status);
      const isAll = all || last !== undefined || asksForStopped(flags.filter ?? {});
      const order = last === undefined ? {} : { sort: '-created', limit: flags.filter ? undefined : last };
      const asked = given({ all: isAll || undefined, engine, label, image, state, ...order });
      const answer = await api('GET', `apiv1/containers?${query(asked)}`);
      const found = answer.data;
      const rows = found.filter((row) => isSelected(containerList, flags.filter, row)).slice(0, last);
      await writeList(io, containerList, { rows }, flags);
      if (isDocument(flags)) return;
      io.stderr(unclearLines(rows));
      const missing = (answer.errors ?? []) as readonly { readonly engine: string; readonly message: string }[];
      for (const { engine, message } of missing) io.stderr(line`no answer from ${engine}: ${message}`);
    });

  const rm = withJson(new Command('rm'))
    .description('remove stopped containers')
    .addHelpText('after', examples('satsuma rm web', 'satsuma rm -f web api'))
    .argument('<container...>', 'ids, prefixes of ids, or names')
    .option('-f, --force', 'also kill and remove running containers')
    .option('-v, --volumes', 'for compatibility with docker; anonymous volumes are always removed')
    .action((containers: string[], { force, json }: OutputFlags & { readonly force?: boolean }) =>
      forEachName(io, containers, { json }, async (container) => {
        if (!force) await refuseIfRunning(api, one(container));
        const { data } = await api('DELETE', one(container));
        return { data, text: () => line`${bareName(container)}: removed` };
      }),
    );

  return [ps, rm];
}

function isUp({ state }: Pick<ListedContainer, 'state'>): boolean {
  return ['running', 'paused', 'restarting'].includes(state);
}

/** The API kills running containers, as in clementine. The command requires --force, as in docker. */
async function refuseIfRunning(api: ApiClient, path: `apiv1/container/${string}`): Promise<void> {
  const known = (await api('GET', path)).data as ListedContainer;
  if (!isUp(known)) return;
  // The cached state may be outdated, so the engine is asked.
  const { name, state } = (await api('GET', `${path}?consistent=true`)).data as ListedContainer;
  if (!isUp({ state })) return;
  const called = bareName(name);
  throw new IncompleteOperation(
    4,
    `container ${called} is ${state}: stop it first, or remove it with "satsuma rm -f ${called}"`,
  );
}

function query(filter: object): string {
  const given = Object.entries(filter).map(([key, value]): [string, string] => [key, String(value)]);
  return new URLSearchParams(given).toString();
}

/** Containers with an invalid answer of their engine, in part or as a whole. */
function unclearLines(containers: readonly ListedContainer[]): string {
  const lines = containers.map(({ name, engine, unclear }) =>
    unclear === undefined ? '' : `unclear: ${bareName(name)} on ${engine.id}: ${unclear}\n`,
  );
  return lines.join('');
}

/** A single value is filtered by the server. */
function onlyOf(values: readonly string[] = []): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}
