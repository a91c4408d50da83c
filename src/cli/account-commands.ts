import { Command } from 'commander';
import type { NewPasswordBody } from '../api/account.ts';
import { SatsumaError } from '../model/errors.ts';
import type { ApiClient } from './api-client.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { accountList } from './list/account-list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { promptPassword, readPassword } from './read-password.ts';
import { removeCommand } from './remove-command.ts';
import { type ScopeFlags, scopeIn, withScope } from './scope-options.ts';

interface CreateFlags extends OutputFlags, ScopeFlags {
  readonly role: string;
  readonly passwordStdin?: boolean;
}

/** `account`: users with a password. */
export function accountCommands(api: ApiClient, io: Io): Command {
  const account = new Command('account')
    .description('manage accounts: people who log in with a password')
    .addHelpText('after', examples('satsuma account create ana --role operator', 'satsuma account ls'));
  addCreate(account, api, io);
  withList(account.command('ls'), accountList)
    .description('list the accounts')
    .addHelpText('after', examples('satsuma account ls'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/accounts');
      await writeList(io, accountList, { rows: data }, flags);
    });
  addPassword(account, api, io);
  account.addCommand(
    removeCommand(api, io, {
      description: 'remove accounts and revoke their tokens',
      example: 'satsuma account rm ana',
      pathOf: (name) => `apiv1/account/${encodeURIComponent(name)}`,
    }),
  );
  return account;
}

function addCreate(group: Command, api: ApiClient, io: Io): void {
  withScope(withJson(group.command('create')))
    .description('create an account')
    .argument('<name>', 'its name')
    .requiredOption('--role <name>', 'the role of the account')
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText(
      'after',
      paragraph('The password is read from a prompt or from standard input; it cannot be given as an option.'),
    )
    .addHelpText('after', examples('satsuma account create ana --role operator'))
    .action(async (name: string, { role, passwordStdin, json, ...scope }: CreateFlags) => {
      const password = await accountPassword(io, passwordStdin);
      const { data } = await api('POST', 'apiv1/account', { name, role, password, ...scopeIn(scope) });
      writeResult(io, { data, text: () => line`${name}` }, { json });
    });
}

interface PasswordFlags extends OutputFlags {
  readonly reset?: boolean;
  readonly passwordStdin?: boolean;
}

function addPassword(group: Command, api: ApiClient, io: Io): void {
  withJson(group.command('passwd'))
    .description('change the password of an account')
    .argument('<name>', 'its name')
    .option('--reset', "set another user's password as an admin, without the old one")
    .option(
      '--password-stdin',
      'read from standard input: the old password and the new one, a line each; with --reset the new one',
    )
    .addHelpText('after', examples('satsuma account passwd ana', 'satsuma account passwd ana --reset'))
    .action(async (name: string, flags: PasswordFlags) => {
      const { data } = await api(
        'POST',
        `apiv1/account/${encodeURIComponent(name)}/password`,
        await passwords(io, flags),
      );
      writeResult(io, { data, text: () => line`${name}` }, flags);
    });
}

async function passwords(io: Io, { reset, passwordStdin }: PasswordFlags): Promise<NewPasswordBody> {
  if (!passwordStdin && io.input?.isTerminal !== false) {
    const old = reset ? {} : { old_password: await promptPassword(io, 'Old password') };
    return { ...old, password: given(await promptPassword(io, 'New password')) };
  }
  const [first = '', second = ''] = (await readPassword(io)).split(/\r?\n/);
  return reset ? { password: given(first) } : { old_password: given(first), password: given(second) };
}

function given(password: string): string {
  if (password === '') throw new SatsumaError('invalid', 'the password is empty');
  return password;
}

/** Throws `invalid`. */
export async function accountPassword(io: Io, isFromInput: boolean | undefined): Promise<string> {
  return given(await (isFromInput || io.input?.isTerminal === false ? readPassword(io) : promptPassword(io)));
}
