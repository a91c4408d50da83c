import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { BackupEnd, BackupHead } from '../../api/backup.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { SnapshotEntry } from '../../store/store.ts';
import { digestLabel } from './backup-form.ts';
import { backupKinds } from './backup-kinds.ts';

/** A thousand engines with 20,000 containers need about 40 MB. */
const maxBytes = 512 * 2 ** 20;
/** A document has at most 100 KB, including the end of a task's log. */
const maxLineLength = 4 * 2 ** 20;
/** Entries are held in memory until the end is verified: ten times as many as a thousand engines have. */
const maxEntries = 300_000;

export interface Backup {
  readonly head: BackupHead;
  readonly entries: readonly SnapshotEntry[];
}

const known = new Set<unknown>([...backupKinds, 'reservation']);

/**
 * Reads a whole backup. Throws `invalid` if it is not a backup, was truncated or modified, and `restore_refused` if
 * servers with another key wrote it: this installation would not recognize its containers as its own.
 */
export async function readBackup(bytes: AsyncIterable<Buffer>, installation: Cluster['installation']): Promise<Backup> {
  const hash = createHash('sha256');
  const entries: SnapshotEntry[] = [];
  let head: BackupHead | undefined;
  let end: BackupEnd['end'] | undefined;
  for await (const line of linesOf(bytes)) {
    const value = parse(line, head !== undefined);
    if (end) throw damaged('there is data after its end');
    if (head && isEnd(value)) {
      end = value.end;
      continue;
    }
    hash.update(line).update('\n');
    if (!head) head = asHead(value);
    else if (entries.length < maxEntries) entries.push(asEntry(value));
    else throw new SatsumaError('invalid', `a backup can have at most ${maxEntries} entries`);
  }
  if (!head || !end) throw damaged('it is truncated');
  const isWhole = end.signed[digestLabel] === hash.digest('hex') && end.entries === entries.length;
  if (!isWhole) throw damaged('it was modified or corrupted');
  if (!installation.isSignedByUs(end.signed)) {
    throw new SatsumaError(
      'restore_refused',
      `the backup is of installation ${head.installation}, whose key this server does not have: start it with the same ssl-key, or label-keys`,
    );
  }
  return { head, entries };
}

/** Yields each line without its newline. An unterminated last line is an error. */
async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > maxBytes) throw new SatsumaError('invalid', `a backup can have at most ${maxBytes / 2 ** 20} MiB`);
    let from = 0;
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let at = all.indexOf(10, rest.length); at >= 0; at = all.indexOf(10, from)) {
      yield all.subarray(from, at);
      from = at + 1;
    }
    rest = all.subarray(from);
    if (rest.length > maxLineLength) throw damaged('a line is too long');
    // Yields to other work: a file in memory would otherwise be parsed without a pause.
    await setImmediate();
  }
  if (rest.length > 0) throw damaged('it is truncated in the middle of a line');
}

function parse(line: Buffer, isBackup: boolean): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    if (!isBackup) throw new SatsumaError('invalid', 'this is not a Satsuma backup: its first line is not JSON');
    throw damaged('a line is not JSON');
  }
}

function asHead(value: unknown): BackupHead {
  const { satsuma_backup: form, format, installation, created_at: at } = fieldsOf(value);
  if (form === undefined)
    throw new SatsumaError('invalid', 'this is not a Satsuma backup: its first line is not a backup header');
  const isKnown =
    form === 1 && typeof format === 'number' && typeof installation === 'string' && typeof at === 'string';
  if (!isKnown) throw new SatsumaError('invalid', 'this release does not know the format of the backup');
  return value as BackupHead;
}

/** The content is trusted because of the digest and the signature. */
function asEntry(value: unknown): SnapshotEntry {
  const { kind, id, value: document } = fieldsOf(value);
  if (known.has(kind) && typeof id === 'string' && typeof document === 'object') return value as SnapshotEntry;
  throw damaged('an entry is invalid');
}

function isEnd(value: unknown): value is BackupEnd {
  const { entries, signed } = fieldsOf(fieldsOf(value).end);
  if (typeof entries !== 'number' || typeof signed !== 'object' || signed === null) return false;
  return Object.values(signed).every((each) => typeof each === 'string');
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function damaged(why: string): SatsumaError {
  return new SatsumaError('invalid', `the backup is damaged: ${why}; nothing was restored`);
}
