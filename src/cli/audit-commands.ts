import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import type { AuditVerdict } from '../api/audit.ts';
import { ChainCheck, verdictOf } from '../audit/chain.ts';
import type { AuditBlock, AuditHead } from '../model/audit.ts';
import { SatsumaError } from '../model/errors.ts';
import { given } from '../model/given.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { pointInTime } from './duration-ago.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { auditList } from './list/audit-list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { recordingList } from './list/recording-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { writeArchive } from './write-archive.ts';

const exampleId = '0b5c6a1e-3f0d-4d39-9f1c-6a2f8f7c1d10';

interface LsFlags extends ListFlags {
  readonly since?: string;
  readonly who?: string;
  readonly verb?: string;
  readonly noun?: string;
  readonly target?: string;
  readonly result?: string;
  readonly limit: string;
}

/** `audit`: the audit log. */
export function auditCommands(api: ApiClient, stream: ApiStream, io: Io): Command {
  const audit = new Command('audit')
    .description('show the audit log, and verify that it was not modified')
    .addHelpText('after', examples('satsuma audit ls --who ci', 'satsuma audit verify'));
  addLs(audit, api, io);
  addVerify(audit, api, io);
  audit
    .command('export')
    .description('write the whole audit log to a file, as JSON lines')
    .option('-o, --output <file>', 'write to this file, and not to standard output')
    .addHelpText('after', examples('satsuma audit export -o audit.jsonl'))
    .action(({ output }: { readonly output?: string }) =>
      writeArchive(io, stream('apiv1/audit/export'), { output, mode: 0o600 }),
    );
  addRecordings(audit, api, stream, io);
  return audit;
}

function addRecordings(audit: Command, api: ApiClient, stream: ApiStream, io: Io): void {
  withList(audit.command('recordings'), recordingList)
    .description('list the exec and attach sessions that a policy recorded, the latest first')
    .addHelpText('after', examples('satsuma audit recordings', 'satsuma audit recordings --filter who=ana'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/audit/recordings');
      await writeList(io, recordingList, { rows: data }, flags);
    });
  const words = paragraph(
    'It is asciicast v2: "asciinema play FILE" shows it. Its SHA-256 is in the audit log: compare it with "sha256sum FILE".',
  );
  audit
    .command('recording')
    .description('write the output of a recorded session to a file')
    .argument('<id>', 'see "satsuma audit recordings"')
    .option('-o, --output <file>', 'write to this file, and not to standard output')
    .addHelpText('after', [words, examples(`satsuma audit recording ${exampleId} -o session.cast`)].join('\n'))
    .action((id: string, { output }: { readonly output?: string }) =>
      writeArchive(io, stream(`apiv1/audit/recording/${encodeURIComponent(id)}`), { output, mode: 0o600 }),
    );
}

function addLs(audit: Command, api: ApiClient, io: Io): void {
  withList(audit.command('ls'), auditList)
    .description('list the entries of the audit log, the latest first')
    .option('--since <time>', 'not before this time: like 2026-11-21T06:00:00Z, or 10m', pointInTime)
    .option('--who <name>', 'the token, account or door')
    .option('--verb <verb>', 'like create, remove or exec')
    .option('--noun <noun>', 'like container, service or token')
    .option('--target <name>', 'the object')
    .option('--result <result>', 'done, refused, failed or began')
    .option('--limit <count>', 'maximum number of entries, up to 1000', '100')
    .addHelpText('after', examples('satsuma audit ls', 'satsuma audit ls --result refused --limit 20'))
    .action(async ({ since, who, verb, noun, target, result, limit, ...flags }: LsFlags) => {
      const query = new URLSearchParams({ ...given({ since, who, verb, noun, target, result }), limit });
      const { data } = await api('GET', `apiv1/audit?${query}`);
      await writeList(io, auditList, { rows: data }, flags);
    });
}

function addVerify(audit: Command, api: ApiClient, io: Io): void {
  const words = paragraph(
    'A file written by "satsuma audit export" is checked without a server. Keep the hash of the last block elsewhere, and give it with ' +
      '--head later: nobody can forge a chain that contains it.',
  );
  withJson(audit.command('verify'))
    .description('check that no entry was modified, removed or moved')
    .argument('[file]', "an export; default: the server's audit log")
    .option('--head <hash>', 'the hash of a block that must be in the export')
    .addHelpText('after', [words, examples('satsuma audit verify', 'satsuma audit verify audit.jsonl')].join('\n'))
    .action(async (file: string | undefined, { head, ...flags }: OutputFlags & { readonly head?: string }) => {
      if (head !== undefined && file === undefined)
        throw new SatsumaError('invalid', '--head is for a file: run "satsuma audit export" first');
      if (head !== undefined && !/^[0-9a-f]{64}$/.test(head))
        throw new SatsumaError('invalid', '--head must be the hash of a block, 64 hexadecimal digits');
      const verdict = file === undefined ? (await api('GET', 'apiv1/audit/verify')).data : await verifyFile(file, head);
      const found = verdict as AuditVerdict;
      writeResult(io, { data: found, text: () => summary(found) }, flags);
      if (!found.ok) throw new IncompleteOperation(1, 'the audit log was modified');
    });
}

async function verifyFile(file: string, expected: string | undefined): Promise<AuditVerdict> {
  let head: AuditHead | undefined;
  let check: ChainCheck | undefined;
  let isThere = expected === undefined;
  try {
    // JSON text contains no line breaks except characters that JSON does not escape.
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      const value = parse(text);
      if (!check || !head) {
        head = asHead(value);
        check = new ChainCheck(head);
      } else {
        const block = asBlock(value);
        check.take(block);
        isThere ||= block.hash === expected;
      }
    }
  } catch (error) {
    if (error instanceof SatsumaError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SatsumaError('invalid', `cannot read ${file}: ${code ?? message}`, { cause: error });
  }
  if (!check || !head) throw new SatsumaError('invalid', `${file} is empty`);
  const verdict = verdictOf(check, head);
  if (!verdict.ok || isThere) return verdict;
  return {
    ...verdict,
    ok: false,
    problem: `no block has the hash ${expected}: it is mistyped, older than the kept blocks, or the chain was forged`,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    throw new SatsumaError('invalid', 'a line of the file is not JSON: give a file written by "satsuma audit export"');
  }
}

function asHead({ audit_head: head }: Readonly<Record<string, unknown>>): AuditHead {
  if (typeof head === 'object' && head !== null && 'first' in head) return head as AuditHead;
  throw new SatsumaError(
    'invalid',
    'this is not an export of an audit log: give a file written by "satsuma audit export"',
  );
}

/** Only the shape is checked: the hash verifies the rest. */
function asBlock(value: Readonly<Record<string, unknown>>): AuditBlock {
  if (Array.isArray(value.entries) && typeof value.hash === 'string') return value as unknown as AuditBlock;
  throw new SatsumaError('invalid', 'a line of the file is not a block of an audit log');
}

function summary({ ok, problem, blocks, entries, lost, head }: AuditVerdict): string {
  const sums = line`${entries} entries in ${blocks} blocks, to block ${head.number} with the hash ${head.hash || 'of none'}`;
  const gaps = lost > 0 ? line`. ${lost} more were not recorded: there were too many at the same time.` : '.';
  return ok ? line`whole: ${sums}${gaps}` : line`not whole: ${problem}. Before it: ${sums}.`;
}
