import { Command } from 'commander';
import { nouns, verbs } from '../model/access.ts';
import type { ApiClient } from './api-client.ts';
import { Reported } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { scopeText } from './scope-options.ts';

const words = paragraph(`Exit code 1: no. Verbs are ${verbs.join(', ')}. Nouns are ${nouns.join(', ')}.`);

/** `can-i`: checks a permission without trying. */
export function canICommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('can-i'))
    .description('check whether you have a permission')
    .argument('<verb>')
    .argument('<noun>')
    .option('--project <name>', 'in that project')
    .addHelpText(
      'after',
      [words, examples('satsuma can-i exec container', 'satsuma can-i create service --project shop')].join('\n'),
    )
    .action(async (verb: string, noun: string, { project, ...flags }: OutputFlags & { readonly project?: string }) => {
      const query = new URLSearchParams({ verb, noun, ...(project !== undefined && { project }) });
      const { data } = await api('GET', `apiv1/can-i?${query}`);
      const { allowed, who, role } = data;
      const narrowed = scopeText(data) === '' ? '' : `, narrowed to ${scopeText(data)}`;
      const text = () => line`${allowed ? 'yes' : 'no'}: ${who} has the role ${role}${narrowed}`;
      writeResult(io, { data, text }, flags);
      if (!allowed) throw new Reported(1);
    });
}
