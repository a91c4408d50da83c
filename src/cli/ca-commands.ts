import { Command, InvalidArgumentError } from 'commander';
import { copyLine, hostFolder } from '../ca/copy-line.ts';
import { daemonJson } from '../ca/daemon-json.ts';
import type { ApiClient } from './api-client.ts';
import { addRotate } from './ca-rotate-command.ts';
import { addStatus } from './ca-status-command.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { certificateList } from './list/certificate-list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { repeated } from './placement-options.ts';

/** Certificates are made by a large library, which no other command waits for. */
const authorities = () => import('../ca/authority.ts');

/** `satsuma ca`: the certificates that Satsuma and its engines know each other by. */
export function caCommands(api: ApiClient, io: Io): Command {
  const ca = new Command('ca').description('make the certificates that Satsuma and its engines know each other by');
  // Subcommands take this over, so it comes first.
  ca.configureOutput({ writeOut: (text) => io.stdout(text), writeErr: (text) => io.stderr(text) });
  addInit(ca, io);
  addEngine(ca, io);
  addClient(ca, io);
  addList(ca, io);
  addStatus(command(ca, 'status', 'show who signed what engines and servers show, and what ends when'), api, io);
  addRotate(command(ca, 'rotate', 'replace the authority by another one, step by step'), wholeDays, api, io);
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
  withJson(command(ca, 'init', 'make a certificate authority in a new folder'))
    .option('--name <name>', 'what the authority is called', 'satsuma-ca')
    .addHelpText('after', examples('satsuma ca init', 'satsuma ca init --dir /etc/satsuma/ca --name team-ca'))
    .action(async ({ dir, name, json }: OutputFlags & { readonly dir: string; readonly name: string }) => {
      const { dir: made } = await (await authorities()).createAuthority(dir, { name });
      const text = () => `Made an authority in ${made}. Keep ca-key.pem to yourself: who has it can be any engine.\n`;
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
    .requiredOption('--host <addr>', 'IP address or DNS name the engine is reached at; may be repeated', repeated)
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
        'restart Docker. Where systemd starts it with -H fd://, take that away first (systemctl edit docker):\n' +
        'dockerd takes its hosts from one place only. Later, a renewed certificate gets there with\n\n' +
        `  ${copyLine(files, host[0] ?? name)}\n\n` +
        `${daemonJson(onHost)}\n\n` +
        'For the API of Satsuma itself leave all that out: "tls" in its configuration names cert.pem and key.pem.\n';
      writeResult(io, { data: files, text }, { json });
    });
}

function addClient(ca: Command, io: Io): void {
  issuing(command(ca, 'client <name>', 'issue the certificate that Satsuma reaches engines with'))
    .addHelpText('after', examples('satsuma ca client satsuma', 'satsuma ca client satsuma --days 90 --replace'))
    .action(async (name: string, { dir, json, ...options }: IssueFlags) => {
      const authority = await (await authorities()).openAuthority(dir);
      const files = await authority.issueClient(name, options);
      const settings = { 'ssl-cert': files.cert, 'ssl-key': files.key, 'ca-cert': files.ca };
      // So that the output can be the configuration: `satsuma ca client satsuma > satsuma.json`.
      if (!json) io.stderr(`Issued the certificate of client ${name}. The configuration of Satsuma names it so:\n`);
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
  return ca.command(usage).description(description).option('--dir <dir>', 'folder of the authority', './ca');
}

function issuing(issue: Command): Command {
  return withJson(issue)
    .option('--days <n>', 'how long it is valid (default: 730)', wholeDays)
    .option('--replace', 'renew a certificate that is there, with a new key');
}

function wholeDays(text: string): number {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of days from 1.');
  return Number(text);
}
