import { Command } from 'commander';
import { SatsumaError } from '../model/errors.ts';
import { given } from '../model/given.ts';
import { dockerHub } from '../model/registry.ts';
import type { ApiClient } from './api-client.ts';
import { forEachName } from './for-each-name.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { registryList } from './list/registry-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { promptPassword, readPassword } from './read-password.ts';

/** `registry`: credentials for pulls. */
export function registryCommands(api: ApiClient, io: Io): Command {
  const group = new Command('registry')
    .enablePositionalOptions()
    .description('manage the credentials that engines pull images with')
    .addHelpText('after', examples('satsuma registry login -u ci registry.example.com:5000'));
  group.addCommand(loginCommand(api, io));
  group.addCommand(listCommand(api, io));
  group.addCommand(logoutCommand(api, io));
  return group;
}

export interface LoginFlags extends OutputFlags {
  readonly username: string;
  readonly passwordStdin?: boolean;
  readonly force?: boolean;
}

function loginCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('login'))
    .description('store encrypted credentials for a registry; all engines pull with them')
    .addHelpText(
      'after',
      paragraph(
        'The password is read from a prompt or from standard input; it cannot be given as an option. An engine checks it with the registry.',
      ),
    )
    .addHelpText('after', examples('satsuma registry login -u ci registry.example.com:5000'))
    .argument('[server]', 'host of the registry, and its port', dockerHub)
    .requiredOption('-u, --username <name>', 'the account at the registry')
    .option('--password-stdin', 'read the password from standard input')
    .option('--force', 'store the credentials without checking them')
    .action((server: string, flags: LoginFlags) => logInToRegistry(api, io, server, flags));
}

export async function logInToRegistry(
  api: ApiClient,
  io: Io,
  server: string,
  { username, passwordStdin, force, ...flags }: LoginFlags,
): Promise<void> {
  const isPiped = passwordStdin || io.input?.isTerminal === false;
  const password = await (isPiped ? readPassword(io) : promptPassword(io));
  if (password === '') throw new SatsumaError('invalid', 'the password is empty');
  const body = { server, username, password, ...given({ force }) };
  const { data, warning } = await api('POST', 'apiv1/registry', body);
  const row = data;
  if (warning !== undefined) io.stderr(line`Warning: ${warning}`);
  writeResult(io, { data, text: () => line`logged in to ${row.server} as ${row.username}` }, flags);
}

function listCommand(api: ApiClient, io: Io): Command {
  return withList(new Command('ls'), registryList)
    .description('list the registries with stored credentials')
    .addHelpText('after', examples('satsuma registry ls'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/registries');
      await writeList(io, registryList, { rows: data }, flags);
    });
}

function logoutCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('logout'))
    .description('delete the credentials for registries')
    .addHelpText('after', examples('satsuma registry logout registry.example.com:5000'))
    .argument('[server...]', 'hosts of registries; default: docker.io')
    .action((servers: string[], flags: OutputFlags) =>
      logOutOfRegistries(api, io, servers.length > 0 ? servers : [dockerHub], flags),
    );
}

export async function logOutOfRegistries(
  api: ApiClient,
  io: Io,
  servers: readonly string[],
  flags: OutputFlags,
): Promise<void> {
  await forEachName(io, servers, flags, async (server) => {
    const { data } = await api('DELETE', `apiv1/registry/${encodeURIComponent(server)}`);
    return { data, text: () => line`${data}` };
  });
}
