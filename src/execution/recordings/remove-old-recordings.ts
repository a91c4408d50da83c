import {
  maxRecordings,
  maxRecordingsOfOne,
  maxStoredBytes,
  maxStoredBytesOfOne,
  type RecordingRecord,
  recordingChunkId,
} from '../../model/recording.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';

/** Per write. */
const atOnce = 200;
/** The server may add chunks during the removal. */
const spareChunks = 16;

type Kept = Pick<Cluster, 'store' | 'clock' | 'settings' | 'logger' | 'audit'>;
type Recording = Versioned<RecordingRecord>;

/** Removes recordings beyond the retention time, which ends running sessions. Returns the others. */
export async function removeOldRecordings({ store, clock, settings }: Kept): Promise<readonly Recording[]> {
  const keptSince = clock.now() - (settings.audit?.keepMs ?? Number.POSITIVE_INFINITY);
  const all = await store.list('recording');
  const isOld = ({ value }: Recording) => Date.parse(value.startedAt) < keptSince;
  for (const recording of all.filter(isOld)) await remove(store, recording);
  return all.filter((each) => !isOld(each));
}

/**
 * Makes space for a new session. An owner at its limit loses its own oldest recording; if the total limit is reached,
 * the owner with the most data does, so that no owner can displace the recordings of others. A removal before the
 * retention time is logged and audited. Returns how many recordings are left.
 */
export async function makeRoom(cluster: Kept, who: string | null): Promise<number> {
  const { store } = cluster;
  const kept = new Map((await removeOldRecordings(cluster)).map((each) => [each.id, each]));
  const pushOut = async (next: Recording): Promise<void> => {
    await remove(store, next);
    kept.delete(next.id);
    reportEarlyRemoval(cluster, next, who);
  };
  for (;;) {
    const own = [...kept.values()].filter(({ value }) => value.who === who);
    const [first] = own.toSorted(byStart);
    if (!first || (own.length < maxRecordingsOfOne && bytesOf(own) <= maxStoredBytesOfOne)) break;
    await pushOut(first);
  }
  while (kept.size >= maxRecordings || bytesOf(kept.values()) > maxStoredBytes) {
    const next = oldestOfLargestOwner([...kept.values()]);
    if (!next) break;
    await pushOut(next);
  }
  return kept.size;
}

/** `by`: the owner of the new session. */
function reportEarlyRemoval({ logger, audit, clock }: Kept, { id, value }: Recording, by: string | null): void {
  const { who, startedAt, bytes, sha256 } = value;
  logger.warn({ recording: id, who, startedAt, by }, 'too many recordings: one was removed before its retention time');
  audit?.note({
    at: timestamp(clock),
    ...{ who: by, role: null, from: '', verb: 'remove', noun: 'audit', target: `recording ${id}` },
    ...{ method: '', path: '', status: null, code: null, request: '', result: 'done' },
    ...(sha256 !== null && { recording: { id, bytes, sha256 } }),
  });
}

function oldestOfLargestOwner(all: readonly Recording[]): Recording | undefined {
  const byOwner = new Map<string | null, Recording[]>();
  for (const each of all) {
    const own = byOwner.get(each.value.who) ?? [];
    own.push(each);
    byOwner.set(each.value.who, own);
  }
  const share = (own: readonly Recording[]) => own.length / maxRecordings + bytesOf(own) / maxStoredBytes;
  const [max = []] = [...byOwner.values()].sort((a, b) => share(b) - share(a));
  return max.toSorted(byStart)[0];
}

function byStart(a: Recording, b: Recording): number {
  return a.value.startedAt < b.value.startedAt ? -1 : 1;
}

function bytesOf(recordings: Iterable<Recording>): number {
  let sum = 0;
  for (const { value } of recordings) sum += value.storedBytes;
  return sum;
}

/** The record is removed last, since the chunks are found through it. */
async function remove(store: Cluster['store'], { id, value }: Recording): Promise<void> {
  const chunks = Array.from({ length: value.chunks + spareChunks }, (_, number): DocumentChange => {
    return { kind: 'recording-chunk', id: recordingChunkId(id, number) };
  });
  const changes: readonly DocumentChange[] = [...chunks, { kind: 'recording', id }];
  for (let at = 0; at < changes.length; at += atOnce) await store.write(changes.slice(at, at + atOnce));
}
