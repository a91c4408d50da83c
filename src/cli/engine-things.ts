import type { Command } from 'commander';
import { given } from '../model/given.ts';
import { repeated } from '../run-options/placement-options.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { IncompleteOperation, Reported } from './exit-codes.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

/** A volume or a network: a named object on an engine. */
type Thing = 'volume' | 'network';

interface Row {
  readonly engine: string;
  readonly name: string;
  readonly id?: string;
  readonly scope?: string;
}

export interface EngineFlag {
  readonly engine?: string;
}

export const engineOption = ['--engine <id>', 'on this engine; needed if several have one of that name'] as const;

/**
 * The path of the only object of that name, or of the one on the given engine. `option`: the option that names the
 * engine. Throws `NotDone` if several engines have one.
 */
export async function pathOfThing<T extends Thing>(
  api: ApiClient,
  what: T,
  name: string,
  { engine }: EngineFlag,
  option = '--engine',
): Promise<`apiv1/${T}/${string}/${string}`> {
  return onePath(what, engine ?? (await engineOf(api, what, name, option)), name);
}

export function onePath<T extends Thing>(what: T, engine: string, name: string): `apiv1/${T}/${string}/${string}` {
  return `apiv1/${what}/${encodeURIComponent(engine)}/${encodeURIComponent(name)}`;
}

async function engineOf(api: ApiClient, what: Thing, name: string, option: string): Promise<string> {
  const { data, errors } = await api('GET', `apiv1/${what}s?name=${encodeURIComponent(name)}`);
  const rows: readonly Row[] = data;
  // A mesh network is one object, whichever engine lists it.
  const isOne = rows.every(({ scope, id }) => scope === 'swarm' && id === rows[0]?.id);
  const engines = (isOne ? rows.slice(0, 1) : rows).map(({ engine }) => engine);
  const silent = (errors as Row[] | undefined)?.map(({ engine }) => engine) ?? [];
  const [first] = engines;
  if (engines.length > 1)
    throw new IncompleteOperation(
      4,
      `several engines have a ${what} ${name}: name one with ${option}: ${engines.join(', ')}`,
    );
  if (first !== undefined) return first;
  const but = silent.length === 0 ? '' : `; these engines do not answer: ${silent.join(', ')}`;
  throw new ApiError(404, `no engine has a ${what} ${name}${but}`, undefined);
}

/** Prints the failures of engines after the result. */
export function writeErrors(io: Io, errors: unknown): void {
  for (const { engine, message } of (errors ?? []) as { readonly engine: string; readonly message: string }[])
    io.stderr(line`engine ${engine}: ${message}`);
}

interface PruneFlags extends OutputFlags {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly engine?: string[];
  readonly label?: string[];
}

/** The `prune` subcommand; `group` may add options. */
export function pruneCommand(group: Command, api: ApiClient, io: Io, what: Thing): Command {
  return withJson(group.command('prune'))
    .description(`remove the ${what}s that no container, service, job or saved image config uses`)
    .option('-f, --force', 'for compatibility with docker; there is no prompt')
    .option('--dry-run', 'only show what would be removed')
    .option('--engine <id>', 'only on this engine; may be repeated', repeated)
    .option('--label <label>', 'only on engines with this label; may be repeated', repeated)
    .action(async ({ json, all, dryRun, engine: engines, label: labels }: PruneFlags) => {
      const body = given({ all, dry_run: dryRun, engines, labels });
      const { data, errors } = await api('POST', `apiv1/${what}s/prune`, body);
      const { removed, kept, dry_run } = data;
      const text = () => [
        ...removed.map(({ engine, name }) => line`${dry_run ? 'would remove' : 'removed'} ${name} on engine ${engine}`),
        ...kept.map(({ engine, name, reason }) => line`kept ${name} on engine ${engine}: ${reason}`),
        line`${countOf(removed.length, what)} ${dry_run ? 'would be removed' : 'removed'}`,
      ];
      writeResult(io, { data, text }, { json });
      writeErrors(io, errors);
      if (Array.isArray(errors) && errors.length > 0) throw new Reported(1);
    });
}

function countOf(count: number, what: Thing): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
