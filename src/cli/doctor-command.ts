import { Command } from 'commander';
import type { Diagnosis } from '../api/doctor.ts';
import type { Contexts } from '../config/contexts.ts';
import { type Finding, findingStatuses } from '../model/finding.ts';
import { version } from '../runtime/package-root.ts';
import { type ApiClient, ApiError, ServerAwayError } from './api-client.ts';
import { Reported } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { findingList } from './list/finding-list.ts';
import { isDocument, type ListFlags, withList } from './list/list-options.ts';
import { writeList } from './list/write-list.ts';

/** Clock skew causes no wrong decisions, but confuses displayed times. */
const tolerableSkewMs = 5_000;

interface Flags extends ListFlags {
  readonly all?: boolean;
}

const words = paragraph(
  'It checks the server and its settings, the store, certificates, clocks, versions, and every engine. Exit code 1: there ' +
    'is a problem. Warnings do not count: they are about possible later problems.',
);

/** `doctor`: problems and their remedies. */
export function doctorCommand(api: ApiClient, contexts: Contexts, io: Io): Command {
  return withList(new Command('doctor'), findingList)
    .description('find problems of the cluster, and show their remedies')
    .option('-a, --all', 'also show checks without problems')
    .addHelpText('after', [words, examples('satsuma doctor', 'satsuma doctor --all --filter check=engine')].join('\n'))
    .action(async ({ all, ...flags }: Flags) => {
      const { server, findings } = await examine(api, contexts);
      const sorted = findingStatuses.toReversed().flatMap((each) => findings.filter(({ status }) => status === each));
      const isWhole = all || isDocument(flags) || flags.filter !== undefined;
      const rows = isWhole ? sorted : sorted.filter(({ status }) => status !== 'ok');
      const isPlain = flags.format === undefined && !flags.quiet && flags.output === undefined && !flags.json;
      // Prints no table without rows.
      if (rows.length > 0 || !isPlain)
        await writeList(io, findingList, { rows, data: { server, findings: sorted } }, flags);
      if (isPlain) io.stdout(summary(findings));
      if (findings.some(({ status }) => status === 'problem')) throw new Reported(1);
    });
}

interface Examined {
  /** Null: it did not answer. */
  readonly server: Diagnosis['server'] | null;
  readonly findings: readonly Finding[];
}

async function examine(api: ApiClient, contexts: Contexts): Promise<Examined> {
  const client: Finding = {
    ...{ check: 'client.version', subject: 'client', status: 'ok' },
    message: `satsuma ${version} on Node ${process.versions.node}`,
  };
  try {
    const where = whereOf(contexts);
    const began = Date.now();
    const { server, findings } = (await api('GET', 'apiv1/doctor')).data;
    const middle = (began + Date.now()) / 2;
    return {
      server,
      findings: [client, where, versions(server), clock(Date.parse(server.time) - middle), ...findings],
    };
  } catch (error) {
    return { server: null, findings: [client, await unanswered(api, error)] };
  }
}

/** Which server is used, and why. Throws `invalid`. */
function whereOf(contexts: Contexts): Finding {
  const { name, from } = contexts.chosen();
  const why = from === 'file' ? 'the context in use' : from;
  const message = `the server is ${contexts.host()} (context ${name}, by ${why})`;
  return { check: 'client.context', subject: 'client', status: 'ok', message };
}

function versions(server: Diagnosis['server']): Finding {
  const found = { check: 'server.version', subject: 'server' };
  const message = `satsuma ${server.version} on Node ${server.node}, ${server.servers === 1 ? '1 server' : `${server.servers} servers`}`;
  const minor = (text: string) => text.split('.', 2).join('.');
  if (minor(server.version) === minor(version)) return { ...found, status: 'ok', message };
  const remedy = `install the same version on both; this command is ${version}`;
  return { ...found, status: 'warning', message, remedy };
}

function clock(aheadMs: number): Finding {
  const found = { check: 'client.clock', subject: 'client' };
  if (Math.abs(aheadMs) <= tolerableSkewMs) {
    return { ...found, status: 'ok', message: 'the clock of this machine agrees with that of the server' };
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const message = `the clock of the server is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} that of this machine`;
  return { ...found, status: 'warning', message, remedy: 'let NTP (chrony, systemd-timesyncd) set the clocks of both' };
}

/** The finding if the server does not answer. */
async function unanswered(api: ApiClient, error: unknown): Promise<Finding> {
  const found = { check: 'server.reachable', subject: 'server', status: 'problem' } as const;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ServerAwayError) return { ...found, message, remedy: remedyOf(error) };
  if (!(error instanceof ApiError)) return { ...found, message, remedy: 'see "satsuma context ls" and SATSUMA_HOST' };
  if (error.status === 404) {
    return {
      ...found,
      status: 'warning',
      message: 'the server is too old to be examined',
      remedy: 'update the server',
    };
  }
  // The server answers; its readiness tells whether the store does.
  const isReady = await api('GET', 'readyz').then(
    () => true,
    () => false,
  );
  const remedy = isReady ? "see the server's log" : "see the server's log: its store does not answer";
  return { ...found, message, remedy };
}

const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'start it there with "satsuma serve"; by default it listens at 127.0.0.1, which other machines cannot reach',
  ENOTFOUND: 'correct the name, or its entry in DNS; see "satsuma context ls"',
  EAI_AGAIN: 'fix DNS on this machine, or use an address instead of a name',
  ETIMEDOUT: 'look for a firewall in between, or start the machine',
  EHOSTUNREACH: 'look for a firewall in between, or start the machine',
  ECONNRESET: 'the connection was reset: see its log; https and http usually use different ports',
};

function remedyOf({ cause }: ServerAwayError): string {
  const { code = '' } = (cause ?? {}) as NodeJS.ErrnoException;
  return remedies[code] ?? 'see "satsuma context ls" and SATSUMA_HOST';
}

function summary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((each) => each.status === status).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const words = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  return line`${count('ok')} ok, ${words(warnings, 'warning')}, ${words(problems, 'problem')}`;
}
