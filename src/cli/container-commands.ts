import { Command, InvalidArgumentError } from 'commander';
import type { ListedContainer } from '../api/container.ts';
import type { ApiClient } from './api-client.ts';
import { NotDone } from './exit-codes.ts';
import { forEachName } from './for-each-name.ts';
import { examples } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, withList, writeResult } from './output.ts';
import type { Table } from './table.ts';
import type { Column } from './table-column.ts';

interface Flags extends OutputFlags {
  readonly all?: boolean;
  readonly engine?: string;
  readonly label?: string;
  readonly image?: string;
  readonly filter?: Filters;
}

/** `ps`, `inspect` and `rm`. */
export function containerCommands(api: ApiClient, io: Io): Command[] {
  const one = (container: string) => `apiv1/container/${encodeURIComponent(container)}`;

  const ps = withList(new Command('ps'), 'ids')
    .description('list the containers of all engines')
    .addHelpText('after', examples('satsuma ps', 'satsuma ps -a --engine web-1'))
    .option('-a, --all', 'list stopped containers too')
    .option('--engine <id>', 'only those of one engine')
    .option('--label <label>', 'only those that asked for this label')
    .option('--image <name>', 'only those of this image')
    .option('-f, --filter <KEY=VALUE>', 'as for docker: name, status, ancestor or label; may be repeated', filter)
    .action(async ({ json, trunc, quiet, filter: filters, ...given }: Flags) => {
      const { name = '', ...asked } = { ...given, ...filters };
      const answer = await api('GET', `apiv1/containers?${query(asked)}`);
      const data = (answer.data as ListedContainer[]).filter((container) => container.name.includes(name));
      const names = () => data.map(({ id }) => (trunc ? id.slice(0, 12) : id));
      writeResult(io, { data, text: () => containerTable(data), names }, { json, trunc, quiet });
      if (!json) io.stderr(unclearLines(data));
      const missing = (answer.errors ?? []) as readonly { readonly engine: string; readonly message: string }[];
      for (const { engine, message } of missing) io.stderr(line`no answer from ${engine}: ${message}`);
    });

  const inspect = inspectCommand(api, io, {
    description: 'show one container as JSON, and why it is on its engine',
    example: 'satsuma inspect web',
    argument: ['<container>', 'id, the beginning of one, or name'],
    pathOf: one,
  });

  const rm = withJson(new Command('rm'))
    .description('remove containers that do not run')
    .addHelpText('after', examples('satsuma rm web', 'satsuma rm -f web api'))
    .argument('<container...>', 'ids, beginnings of ids, or names')
    .option('-f, --force', 'kill and remove containers that run, too')
    .option('-v, --volumes', 'as docker has it; anonymous volumes are always removed')
    .action((containers: string[], { force, json }: OutputFlags & { readonly force?: boolean }) =>
      forEachName(io, containers, { json }, async (container) => {
        if (!force) refuseIfRunning((await api('GET', one(container))).data as ListedContainer);
        const { data } = await api('DELETE', one(container));
        return { data, text: () => line`${bareName(container)}: removed` };
      }),
    );

  return [ps, inspect, rm];
}

/** As docker: the API kills what runs, as clementine did; whoever types a name is asked to say so. */
function refuseIfRunning({ name, state }: ListedContainer): void {
  if (!['running', 'paused', 'restarting'].includes(state)) return;
  const called = bareName(name);
  throw new NotDone(4, `container ${called} is ${state}: stop it first, or remove it with "satsuma rm -f ${called}"`);
}

/** Without Docker's leading slash. */
export function bareName(name: string): string {
  return name.replace(/^\//, '');
}

function query(filter: object): string {
  const given = Object.entries(filter).map(([key, value]): [string, string] => [key, String(value)]);
  return new URLSearchParams(given).toString();
}

/** Containers that their engines tell nonsense of. */
function unclearLines(containers: readonly ListedContainer[]): string {
  const lines = containers.map(({ name, engine, unclear }) =>
    unclear === undefined ? '' : `unclear: ${bareName(name)} on ${engine.id}: ${unclear}\n`,
  );
  return lines.join('');
}

function containerTable(containers: readonly ListedContainer[]): Table {
  const rows = containers.map(({ id, name, image, engine, state, status = '', ports, unclear, stale }) => [
    id,
    bareName(name),
    image.name,
    engine.id,
    `${state}${unclear === undefined ? '' : ' (unclear)'}${stale ? ' (stale)' : ''}`,
    status,
    ports.map((each) => `${each.host_ip}:${each.port}->${each.container_port}/${each.proto}`).join(', '),
  ]);
  const columns: Column[] = [
    { title: 'ID', kind: 'id' },
    { title: 'NAME' },
    { title: 'IMAGE', kind: 'detail' },
    { title: 'ENGINE' },
    { title: 'STATE', kind: 'state' },
    { title: 'STATUS', kind: 'detail', isOptional: true },
    { title: 'PORTS', kind: 'words' },
  ];
  return { columns, rows };
}

/** Docker's filters, in the words of GET /apiv1/containers; `name` is a part of one, and is compared here. */
interface Filters {
  readonly name?: string;
  readonly state?: string;
  readonly image?: string;
  readonly label?: string;
}

const fields: Readonly<Record<string, (value: string) => Filters>> = {
  name: (name) => ({ name }),
  status: (state) => ({ state }),
  ancestor: (image) => ({ image }),
  label: (label) => ({ label }),
};

/** `--filter`, which may be repeated. */
function filter(text: string, previous: Filters = {}): Filters {
  const [, key = '', value = ''] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (field) return { ...previous, ...field(value) };
  throw new InvalidArgumentError(`It must be KEY=VALUE, with one of these keys: ${Object.keys(fields).join(', ')}.`);
}
