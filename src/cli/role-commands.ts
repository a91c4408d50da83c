import { Command } from 'commander';
import { nouns, type RoleRule, verbs } from '../model/access.ts';
import { SatsumaError } from '../model/errors.ts';
import { given } from '../model/given.ts';
import type { ApiClient } from './api-client.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { roleList } from './list/role-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { removeCommand } from './remove-command.ts';
import { type ScopeFlags, scopeIn, withScope } from './scope-options.ts';

interface CreateFlags extends OutputFlags, ScopeFlags {
  readonly allow: readonly RoleRule[];
  readonly policy?: string;
}

/** `role`: named sets of permissions. */
export function roleCommands(api: ApiClient, io: Io): Command {
  const role = new Command('role')
    .description('manage roles, which are sets of permissions')
    .addHelpText('after', examples('satsuma role create deployer --allow read:* --allow create,update:service'));
  addCreate(role, api, io);
  withList(role.command('ls'), roleList)
    .description('list the roles and what they allow')
    .addHelpText('after', examples('satsuma role ls'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/roles');
      await writeList(io, roleList, { rows: data }, flags);
    });
  role.addCommand(
    removeCommand(api, io, {
      description: 'remove unused roles',
      example: 'satsuma role rm deployer',
      pathOf: (name) => `apiv1/role/${encodeURIComponent(name)}`,
    }),
  );
  return role;
}

function addCreate(group: Command, api: ApiClient, io: Io): void {
  const words = paragraph(
    `Verbs are ${verbs.join(', ')}. Nouns are ${nouns.join(', ')}. * is all of them. Reading shows no values of environments: that is ` +
      'reveal. A role cannot be changed: create another one for new tokens.',
  );
  withScope(withJson(group.command('create')))
    .description('make a role')
    .argument('<name>', 'its name')
    .requiredOption('--allow <VERBS:NOUNS>', 'what it allows, like read,logs:container,service; may be repeated', allow)
    .option('--policy <name>', 'the policy for its containers')
    .addHelpText(
      'after',
      [words, examples('satsuma role create deployer --allow read:* --allow update:service')].join('\n'),
    )
    .action(async (name: string, { allow: rules, policy, json, ...scope }: CreateFlags) => {
      const body = { name, rules, ...given({ policy }), ...scopeIn(scope) };
      const { data } = await api('POST', 'apiv1/role', body);
      writeResult(io, { data, text: () => line`${name}` }, { json });
    });
}

function allow(text: string, before: readonly RoleRule[] = []): readonly RoleRule[] {
  const [some = '', on = '', ...rest] = text.split(':');
  if (some === '' || on === '' || rest.length > 0) {
    throw new SatsumaError('invalid', '--allow must be VERBS:NOUNS, like read,logs:container');
  }
  // The server validates the words.
  return [...before, { verbs: some.split(','), nouns: on.split(',') } as RoleRule];
}
