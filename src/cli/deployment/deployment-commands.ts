import { Command } from 'commander';
import { projectLabel } from '../../application/labels.ts';
import { decimal } from '../../run-options/numbers.ts';
import type { ApiClient } from '../api-client.ts';
import { examples, paragraph } from '../help-text.ts';
import { inspectCommand } from '../inspect-command.ts';
import type { Io } from '../io.ts';
import { deploymentList } from '../list/deployment-list.ts';
import { type ListFlags, withList } from '../list/list-options.ts';
import { writeList } from '../list/write-list.ts';
import { withJson } from '../output.ts';
import { Removing, type RemovingFlags, uniqueNetworks } from '../removing.ts';

interface RemoveFlags extends RemovingFlags {
  readonly volumes?: boolean;
}

const defaultTimeoutSeconds = 300;

/** `deployment`: applications deployed from templates. */
export function deploymentCommands(api: ApiClient, io: Io): Command {
  const group = new Command('deployment')
    .description('manage applications deployed from templates')
    .addHelpText('after', paragraph('"satsuma deploy" creates and changes them.'))
    .addHelpText('after', examples('satsuma deployment ls', 'satsuma deployment rm myapp-staging'));
  withList(group.command('ls'), deploymentList)
    .description('list the services of all deployments')
    .addHelpText('after', examples('satsuma deployment ls', 'satsuma deployment ls --filter deployment=myapp-staging'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/deployments');
      const rows = data.flatMap(({ name: deployment, services }) => {
        // A deployment without services is listed, too.
        const none = { service: '', name: '', image: '', state: 'empty', ready: 0, wanted: 0, held: null };
        return (services.length > 0 ? services : [none]).map((each) => ({ ...each, deployment }));
      });
      await writeList(io, deploymentList, { rows }, flags);
    });
  group.addCommand(
    inspectCommand(api, io, {
      description: 'show deployments as JSON, with their services',
      example: 'satsuma deployment inspect myapp-staging',
      argument: ['<name>'],
      pathOf,
    }),
  );
  withJson(group.command('rm'))
    .description('remove a deployment with its services, jobs, domains, networks and generated secrets')
    .argument('<name>')
    .option('-v, --volumes', 'also remove its volumes and their data')
    .option('--timeout <seconds>', 'maximum time to wait', decimal, defaultTimeoutSeconds)
    .addHelpText(
      'after',
      examples('satsuma deployment rm myapp-staging', 'satsuma deployment rm --volumes myapp-staging'),
    )
    .action(async (name: string, flags: RemoveFlags) => {
      const removing = new Removing(api, io, flags);
      const { secrets } = (await api('GET', pathOf(name))).data;
      const { data } = await api('DELETE', pathOf(name));
      await Promise.all([
        ...data.services.map((each) => removing.part(each, true)),
        ...data.jobs.map((each) => removing.part(each, false)),
      ]);
      const networks = (await api('GET', 'apiv1/networks')).data.filter(({ labels }) => labels[projectLabel] === name);
      await Promise.all(uniqueNetworks(networks).map((network) => removing.network(network)));
      for (const secret of secrets)
        await removing.thing('secret', secret, `apiv1/secret/${encodeURIComponent(secret)}`);
      if (flags.volumes) await removing.volumes(name);
      removing.finish(name);
    });
  return group;
}

function pathOf(name: string): `apiv1/deployment/${string}` {
  return `apiv1/deployment/${encodeURIComponent(name)}`;
}
