import { Command } from 'commander';
import type { PortBinding } from '../model/image-config.ts';
import type { ApiClient } from './api-client.ts';
import type { Io } from './io.ts';
import { formatTable } from './table.ts';

interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: { readonly name: string; readonly type: string };
  readonly engine: { readonly id: string };
  readonly state: string;
  readonly ports: readonly Required<PortBinding>[];
}

interface Filter {
  readonly all?: boolean;
  readonly engine?: string;
  readonly label?: string;
  readonly image?: string;
  readonly json?: boolean;
}

/** `ps`, `inspect` and `rm`. */
export function containerCommands(api: ApiClient, io: Io): Command[] {
  const one = (container: string) => `apiv1/container/${encodeURIComponent(container)}`;

  const ps = new Command('ps')
    .description('the containers of every engine')
    .option('-a, --all', 'stopped ones too')
    .option('--engine <id>', 'of one engine')
    .option('--label <label>', 'that asked for this label')
    .option('--image <name>', 'of this image')
    .option('--json', 'as the API answers')
    .action(async ({ json, ...filter }: Filter) => {
      const answer = await api('GET', `apiv1/containers?${query(filter)}`);
      io.stdout(json ? `${JSON.stringify(answer.data)}\n` : containerTable(answer.data as Container[]));
      const missing = (answer.errors ?? []) as readonly { readonly engine: string; readonly message: string }[];
      for (const { engine, message } of missing) io.stderr(`not asked: ${engine}: ${message}\n`);
    });

  const inspect = new Command('inspect')
    .description('one container and why it is where it is, as the API answers')
    .argument('<container>', 'id, the beginning of one, or name')
    .action(async (container: string) => {
      const { data } = await api('GET', one(container));
      io.stdout(`${JSON.stringify(data, undefined, 2)}\n`);
    });

  const rm = new Command('rm')
    .description('kill and remove containers')
    .argument('<container...>', 'ids, beginnings of ids, or names')
    .action(async (containers: string[]) => {
      for (const container of containers) {
        const { data } = await api('DELETE', one(container));
        io.stdout(`${data}\n`);
      }
    });

  return [ps, inspect, rm];
}

function query(filter: Omit<Filter, 'json'>): string {
  const given = Object.entries(filter).map(([key, value]): [string, string] => [key, String(value)]);
  return new URLSearchParams(given).toString();
}

function containerTable(containers: readonly Container[]): string {
  const rows = containers.map(({ id, name, image, engine, state, ports }) => [
    id.slice(0, 12),
    name.replace(/^\//, ''),
    image.name,
    engine.id,
    state,
    ports.map((each) => `${each.host_ip}:${each.port}->${each.container_port}/${each.proto}`).join(', '),
  ]);
  return formatTable([['ID', 'NAME', 'IMAGE', 'ENGINE', 'STATE', 'PORTS'], ...rows]);
}
