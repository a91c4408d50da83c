import { Command } from 'commander';
import type { Job } from '../../api/job.ts';
import type { Service } from '../../api/service.ts';
import { keyOf } from '../../compose/stored.ts';
import type { ApiClient } from '../api-client.ts';
import { examples } from '../help-text.ts';
import type { Io } from '../io.ts';
import { type ComposeRow, composeList } from '../list/compose-list.ts';
import { type ListFlags, withList } from '../list/list-options.ts';
import { writeList } from '../list/write-list.ts';
import { nameOfProject, type ProjectFlags, withProject } from './open-project.ts';
import { readParts } from './read-stored.ts';

/** `compose ps`: the replicas and jobs of the project. */
export function psCommand(api: ApiClient, io: Io): Command {
  return withProject(withList(new Command('ps'), composeList), { short: false })
    .description('list the replicas and jobs of a project')
    .argument('[service...]', 'only these, by their names in the file')
    .addHelpText('after', examples('satsuma compose ps -p shop', 'satsuma compose -f compose.yaml ps web'))
    .action(async (selected: string[], _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ProjectFlags & ListFlags>();
      const project = await nameOfProject(flags);
      const { services, jobs } = await readParts(api, project);
      const rows = [...services.flatMap(replicasOf), ...jobs.map(jobRow)];
      await writeList(
        io,
        composeList,
        { rows: rows.filter(({ service }) => selected.length === 0 || selected.includes(service)) },
        flags,
      );
    });
}

function replicasOf(service: Service): ComposeRow[] {
  const { name, image, status } = service;
  const common = { service: keyOf(service), kind: 'service' as const, image: image.name };
  const there = status.replicas.map(
    (replica): ComposeRow => ({
      ...{
        ...common,
        name: `${name}.${replica.slot}`,
        state: replica.state,
        engine: replica.engine,
        container: replica.container,
      },
      ...(replica.reason !== undefined && { reason: replica.reason }),
      ports: replica.addresses.map(
        ({ host, port, container_port, proto }) => `${host}:${port}->${container_port}/${proto}`,
      ),
    }),
  );
  const waiting = status.waiting
    .filter(({ slot }) => !status.replicas.some((replica) => replica.slot === slot))
    .map(
      ({ slot, message }): ComposeRow => ({
        ...common,
        name: `${name}.${slot}`,
        state: 'waiting',
        reason: message,
        engine: null,
        container: null,
        ports: [],
      }),
    );
  // A service without replicas is listed, too.
  const none = { ...common, name, state: status.state, engine: null, container: null, ports: [] };
  return there.length + waiting.length === 0 ? [none] : [...there, ...waiting];
}

function jobRow(job: Job): ComposeRow {
  const { name, image, status } = job;
  const { last_run: last } = status;
  return {
    ...{ name, service: keyOf(job), kind: 'job', image: image.name, engine: null, container: null, ports: [] },
    state: last?.state ?? status.state,
    ...(last?.reason !== undefined && { reason: last.reason }),
  };
}
