import { Command } from 'commander';
import { keyOf } from '../../compose/stored.ts';
import type { ApiClient, ApiStream } from '../api-client.ts';
import { IncompleteOperation } from '../exit-codes.ts';
import { examples } from '../help-text.ts';
import type { Io } from '../io.ts';
import { type LogFlags, logOptions } from '../logs-command.ts';
import { writeColoured } from '../write-coloured-log.ts';
import { writeLog } from '../write-log.ts';
import { nameOfProject, type ProjectFlags, withProject } from './open-project.ts';
import { readParts } from './read-stored.ts';

interface Flags extends ProjectFlags, LogFlags {
  readonly json?: boolean;
}

/** `compose logs`: the logs of all containers of a project, merged by time. */
export function composeLogsCommand(api: ApiClient, stream: ApiStream, io: Io): Command {
  return withProject(logOptions(new Command('logs')), { short: false })
    .description('print the logs of the services and jobs of a project, merged by time')
    .argument('[service...]', 'only these, by their names in the file')
    .option('--json', 'each line as JSON, with its engine, container and stream')
    .addHelpText(
      'after',
      examples('satsuma compose logs -f --tail 20 -p shop', 'satsuma compose -f compose.yaml logs web api'),
    )
    .action(async (selected: string[], _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      const { follow, tail, since, timestamps, raw = false, json } = flags;
      const project = await nameOfProject(flags);
      const { services, jobs } = await readParts(api, project);
      const found = [
        ...services.map((each) => ['service', each] as const),
        ...jobs.map((each) => ['job', each] as const),
      ];
      const chosen = found.filter(([, each]) => selected.length === 0 || selected.includes(keyOf(each)));
      const missing = selected.find((key) => !found.some(([, each]) => keyOf(each) === key));
      if (missing !== undefined) throw new IncompleteOperation(3, `project ${project} has no service ${missing}`);
      if (chosen.length === 0) throw new IncompleteOperation(3, `project ${project} has no services or jobs`);
      const options = Object.entries({ follow, tail, since, timestamps, ...(json && { format: 'json' }) });
      const given = options.flatMap(([key, value]): [string, string][] =>
        value === undefined ? [] : [[key, String(value)]],
      );
      const query = new URLSearchParams([
        ...given,
        ...chosen.map(([kind, { name }]): [string, string] => [kind, name]),
      ]);
      const log = stream(`apiv1/logs?${query}`);
      if (!json && io.terminal?.()?.hasColours) await writeColoured(io, log, { isRaw: raw });
      else await writeLog(io, log, { isRaw: raw });
    });
}
