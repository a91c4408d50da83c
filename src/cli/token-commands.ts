import { Command } from 'commander';
import { SatsumaError } from '../model/errors.ts';
import type { ApiClient } from './api-client.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { tokenList } from './list/token-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { removeCommand } from './remove-command.ts';
import { type ScopeFlags, scopeIn, withScope } from './scope-options.ts';

interface CreateFlags extends OutputFlags, ScopeFlags {
  readonly role: string;
  readonly expiresIn: number | 'never';
}

/** `token`: credentials for API clients. */
export function tokenCommands(api: ApiClient, io: Io): Command {
  const token = new Command('token')
    .description('manage tokens, which authenticate API clients')
    .addHelpText('after', examples('satsuma token create ci --role operator', 'satsuma token ls'));
  addCreate(token, api, io);
  withList(token.command('ls'), tokenList)
    .description('list the tokens, without their secrets')
    .addHelpText('after', examples('satsuma token ls', 'satsuma token ls --filter state=expired'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/tokens');
      await writeList(io, tokenList, { rows: data }, flags);
    });
  token.addCommand(
    removeCommand(api, io, {
      description: 'revoke tokens on all servers at once, and close their sessions',
      example: 'satsuma token rm ci',
      pathOf: (name) => `apiv1/token/${encodeURIComponent(name)}`,
    }),
  );
  return token;
}

function addCreate(group: Command, api: ApiClient, io: Io): void {
  const words = paragraph(
    'Only the token is printed on standard output; it cannot be shown again. Roles are admin, operator, viewer, and those of ' +
      '"satsuma role ls". You cannot grant more permissions than you have.',
  );
  withScope(withJson(group.command('create')))
    .description('make a token')
    .argument('<name>', 'its name')
    .requiredOption('--role <name>', 'the role of the token')
    .option('--expires-in <duration>', 'like 12h or 30d; or never', expiry, 90 * 86_400)
    .addHelpText('after', [words, examples('satsuma token create ci --role operator --expires-in 30d')].join('\n'))
    .action(async (name: string, { role, expiresIn, json, ...scope }: CreateFlags) => {
      const body = { name, role, expires_in: expiresIn, ...scopeIn(scope) };
      const { data } = await api('POST', 'apiv1/token', body);
      const { token, expires_at } = data;
      writeResult(io, { data, text: () => line`${token}` }, { json });
      const end = expires_at === null ? 'does not expire' : `expires at ${expires_at}`;
      if (!json) io.stderr(line`Token ${name} with the role ${role} ${end}. It is not shown again.`);
    });
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** In seconds. */
function expiry(text: string): number | 'never' {
  if (text === 'never') return text;
  const [, count = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 0);
  if (seconds > 0) return seconds;
  throw new SatsumaError('invalid', '--expires-in must be a duration like 12h or 30d, or never');
}
