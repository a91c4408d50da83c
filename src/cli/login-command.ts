import { Command, Option } from 'commander';
import type { LoginBody } from '../api/account.ts';
import type { Contexts } from '../config/contexts.ts';
import { SatsumaError } from '../model/errors.ts';
import { dockerHub } from '../model/registry.ts';
import { accountPassword } from './account-commands.ts';
import type { ApiClient } from './api-client.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { idTokenOf, type OidcWay } from './oidc-login.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { promptPassword, readPassword } from './read-password.ts';
import { type LoginFlags, logInToRegistry, logOutOfRegistries } from './registry-commands.ts';

interface Flags extends Omit<LoginFlags, 'username'> {
  readonly username?: string;
  readonly account?: string;
  readonly oidc?: OidcWay | true;
  readonly issuer?: string;
  readonly idTokenStdin?: boolean;
}

const words = paragraph(
  'The token is read from a prompt or from standard input; it cannot be given as an option. It is stored with the current context, in a file that only you ' +
    'can read. SATSUMA_TOKEN overrides it. With --username it works like docker login: "satsuma registry login".',
);

/** `login`: stores a token for a server; or, as in docker, logs in to a registry. */
export function loginCommand(api: ApiClient, contexts: Contexts, io: Io): Command {
  return withJson(new Command('login'))
    .description('store a token for the server; with --username, credentials for a registry')
    .argument('[registry]', 'with --username: host of the registry, and its port')
    .option('-u, --username <name>', 'the account at the registry')
    .option('--account <name>', 'log in with the password of an account, which gives a token for a day')
    .option('--password-stdin', 'read the token or the password from standard input')
    .addOption(
      new Option('--oidc [way]', "log in with the server's OpenID Connect provider, by a code or in a local browser")
        .choices(['device', 'browser'])
        .conflicts(['account', 'username', 'idTokenStdin']),
    )
    .option('--issuer <url>', 'with --oidc: the provider, if the server has several')
    .option('--id-token-stdin', "read an ID token of one of the server's providers from standard input, as in a CI job")
    .option('--force', 'with --username: store the credentials without checking them')
    .addHelpText(
      'after',
      [
        words,
        examples(
          ...['satsuma login', 'satsuma login --account ana', 'satsuma login --oidc'],
          'satsuma login --oidc --issuer https://login.example.com/realms/acme',
          'satsuma login -u ci registry.example.com:5000',
        ),
      ].join('\n'),
    )
    .action(async (registry: string | undefined, { username, ...flags }: Flags) => {
      if (username !== undefined) return await logInToRegistry(api, io, registry ?? dockerHub, { username, ...flags });
      if (registry !== undefined) throw new SatsumaError('invalid', 'to log in to a registry, give --username too');
      await logIn(api, contexts, io, flags);
    });
}

/** `logout`: deletes the token; or, as in docker, the credentials for registries. */
export function logoutCommand(api: ApiClient, contexts: Contexts, io: Io): Command {
  return withJson(new Command('logout'))
    .description('delete the stored token, which stays valid; or credentials for registries')
    .argument('[registry...]', 'hosts of registries')
    .addHelpText('after', examples('satsuma logout', 'satsuma logout registry.example.com:5000'))
    .action(async (registries: string[], flags: OutputFlags) => {
      if (registries.length > 0) return await logOutOfRegistries(api, io, registries, flags);
      const context = contexts.keepToken(undefined);
      writeResult(io, { data: { context }, text: () => line`deleted the token of the context ${context}` }, flags);
    });
}

async function logIn(api: ApiClient, contexts: Contexts, io: Io, { json, ...flags }: Flags): Promise<void> {
  const token = await tokenBy(api, io, flags);
  if (token === '') throw new SatsumaError('invalid', 'the token is empty');
  contexts.tryToken(token);
  // Checks the token before storing it.
  const { data } = await api('GET', 'apiv1/can-i?verb=read&noun=cluster');
  const context = contexts.keepToken(token);
  const { who, role } = data;
  const host = contexts.host();
  const result = { context, host, who, role };
  writeResult(io, { data: result, text: () => line`logged in to ${host} as ${who}, with the role ${role}` }, { json });
}

async function tokenBy(
  api: ApiClient,
  io: Io,
  { account, oidc, issuer, idTokenStdin, passwordStdin }: Flags,
): Promise<string> {
  if (account !== undefined) {
    return await exchange(api, { account, password: await accountPassword(io, passwordStdin) });
  }
  if (idTokenStdin) return await exchange(api, { id_token: (await readPassword(io)).trim() });
  if (oidc !== undefined) {
    const { data } = await (issuer === undefined
      ? api('GET', 'apiv1/oidc')
      : api('GET', `apiv1/oidc?issuer=${encodeURIComponent(issuer)}`));
    const way = oidc === true ? 'device' : oidc;
    return await exchange(api, { id_token: await idTokenOf(data, way, io) });
  }
  const isPiped = passwordStdin || io.input?.isTerminal === false;
  return (await (isPiped ? readPassword(io) : promptPassword(io, 'Token'))).trim();
}

async function exchange(api: ApiClient, body: LoginBody): Promise<string> {
  return (await api('POST', 'apiv1/login', body)).data.token;
}
