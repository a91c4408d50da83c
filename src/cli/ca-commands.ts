import { Command, InvalidArgumentError } from 'commander';
import { copyLine, hostFolder } from '../ca/copy-line.ts';
import { daemonJson } from '../ca/daemon-json.ts';
import { repeated } from '../run-options/placement-options.ts';
import type { ApiClient } from './api-client.ts';
import { addRotate } from './ca-rotate-command.ts';
import { addStatus } from './ca-status-command.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { certificateList } from './list/certificate-list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

/** Loaded on demand: the certificate library is large, and no other command needs it. */
const authorities = () => import('../ca/authority.ts');

/** `satsuma ca`: the certificates between Satsuma and its engines. */
export function caCommands(api: ApiClient, io: Io): Command {
  const ca = new Command('ca').description('manage the certificates between Satsuma and its engines');
  // Subcommands inherit this, so it comes first.
  ca.configureOutput({ writeOut: (text) => io.stdout(text), writeErr: (text) => io.stderr(text) });
  addInit(ca, io);
  addEngine(ca, io);
  addClient(ca, io);
  addList(ca, io);
  addStatus(
    command(ca, 'status', 'show who signed the certificates of engines and servers, and when they expire'),
    api,
    io,
  );
  addRotate(command(ca, 'rotate', 'replace the CA by another one, step by step'), wholeDays, api, io);
  return ca.addHelpText(
    'after',
    examples(
      'satsuma ca init',
      'satsuma ca client satsuma',
      'satsuma ca engine docker-1 --host 10.0.0.5 --host docker-1.example.org',
      'satsuma ca ls',
      'satsuma ca status',
      'satsuma ca rotate',
    ),
  );
}

function addInit(ca: Command, io: Io): void {
  withJson(command(ca, 'init', 'create a certificate authority in a new folder'))
    .option('--name <name>', 'name of the CA', 'satsuma-ca')
    .addHelpText('after', examples('satsuma ca init', 'satsuma ca init --dir /etc/satsuma/ca --name team-ca'))
    .action(async ({ dir, name, json }: OutputFlags & { readonly dir: string; readonly name: string }) => {
      const { dir: made } = await (await authorities()).createAuthority(dir, { name });
      const text = () => `Created a CA in ${made}. Keep ca-key.pem secret: its owner can impersonate any engine.\n`;
      writeResult(io, { data: { dir: made, name }, text }, { json });
    });
}

interface IssueFlags extends OutputFlags {
  readonly dir: string;
  readonly days?: number;
  readonly replace?: boolean;
}

function addEngine(ca: Command, io: Io): void {
  issuing(command(ca, 'engine <name>', 'issue the certificate of an engine'))
    .requiredOption('--host <addr>', 'IP address or DNS name of the engine; may be repeated', repeated)
    .addHelpText(
      'after',
      examples('satsuma ca engine docker-1 --host 10.0.0.5', 'satsuma ca engine docker-1 --host 10.0.0.6 --replace'),
    )
    .action(async (name: string, { dir, host, json, ...options }: IssueFlags & { host: string[] }) => {
      const authority = await (await authorities()).openAuthority(dir);
      const files = await authority.issueEngine(name, host, options);
      const onHost = { ca: `${hostFolder}/ca.pem`, cert: `${hostFolder}/cert.pem`, key: `${hostFolder}/key.pem` };
      const text = () =>
        `Issued the certificate of engine ${name}:\n  ${files.ca}\n  ${files.cert}\n  ${files.key}\n\n` +
        `Copy these three to ${hostFolder} on the host, put the lines below in its /etc/docker/daemon.json and\n` +
        'restart Docker. If systemd starts it with -H fd://, remove that first (systemctl edit docker):\n' +
        'dockerd accepts hosts from one source only. To install a renewed certificate later, run\n\n' +
        `  ${copyLine(files, host[0] ?? name)}\n\n` +
        `${daemonJson(onHost)}\n\n` +
        'For the API of Satsuma itself none of this is needed: name cert.pem and key.pem in "tls" in its configuration.\n';
      writeResult(io, { data: files, text }, { json });
    });
}

function addClient(ca: Command, io: Io): void {
  issuing(command(ca, 'client <name>', 'issue the client certificate with which Satsuma connects to engines'))
    .addHelpText('after', examples('satsuma ca client satsuma', 'satsuma ca client satsuma --days 90 --replace'))
    .action(async (name: string, { dir, json, ...options }: IssueFlags) => {
      const authority = await (await authorities()).openAuthority(dir);
      const files = await authority.issueClient(name, options);
      const settings = { 'ssl-cert': files.cert, 'ssl-key': files.key, 'ca-cert': files.ca };
      // On stderr, so that stdout can be redirected as the configuration: `satsuma ca client satsuma > satsuma.json`.
      if (!json)
        io.stderr(`Issued the certificate of client ${name}. Use it in the configuration of Satsuma like this:\n`);
      writeResult(io, { data: files, text: () => `${JSON.stringify(settings, undefined, 2)}\n` }, { json });
    });
}

function addList(ca: Command, io: Io): void {
  withList(command(ca, 'ls', 'list the certificates that were issued'), certificateList)
    .addHelpText('after', examples('satsuma ca ls', 'satsuma ca ls --dir /etc/satsuma/ca --json'))
    .action(async ({ dir, ...flags }: ListFlags & { readonly dir: string }) => {
      const rows = await (await (await authorities()).openAuthority(dir)).list();
      await writeList(io, certificateList, { rows }, flags);
    });
}

function command(ca: Command, usage: string, description: string): Command {
  return ca.command(usage).description(description).option('--dir <dir>', 'folder of the CA', './ca');
}

function issuing(issue: Command): Command {
  return withJson(issue)
    .option('--days <n>', 'how long it is valid (default: 730)', wholeDays)
    .option('--replace', 'renew an existing certificate, with a new key');
}

function wholeDays(text: string): number {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of days from 1.');
  return Number(text);
}
