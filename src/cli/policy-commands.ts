import { Command } from 'commander';
import type { NewPolicyBody, Policy, PolicyCheck } from '../api/policy.ts';
import type { ApiClient } from './api-client.ts';
import { readBodyFile } from './body-file.ts';
import { Reported } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { policyList } from './list/policy-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { removeCommand } from './remove-command.ts';

/** `policy`: limits on the options of containers. */
export function policyCommands(api: ApiClient, io: Io): Command {
  const group = new Command('policy')
    .description('manage policies, which limit the options of containers')
    .addHelpText('after', examples('satsuma policy create team -f team.json', 'satsuma policy check team -f web.json'));
  group.addCommand(
    writeCommand(api, io, { verb: 'create', description: 'create a policy from a file with its rules' }),
  );
  group.addCommand(
    writeCommand(api, io, {
      verb: 'update',
      description: 'replace the rules of a policy; running containers are not affected',
    }),
  );
  group.addCommand(checkCommand(api, io));
  withList(group.command('ls'), policyList)
    .description('list the policies')
    .addHelpText('after', examples('satsuma policy ls'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/policies');
      await writeList(io, policyList, { rows: data as Policy[] }, flags);
    });
  group.addCommand(
    inspectCommand(api, io, {
      description: 'show the rules of policies',
      example: 'satsuma policy inspect team',
      argument: ['<policy>'],
      pathOf,
    }),
  );
  group.addCommand(
    removeCommand(api, io, {
      description: 'remove unused policies',
      example: 'satsuma policy rm team',
      pathOf,
    }),
  );
  return group;
}

interface FileFlags extends OutputFlags {
  readonly file: string;
}

function writeCommand(
  api: ApiClient,
  io: Io,
  { verb, description }: { readonly verb: 'create' | 'update'; readonly description: string },
): Command {
  const words = paragraph(
    'The file is JSON or YAML, like {"capabilities": ["NET_ADMIN"], "bind_mounts": ["/srv/team"]}. Everything that a policy does not allow is refused.',
  );
  return withJson(new Command(verb))
    .description(description)
    .argument('<policy>')
    .requiredOption('-f, --file <path>', 'the rules; - is standard input')
    .addHelpText('after', [words, examples(`satsuma policy ${verb} team -f team.json`)].join('\n'))
    .action(async (name: string, { file, ...flags }: FileFlags) => {
      const rules = (await readBodyFile(file)) as NewPolicyBody['rules'];
      const { data } =
        verb === 'create'
          ? await api('POST', 'apiv1/policy', { name, rules } satisfies NewPolicyBody)
          : await api('PUT', pathOf(name), { rules });
      writeResult(io, { data, text: () => line`${name}` }, flags);
    });
}

/** Exit code 1: refused. */
function checkCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('check'))
    .description('check whether a policy allows an image config')
    .argument('<policy>')
    .requiredOption('-f, --file <path>', 'the image config; - is standard input')
    .addHelpText(
      'after',
      [paragraph('Exit code 1: it is refused.'), examples('satsuma policy check team -f web.json')].join('\n'),
    )
    .action(async (name: string, { file, ...flags }: FileFlags) => {
      const { data } = await api('POST', `${pathOf(name)}/check`, await readBodyFile(file));
      const { allowed, violations } = data as PolicyCheck;
      const text = () =>
        allowed
          ? line`the policy ${name} allows it`
          : violations.map(({ rule, path, message }) => line`${rule}: ${path}: ${message}`).join('');
      writeResult(io, { data, text }, flags);
      if (!allowed) throw new Reported(1);
    });
}

function pathOf(name: string): `apiv1/policy/${string}` {
  return `apiv1/policy/${encodeURIComponent(name)}`;
}
