import { Command } from 'commander';
import { given } from '../model/given.ts';
import { pair } from '../run-options/option-values.ts';
import { repeated } from '../run-options/placement-options.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { type EngineFlag, engineOption, onePath, pathOfThing, pruneCommand, writeErrors } from './engine-things.ts';
import { forEachName } from './for-each-name.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { networkList } from './list/network-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withDocumentJson, withJson, writeDocument, writeResult } from './output.ts';

interface CreateFlags extends OutputFlags {
  readonly engine?: string;
  readonly encrypted?: boolean;
  readonly driver?: string;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly ipv6?: boolean;
  readonly subnet?: string;
  readonly gateway?: string;
  readonly ipRange?: string;
  readonly opt?: Record<string, string>;
  readonly label?: Record<string, string>;
}

/** `network`: networks of the engines. */
export function networkCommands(api: ApiClient, io: Io): Command {
  const network = new Command('network')
    .description('manage the networks of the engines')
    .addHelpText('after', examples('satsuma network create front', 'satsuma network ls'));

  withList(network.command('ls'), networkList)
    .description('list the networks of all engines')
    .addHelpText('after', examples('satsuma network ls', 'satsuma network ls --filter engine=web-1'))
    .action(async (flags: ListFlags) => {
      const { data, errors } = await api('GET', 'apiv1/networks');
      await writeList(io, networkList, { rows: data }, flags);
      writeErrors(io, errors);
    });

  withJson(network.command('create'))
    .description('create a network across the engines of the mesh, or on one engine')
    .argument('<name>')
    .option('--engine <id>', 'only on this engine')
    .option('-d, --driver <driver>', 'its driver; default: bridge on one engine, overlay across the mesh')
    .option('--encrypted', 'encrypt traffic between engines')
    .option('--internal', 'without external access')
    .option('--attachable', 'standalone containers may join a Swarm mode network')
    .option('--ipv6', 'with IPv6')
    .option('--subnet <subnet>', 'like 10.5.0.0/16')
    .option('--gateway <address>', 'in the subnet')
    .option('--ip-range <subnet>', 'range of container addresses')
    .option('-o, --opt <NAME=VALUE>', 'an option of the driver; may be repeated', pair)
    .option('--label <NAME=VALUE>', 'a label of the network; may be repeated', pair)
    .addHelpText(
      'after',
      examples('satsuma network create front', 'satsuma network create --engine web-1 --subnet 10.5.0.0/16 back'),
    )
    .action(async (name: string, flags: CreateFlags) => {
      const { engine: scope, ipRange: ip_range, opt, label: labels, encrypted, json, ...rest } = flags;
      const options = encrypted ? { ...opt, encrypted: '' } : opt;
      const { data } = await api('POST', 'apiv1/network', given({ name, scope, ip_range, options, labels, ...rest }));
      writeResult(io, { data, text: () => line`${data.id}` }, { json });
    });

  withDocumentJson(network.command('inspect'))
    .description('show a network as JSON, with its running containers')
    .argument('<name>')
    .option(...engineOption)
    .addHelpText('after', examples('satsuma network inspect front', 'satsuma network inspect --engine web-1 bridge'))
    .action(async (name: string, flags: OutputFlags & EngineFlag) => {
      writeDocument(io, (await api('GET', await pathOfThing(api, 'network', name, flags))).data, flags);
    });

  withJson(network.command('rm'))
    .description('remove networks')
    .argument('<name...>')
    .option(...engineOption)
    .addHelpText('after', examples('satsuma network rm front'))
    .action((names: string[], flags: OutputFlags & EngineFlag) =>
      forEachName(io, names, flags, async (name) => {
        const { data } = await api('DELETE', await pathOfThing(api, 'network', name, flags));
        return { data, text: () => line`${name}` };
      }),
    );

  pruneCommand(network, api, io, 'network').addHelpText('after', examples('satsuma network prune --dry-run'));
  for (const command of memberCommands(api, io)) network.addCommand(command);
  return network;
}

interface ConnectFlags extends OutputFlags, EngineFlag {
  readonly alias?: string[];
  readonly ip?: string;
  readonly ip6?: string;
  readonly force?: boolean;
}

/** `connect` and `disconnect`: on the container's engine. */
function memberCommands(api: ApiClient, io: Io): Command[] {
  const pathTo = async (network: string, container: string, { force, engine }: ConnectFlags) => {
    try {
      const { data } = await api('GET', `apiv1/container/${encodeURIComponent(container)}`);
      return onePath('network', (data as { readonly engine: { readonly id: string } }).engine.id, network);
    } catch (error) {
      // The engine may still have an endpoint of a container that is gone.
      if (!force || !(error instanceof ApiError) || error.status !== 404) throw error;
      return await pathOfThing(api, 'network', network, given({ engine }));
    }
  };
  const command = (name: string, description: string, example: string) =>
    withJson(new Command(name))
      .description(description)
      .argument('<network>', 'a network of the engine of the container')
      .argument('<container>', 'an id, a prefix of one, or a name')
      .addHelpText('after', examples(example));
  const connect = command('connect', 'connect a container to a network', 'satsuma network connect --alias db front web')
    .option('--alias <name>', 'a name of the container in the network; may be repeated', repeated)
    .option('--ip <address>', 'its IPv4 address')
    .option('--ip6 <address>', 'its IPv6 address')
    .action(async (network: string, container: string, { json, alias, ip, ip6 }: ConnectFlags) => {
      const path = await pathTo(network, container, {});
      const body = { container, ...given({ aliases: alias, ip, ip6 }) };
      const { data } = await api('POST', `${path}/connect`, body);
      writeResult(io, { data, text: () => line`${container} is in network ${network}` }, { json });
    });
  const disconnect = command(
    'disconnect',
    'disconnect a container from a network',
    'satsuma network disconnect front web',
  )
    .option('-f, --force', 'also remove the endpoint of a container that is gone')
    .option('--engine <id>', 'with --force: the engine of the network, if several have one of that name')
    .action(async (network: string, container: string, { json, ...flags }: ConnectFlags) => {
      const path = await pathTo(network, container, flags);
      const { data } = await api('POST', `${path}/disconnect`, { container, ...given({ force: flags.force }) });
      writeResult(io, { data, text: () => line`${container} is not in network ${network} any more` }, { json });
    });
  return [connect, disconnect];
}
