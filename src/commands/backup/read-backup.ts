import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { BackupEnd, BackupHead } from '../../api/backup.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { SnapshotEntry } from '../../store/store.ts';
import { digestLabel } from './backup-form.ts';
import { backupKinds } from './backup-kinds.ts';

/** A thousand engines with 20,000 containers are about 40 MB. */
const mostBytes = 512 * 2 ** 20;
/** A document is 100 KB at the most, the end of a task's log included. */
const longestLine = 4 * 2 ** 20;
/** In memory before the end is known: ten times what a thousand engines have. */
const mostEntries = 300_000;

export interface Backup {
  readonly head: BackupHead;
  readonly entries: readonly SnapshotEntry[];
}

const known = new Set<unknown>([...backupKinds, 'reservation']);

/**
 * A whole backup. Throws `invalid` where it is none, was cut or changed, and `restore_refused` where servers with another key
 * wrote it: they would take none of its containers for theirs.
 */
export async function readBackup(bytes: AsyncIterable<Buffer>, installation: Cluster['installation']): Promise<Backup> {
  const hash = createHash('sha256');
  const entries: SnapshotEntry[] = [];
  let head: BackupHead | undefined;
  let end: BackupEnd['end'] | undefined;
  for await (const line of linesOf(bytes)) {
    const value = parse(line, head !== undefined);
    if (end) throw damaged('something follows its end');
    if (head && isEnd(value)) {
      end = value.end;
      continue;
    }
    hash.update(line).update('\n');
    if (!head) head = asHead(value);
    else if (entries.length < mostEntries) entries.push(asEntry(value));
    else throw new SatsumaError('invalid', `a backup has ${mostEntries} entries at the most`);
  }
  if (!head || !end) throw damaged('it was cut off before its end');
  const isWhole = end.signed[digestLabel] === hash.digest('hex') && end.entries === entries.length;
  if (!isWhole) throw damaged('it was changed, or damaged');
  if (!installation.isSignedByUs(end.signed)) {
    throw new SatsumaError(
      'restore_refused',
      `the backup is of installation ${head.installation}, whose key this server does not have: start it with the same ssl-key, or label-keys`,
    );
  }
  return { head, entries };
}

/** The lines as they are, each without its end. What is behind the last end of a line is no line. */
async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > mostBytes) throw new SatsumaError('invalid', `a backup has ${mostBytes / 2 ** 20} MiB at the most`);
    let from = 0;
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let at = all.indexOf(10, rest.length); at >= 0; at = all.indexOf(10, from)) {
      yield all.subarray(from, at);
      from = at + 1;
    }
    rest = all.subarray(from);
    if (rest.length > longestLine) throw damaged('a line has no end');
    // A large file in memory would be read in one go.
    await setImmediate();
  }
  if (rest.length > 0) throw damaged('it was cut off in the middle of a line');
}

function parse(line: Buffer, isBackup: boolean): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    if (!isBackup) throw new SatsumaError('invalid', 'this is no backup of Satsuma: its first line is no JSON');
    throw damaged('a line is no JSON');
  }
}

function asHead(value: unknown): BackupHead {
  const { satsuma_backup: form, format, installation, created_at: at } = fieldsOf(value);
  if (form === undefined)
    throw new SatsumaError('invalid', 'this is no backup of Satsuma: its first line is another one');
  const isKnown =
    form === 1 && typeof format === 'number' && typeof installation === 'string' && typeof at === 'string';
  if (!isKnown) throw new SatsumaError('invalid', 'the backup has a form that this release does not know');
  return value as BackupHead;
}

/** What is in it, the digest and the signature vouch for. */
function asEntry(value: unknown): SnapshotEntry {
  const { kind, id, value: document } = fieldsOf(value);
  if (known.has(kind) && typeof id === 'string' && typeof document === 'object') return value as SnapshotEntry;
  throw damaged('an entry is none');
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
  return new SatsumaError('invalid', `the backup is not whole: ${why}; nothing was restored`);
}
