import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import type { ApiClient } from './api-client.ts';
import { readGivenFile } from './body-file.ts';
import { type EventFilters, eventFilter } from './event-filter.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { webhookList } from './list/webhook-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { removeCommand } from './remove-command.ts';

interface CreateFlags extends OutputFlags {
  readonly filter?: EventFilters;
  readonly secretFile?: string;
}

/** `webhook`: URLs that receive events. */
export function webhookCommands(api: ApiClient, io: Io): Command {
  const webhook = new Command('webhook')
    .description('manage webhooks, which send events to URLs')
    .addHelpText(
      'after',
      examples('satsuma webhook create alerts https://hooks.example.org/satsuma', 'satsuma webhook ls'),
    );
  addCreate(webhook, api, io);
  withList(webhook.command('ls'), webhookList)
    .description('list the webhooks and the state of their deliveries')
    .addHelpText('after', examples('satsuma webhook ls', 'satsuma webhook ls --filter state=failing'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/webhooks');
      await writeList(io, webhookList, { rows: data }, flags);
    });
  webhook.addCommand(
    inspectCommand(api, io, {
      description: 'show a webhook as JSON, without its secret',
      example: 'satsuma webhook inspect alerts',
      argument: ['<name>'],
      pathOf: webhookPath,
    }),
  );
  addTest(webhook, api, io);
  webhook.addCommand(
    removeCommand(api, io, {
      description: 'remove webhooks',
      example: 'satsuma webhook rm alerts',
      pathOf: webhookPath,
    }),
  );
  return webhook;
}

function addCreate(group: Command, api: ApiClient, io: Io): void {
  const secret = paragraph(
    'Deliveries carry X-Satsuma-Signature: sha256= and the HMAC of the body with the secret. Without --secret-file a secret is ' +
      'generated and printed on standard error, once.',
  );
  withJson(group.command('create'))
    .description('send events to a URL from now on')
    .argument('<name>', 'its name')
    .argument('<url>', 'https://host/path')
    .option('-f, --filter <KEY=VALUE>', 'as for "satsuma events"; may be repeated', eventFilter)
    .option('--secret-file <file>', 'the secret is the first line of this file; - is standard input')
    .addHelpText(
      'after',
      [
        secret,
        examples('satsuma webhook create alerts https://hooks.example.org/satsuma -f kind=container -f action=die'),
      ].join('\n'),
    )
    .action(async (name: string, url: string, { filter: filters = [], secretFile, json }: CreateFlags) => {
      const given = secretFile === undefined ? undefined : await firstLine(secretFile);
      const made = randomBytes(24).toString('base64url');
      const filter: Record<string, string[]> = {};
      for (const [key, value] of filters) filter[key] = [...(filter[key] ?? []), value];
      const { data } = await api('POST', 'apiv1/webhook', { name, url, filter, secret: given ?? made });
      writeResult(io, { data, text: () => line`${name}` }, { json });
      if (given === undefined) io.stderr(line`The secret of webhook ${name} is ${made}: it is not shown again.`);
    });
}

function addTest(group: Command, api: ApiClient, io: Io): void {
  withJson(group.command('test'))
    .description('send an event "webhook.test" now, and show the result')
    .argument('<name>')
    .addHelpText('after', examples('satsuma webhook test alerts'))
    .action(async (name: string, flags: OutputFlags) => {
      const { data } = await api('POST', `${webhookPath(name)}/test`);
      const { delivered, status, duration_ms, error } = data;
      const text = () => (delivered ? line`${name}: HTTP ${status} after ${duration_ms} ms` : []);
      writeResult(io, { data, text }, flags);
      if (!delivered) throw new IncompleteOperation(1, `webhook ${name} did not accept the event: ${error}`);
    });
}

async function firstLine(file: string): Promise<string> {
  const [line = ''] = (await readGivenFile(file)).split(/\r?\n/);
  return line;
}

function webhookPath(name: string): `apiv1/webhook/${string}` {
  return `apiv1/webhook/${encodeURIComponent(name)}`;
}
