import { Command } from 'commander';
import { given } from '../model/given.ts';
import type { ApiClient } from './api-client.ts';
import { readGivenBytes } from './body-file.ts';
import { examples, paragraph } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { secretList } from './list/secret-list.ts';
import { secretVersionList } from './list/secret-version-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { removeCommand } from './remove-command.ts';

/** `secret`: files for containers whose values are never shown. */
export function secretCommands(api: ApiClient, io: Io): Command {
  const group = new Command('secret')
    .description('manage secrets, which containers get as files')
    .addHelpText(
      'after',
      examples('satsuma secret create --from-file db.txt db', 'satsuma run --secret db busybox top'),
    );
  group.addCommand(createCommand(api, io));
  group.addCommand(updateCommand(api, io));
  withList(group.command('ls'), secretList)
    .description('list the secrets, without their values')
    .addHelpText('after', examples('satsuma secret ls'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/secrets');
      await writeList(io, secretList, { rows: data }, flags);
    });
  group.addCommand(
    inspectCommand(api, io, {
      description: 'show secrets as JSON, with their versions and users, without values',
      example: 'satsuma secret inspect db',
      argument: ['<name>'],
      pathOf,
    }),
  );
  withList(group.command('versions'), secretVersionList)
    .description('list the versions of a secret, without their values')
    .argument('<name>')
    .addHelpText('after', examples('satsuma secret versions db'))
    .action(async (name: string, flags: ListFlags) => {
      const { data } = await api('GET', pathOf(name));
      await writeList(io, secretVersionList, { rows: data.versions }, flags);
    });
  group.addCommand(
    removeCommand(api, io, {
      description: 'remove unused secrets, with all their versions',
      example: 'satsuma secret rm db',
      pathOf,
    }),
  );
  return group;
}

interface ValueFlags extends OutputFlags {
  readonly fromFile: string;
  readonly project?: string;
}

const fileOption = ['--from-file <file>', 'the file with the value; - is standard input'] as const;

function createCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('create'))
    .description('create an encrypted secret')
    .argument('<name>')
    .requiredOption(...fileOption)
    .option('--project <name>', 'project that owns it; default: "default"')
    .addHelpText(
      'after',
      paragraph('The value is read from a file or from standard input; it cannot be given as an option.'),
    )
    .addHelpText('after', examples('satsuma secret create --from-file db.txt db'))
    .action(async (name: string, { fromFile, project, ...flags }: ValueFlags) => {
      const bytes = await readGivenBytes(fromFile);
      const body = { name, value_base64: bytes.toString('base64'), ...given({ project }) };
      const { data } = await api('POST', 'apiv1/secret', body);
      writeResult(io, { data, text: () => line`${data.name}` }, flags);
    });
}

function updateCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('update'))
    .description('change the value of a secret, and replace the replicas that use it')
    .argument('<name>')
    .requiredOption(...fileOption)
    .addHelpText('after', examples('satsuma secret update --from-file db.txt db'))
    .action(async (name: string, { fromFile, ...flags }: ValueFlags) => {
      const body = { value_base64: (await readGivenBytes(fromFile)).toString('base64') };
      const { data } = await api('PUT', pathOf(name), body);
      const { version, services } = data;
      const text = () => [
        line`secret ${name} has version ${version}`,
        ...services.map((service) => line`service ${service} replaces its replicas`),
      ];
      writeResult(io, { data, text: () => text().join('') }, flags);
    });
}

function pathOf(name: string): `apiv1/secret/${string}` {
  return `apiv1/secret/${encodeURIComponent(name)}`;
}
