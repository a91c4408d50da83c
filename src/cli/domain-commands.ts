import { Command, Option } from 'commander';
import type { Domain } from '../api/domain.ts';
import {
  type DomainAuth,
  type DomainHeaders,
  type DomainTls,
  domainAuthSchemes,
  domainTlsModes,
} from '../model/domain.ts';
import { SatsumaError } from '../model/errors.ts';
import { given } from '../model/given.ts';
import { repeated } from '../run-options/placement-options.ts';
import type { ApiClient } from './api-client.ts';
import { readGivenFile } from './body-file.ts';
import { forEachName } from './for-each-name.ts';
import { examples, paragraph } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { domainList, domainRows } from './list/domain-list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

interface AddFlags extends OutputFlags {
  readonly path?: string;
  readonly tls?: DomainTls;
  readonly certificate?: string;
  readonly key?: string;
  readonly users?: string | false;
  readonly auth?: DomainAuth;
  readonly redirect?: string;
  readonly temporary?: boolean;
  readonly keepPath?: boolean;
  readonly project?: string;
  readonly header?: readonly string[];
  readonly headerRm?: readonly string[];
  readonly requestHeader?: readonly string[];
  readonly requestHeaderRm?: readonly string[];
  readonly headers?: false;
}

/** `domain`: the domains that routers serve. */
export function domainCommands(api: ApiClient, io: Io): Command {
  const domain = new Command('domain')
    .description('have domains lead to services, through routers')
    .addHelpText('after', examples('satsuma domain add shop.example.org web', 'satsuma domain ls'));
  addAdd(domain, api, io);
  withList(domain.command('ls'), domainList)
    .description('list the domains, and where each leads')
    .addHelpText('after', examples('satsuma domain ls', 'satsuma domain ls --filter service=web'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/domains');
      await writeList(io, domainList, { rows: domainRows(data) }, flags);
    });
  domain.addCommand(
    inspectCommand(api, io, {
      description: 'show a domain as JSON',
      example: 'satsuma domain inspect shop.example.org',
      argument: ['<name>'],
      pathOf: domainPath,
    }),
  );
  withJson(domain.command('rm'))
    .description('have domains lead nowhere')
    .argument('<name...>')
    .option('--path <path>', 'only this path of them')
    .addHelpText('after', examples('satsuma domain rm shop.example.org'))
    .action((names: string[], { json, path }: OutputFlags & { readonly path?: string }) =>
      forEachName(io, names, { json }, async (name) => {
        const query = path === undefined ? '' : `?path=${encodeURIComponent(path)}`;
        const { data } = await api('DELETE', `${domainPath(name)}${query}`);
        return { data, text: () => line`${data}` };
      }),
    );
  return domain;
}

function addAdd(group: Command, api: ApiClient, io: Io): void {
  const words = paragraph(
    'Routers ("satsuma router up") serve it, and look up where replicas are: they come and go without a change to any router. ' +
      'The same domain may be added again, with a path: the longest path counts.',
  );
  withJson(group.command('add'))
    .description('have a domain lead to a service, or a path of it')
    .argument('<name>', 'a host name, like shop.example.org or *.example.org')
    .argument('[service[:port]]', 'a service, and a port of its container where it publishes several')
    .option('--path <path>', 'only requests whose path begins with it, like /api')
    .addOption(
      new Option('--tls <mode>', 'where its certificate comes from; automatic unless set').choices(domainTlsModes),
    )
    .option('--certificate <file>', 'its certificate as PEM, with those of who signed it; renewed by saying it again')
    .option('--key <file>', 'the private key of the certificate as PEM; - is standard input')
    .option('--users <file>', 'visitors need a password: a line NAME:PASSWORD for each; - is standard input')
    .option('--no-users', 'visitors need no password any more')
    .addOption(new Option('--auth <scheme>', 'how they show it; digest unless set').choices(domainAuthSchemes))
    .option('--redirect <url>', 'send visitors on to a URL, in place of a service')
    .option('--temporary', 'of a redirect: not for good')
    .option('--keep-path', 'of a redirect: append to the URL what was asked for')
    .option('--project <name>', 'of a redirect: what it belongs to')
    .option(
      '--header <header>',
      '"NAME: VALUE" of all answers; may be repeated, and replaces what was said before',
      repeated,
    )
    .option('--header-rm <name>', 'a header that answers do not have; may be repeated', repeated)
    .option('--request-header <header>', '"NAME: VALUE" of all requests to services; may be repeated', repeated)
    .option('--request-header-rm <name>', 'a header that requests to services do not have; may be repeated', repeated)
    .option('--no-headers', 'leave all headers as they are')
    .addHelpText(
      'after',
      [
        words,
        examples(
          'satsuma domain add shop.example.org web',
          'satsuma domain add --path /api shop.example.org api:8080',
          'satsuma domain add --certificate fullchain.pem --key privkey.pem "*.example.org" web',
        ),
      ].join('\n'),
    )
    .action(async (name: string, target: string | undefined, flags: AddFlags) => {
      const { json, path, tls, users: file, auth, redirect, temporary, keepPath, project } = flags;
      if ((target === undefined) === (redirect === undefined))
        throw new SatsumaError('invalid', 'say where it leads: SERVICE or SERVICE:PORT, or --redirect URL');
      const { service, port } = target === undefined ? { service: undefined, port: undefined } : targetIn(target);
      const sentOn = given({ redirect, permanent: temporary ? false : undefined, keep_path: keepPath, project });
      const users = file === false ? null : typeof file === 'string' ? usersIn(await readGivenFile(file)) : undefined;
      if ((flags.certificate === undefined) !== (flags.key === undefined))
        throw new SatsumaError('invalid', 'a certificate has a key: say both --certificate FILE and --key FILE');
      const certificate = flags.certificate === undefined ? undefined : await readGivenFile(flags.certificate);
      const key = flags.key === undefined ? undefined : await readGivenFile(flags.key);
      const { data } = await api('POST', 'apiv1/domain', {
        ...given({ name, service, port, path, tls, certificate, key, users, auth, headers: headersIn(flags) }),
        ...sentOn,
      } as never);
      writeResult(io, { data, text: () => ruleLines(data) }, { json });
    });
}

function ruleLines({ name, rules, redirects = [], certificate }: Domain): string[] {
  return [
    ...rules.map(({ path, service, port }) => line`${name}${path} leads to ${service}:${port}`),
    ...redirects.map(({ path, to }) => line`${name}${path} is sent on to ${to}`),
    ...(certificate ? [line`its certificate is valid until ${certificate.expires_at}`] : []),
  ];
}

/** Undefined: not given; null: no header is changed. Throws `invalid`. */
function headersIn(flags: AddFlags): DomainHeaders | null | undefined {
  const changes = (set: readonly string[] = [], remove: readonly string[] = []) => ({
    ...(set.length > 0 && { set: Object.fromEntries(set.map(headerIn)) }),
    ...(remove.length > 0 && { remove }),
  });
  const response = changes(flags.header, flags.headerRm);
  const request = changes(flags.requestHeader, flags.requestHeaderRm);
  const message = {
    ...(Object.keys(request).length > 0 && { request }),
    ...(Object.keys(response).length > 0 && { response }),
  };
  if (Object.keys(message).length > 0) return message;
  return flags.headers === false ? null : undefined;
}

/** Throws `invalid`. */
function headerIn(text: string): readonly [string, string] {
  const [, name, value = ''] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined) throw new SatsumaError('invalid', `"${text}" must be "NAME: VALUE"`);
  return [name, value];
}

/** Throws `invalid`, without quoting a password. */
function usersIn(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).filter((each) => each !== '' && !each.startsWith('#'));
  const pairs = lines.map((each, index) => {
    const at = each.indexOf(':');
    if (at > 0) return [each.slice(0, at), each.slice(at + 1)] as const;
    throw new SatsumaError('invalid', `line ${index + 1} of the users must be NAME:PASSWORD`);
  });
  if (pairs.length === 0) throw new SatsumaError('invalid', 'there are no users: --no-users lets everybody in');
  return Object.fromEntries(pairs);
}

/** Throws `invalid`. */
function targetIn(text: string): { readonly service: string; readonly port?: number } {
  const [, service = '', digits] = /^([^:]+)(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  if (service === '') throw new SatsumaError('invalid', `"${text}" must be SERVICE or SERVICE:PORT`);
  return digits === undefined ? { service } : { service, port: Number(digits) };
}

function domainPath(name: string): `apiv1/domain/${string}` {
  return `apiv1/domain/${encodeURIComponent(name)}`;
}
