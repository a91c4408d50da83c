import { Command } from 'commander';
import { removalOrder } from '../../compose/removal.ts';
import { decimal } from '../../run-options/numbers.ts';
import type { ApiClient } from '../api-client.ts';
import { examples } from '../help-text.ts';
import type { Io } from '../io.ts';
import { line } from '../line.ts';
import { type OutputFlags, withJson } from '../output.ts';
import { Removing, uniqueNetworks } from '../removing.ts';
import { findProject, type ProjectFlags, withProject } from './open-project.ts';
import { readProject } from './read-stored.ts';

interface Flags extends ProjectFlags, OutputFlags {
  readonly volumes?: boolean;
  readonly timeout: number;
}

/** For example, an engine may briefly report network members that are gone. */
const defaultTimeoutSeconds = 300;

/** `compose down`: removes everything with the project's label. The files only provide the order. */
export function downCommand(api: ApiClient, io: Io): Command {
  const down = withJson(withProject(new Command('down')))
    .description('remove the services, jobs, networks and secrets of a project')
    .option('-v, --volumes', 'also remove its volumes and their data')
    .option('--timeout <seconds>', 'maximum time to wait', decimal, defaultTimeoutSeconds)
    .addHelpText('after', examples('satsuma compose down -p shop', 'satsuma compose down -f compose.yaml --volumes'));
  return down.action(async (_: Flags, command: Command) => {
    const flags = command.optsWithGlobals<Flags>();
    const { name: project, opened, problem } = await findProject(flags);
    if (problem !== undefined)
      io.stderr(line`Warning: everything is removed at once, because the order is not known: ${problem}`);
    const removing = new Removing(api, io, flags);
    const { services, jobs, networks, secrets } = await readProject(api, project);
    for (const level of removalOrder([...services, ...jobs], opened?.model)) {
      await Promise.all(
        level.map(({ name }) =>
          removing.part(
            name,
            services.some((each) => each.name === name),
          ),
        ),
      );
    }
    await Promise.all(uniqueNetworks(networks).map((network) => removing.network(network)));
    for (const { name } of secrets) await removing.secret(name);
    if (flags.volumes) await removing.volumes(project);
    removing.finish(project);
  });
}
