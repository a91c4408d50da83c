import { isDeepStrictEqual } from 'node:util';
import type { Restored } from '../../api/backup.ts';
import { SatsumaError } from '../../model/errors.ts';
import { plainFormat, quotaFormat } from '../../model/project.ts';
import { batches } from '../../runtime/batches.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, SnapshotEntry } from '../../store/store.ts';
import { markFormat } from '../mark-format.ts';
import { storeFormat } from './backup-form.ts';
import { actingKinds, backupKinds } from './backup-kinds.ts';
import { isMadeByStart } from './made-by-start.ts';
import { type Backup, readBackup } from './read-backup.ts';

type ReservationEntry = Extract<SnapshotEntry, { readonly kind: 'reservation' }>;
type DocumentEntry = Exclude<SnapshotEntry, ReservationEntry>;

/** A store combines several writes in one commit. */
const inFlight = 32;

/**
 * Restores a backup into an empty store. Documents that engines and services need are written first; engines and
 * services follow in one write. A restore that is interrupted before that can be repeated, and nothing has acted on it.
 * Throws `invalid` for an invalid backup, and `restore_refused` for one that does not fit this store.
 */
export async function restoreBackup(
  cluster: Cluster,
  bytes: AsyncIterable<Buffer>,
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<Restored> {
  const { store, cache, logger } = cluster;
  const backup = await readBackup(bytes, cluster.installation);
  const marks = await checkFormat(cluster, backup);
  const { missing, replaced } = await findMissing(cluster, backup.entries);
  const restored: Restored = {
    created_at: backup.head.created_at,
    entries: countByKind(backup.entries),
    present: backup.entries.length - missing.length - replaced.length,
    dry_run: isDryRun,
  };
  if (isDryRun) return restored;
  if (marks.length > 0 && !(await store.write(marks)).ok) throw changedMeanwhile();
  const semaphore = new Semaphore(inFlight);
  const reservations = missing.filter(isReservation);
  await Promise.all(reservations.map((each) => semaphore.run(() => store.adopt(newOf(each), each.value.containerId))));
  const documents = missing.filter((each): each is DocumentEntry => !isReservation(each));
  const isActing = ({ kind }: DocumentEntry) => actingKinds.has(kind);
  for (const some of batches(documents.filter((each) => !isActing(each)))) await write(cluster, some);
  await write(cluster, documents.filter(isActing));
  // Last, because the caller may be logged in with a credential that is replaced.
  if (replaced.length > 0 && !(await store.write(replaced)).ok) throw changedMeanwhile();
  await store.recountQuotas();
  await cache.catchUp();
  logger.info({ createdAt: restored.created_at, entries: restored.entries }, 'backup restored');
  return restored;
}

/**
 * The format mark that the store needs for the backup's content. It is written before everything else. Throws
 * `restore_refused`, and `invalid` while a server is running whose release cannot read the content.
 */
async function checkFormat(cluster: Cluster, { head }: Backup): Promise<DocumentChange[]> {
  const format = await storeFormat(cluster.store);
  const isReadable = head.format === format || (head.format >= plainFormat && head.format <= quotaFormat);
  if (isReadable) return head.format > format ? await markFormat(cluster) : [];
  throw new SatsumaError(
    'restore_refused',
    `the backup has format ${head.format}, and this release restores formats ${plainFormat} to ${quotaFormat}: restore it with release ${head.version}, then upgrade`,
  );
}

interface Missing {
  readonly missing: readonly SnapshotEntry[];
  /** Replace documents that servers created at their start. */
  readonly replaced: readonly DocumentChange[];
}

/**
 * The entries that the store lacks. Throws `restore_refused` if it has any other documents, except those that servers
 * created at their start.
 */
async function findMissing({ store }: Cluster, entries: readonly SnapshotEntry[]): Promise<Missing> {
  const replaced: DocumentChange[] = [];
  const expected = new Map(entries.map((each) => [keyOf(each), each]));
  const others = new Map<string, string>();
  for (const found of await store.snapshot(backupKinds)) {
    const same = expected.get(keyOf(found));
    if (same && isDeepStrictEqual(same.value, found.value)) expected.delete(keyOf(found));
    else if (isMadeByStart(found)) {
      expected.delete(keyOf(found));
      if (same && !isReservation(same)) replaced.push(await inPlaceOf(store, same, found.value));
    } else others.set(found.kind, others.get(found.kind) ?? found.id);
  }
  if (others.size === 0) return { missing: [...expected.values()], replaced };
  const examples = [...others].map(([kind, id]) => `${kind} ${id}`).join(', ');
  throw new SatsumaError(
    'restore_refused',
    `the store is not empty (${examples}): a backup is restored into a store that has nothing else. Start a server with a new data-dir, or another redis-prefix`,
    { details: { found: Object.fromEntries(others) } },
  );
}

/** Replaces a document only if it is unchanged. */
async function inPlaceOf(store: Cluster['store'], entry: DocumentEntry, before: unknown): Promise<DocumentChange> {
  const found = await store.read(entry.kind, entry.id);
  if (!found || !isDeepStrictEqual(found.value, before)) throw changedMeanwhile();
  return { ...entry, ifVersion: found.version };
}

async function write({ store }: Cluster, entries: readonly DocumentEntry[]): Promise<void> {
  const changes = entries.map((entry): DocumentChange => ({ ...entry, ifVersion: 0 }));
  if (changes.length === 0 || (await store.write(changes)).ok) return;
  throw changedMeanwhile();
}

function changedMeanwhile(): SatsumaError {
  return new SatsumaError(
    'restore_refused',
    'the store was changed concurrently: check its content, and restore again',
  );
}

function newOf({ value }: ReservationEntry) {
  const { state: _, containerId: __, ...reservation } = value;
  return reservation;
}

function isReservation(entry: SnapshotEntry): entry is ReservationEntry {
  return entry.kind === 'reservation';
}

function keyOf({ kind, id }: SnapshotEntry): string {
  return `${kind} ${id}`;
}

function countByKind(entries: readonly SnapshotEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of entries) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
