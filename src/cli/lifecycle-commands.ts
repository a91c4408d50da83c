import { Command } from 'commander';
import type { ApiClient } from './api-client.ts';
import { bareName } from './container-commands.ts';
import { decimal } from './engine-commands.ts';
import { forEachName } from './for-each-name.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson } from './output.ts';

interface Container {
  readonly name: string;
  readonly engine: { readonly id: string };
  readonly state: string;
}

interface Flags extends OutputFlags {
  readonly time?: number;
  readonly signal?: string;
}

/** `start`, `stop`, `restart` and `kill`. */
export function lifecycleCommands(api: ApiClient, io: Io): Command[] {
  const command = (name: string, description: string) =>
    withJson(new Command(name))
      .description(description)
      .argument('<container...>', 'ids, beginnings of ids, or names')
      .action((containers: string[], { time: timeout, signal, json }: Flags) =>
        forEachName(io, containers, { json }, async (container) => {
          const path = `apiv1/container/${encodeURIComponent(container)}/${name}`;
          const { data } = await api('POST', path, { timeout, signal });
          const { name: called, engine, state } = data as Container;
          return { data, text: () => line`${bareName(called)} on engine ${engine.id}: ${state}` };
        }),
      );
  const time = ['-t, --time <seconds>', 'how long it may take to stop before it is killed', decimal] as const;
  return [
    command('start', 'start containers that are stopped, if what they hold while they run is free'),
    command('stop', 'stop containers; their names are kept for them, all else is free').option(...time),
    command('restart', 'stop containers if they run, and start them').option(...time),
    command('kill', 'send containers a signal').option('-s, --signal <signal>', 'KILL unless set'),
  ];
}
