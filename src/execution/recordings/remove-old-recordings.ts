import {
  mostRecordings,
  mostRecordingsOfOne,
  mostStoredBytes,
  mostStoredBytesOfOne,
  type RecordingRecord,
  recordingChunkId,
} from '../../model/recording.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';

/** Written at once. */
const atOnce = 200;
/** A server may add some while they are removed. */
const spareChunks = 16;

type Kept = Pick<Cluster, 'store' | 'clock' | 'settings' | 'logger' | 'audit'>;
type Recording = Versioned<RecordingRecord>;

/** What is older than recordings are kept goes: whoever is recorded there is cut off. Returns the others. */
export async function removeOldRecordings({ store, clock, settings }: Kept): Promise<readonly Recording[]> {
  const keptSince = clock.now() - (settings.audit?.keepMs ?? Number.POSITIVE_INFINITY);
  const all = await store.list('recording');
  const isOld = ({ value }: Recording) => Date.parse(value.startedAt) < keptSince;
  for (const recording of all.filter(isOld)) await remove(store, recording);
  return all.filter((each) => !isOld(each));
}

/**
 * Before the next session of somebody. Whoever has all that one may have loses their own oldest; where there is no room at all, the
 * oldest goes of whoever has most: nobody can push out what others did with what they do themselves. What goes before its time is in
 * the log and in the audit, with what it was. Returns how many are left.
 */
export async function makeRoom(cluster: Kept, who: string | null): Promise<number> {
  const { store } = cluster;
  const kept = new Map((await removeOldRecordings(cluster)).map((each) => [each.id, each]));
  const pushOut = async (next: Recording): Promise<void> => {
    await remove(store, next);
    kept.delete(next.id);
    noteYoung(cluster, next, who);
  };
  for (;;) {
    const own = [...kept.values()].filter(({ value }) => value.who === who);
    const [first] = own.toSorted(byStart);
    if (!first || (own.length < mostRecordingsOfOne && bytesOf(own) <= mostStoredBytesOfOne)) break;
    await pushOut(first);
  }
  while (kept.size >= mostRecordings || bytesOf(kept.values()) > mostStoredBytes) {
    const next = oldestOfWhoHasMost([...kept.values()]);
    if (!next) break;
    await pushOut(next);
  }
  return kept.size;
}

/** `by`: whose session needed the room. */
function noteYoung({ logger, audit, clock }: Kept, { id, value }: Recording, by: string | null): void {
  const { who, startedAt, bytes, sha256 } = value;
  logger.warn({ recording: id, who, startedAt, by }, 'there are too many recordings: a young one is removed');
  audit?.note({
    at: timestamp(clock),
    ...{ who: by, role: null, from: '', verb: 'remove', noun: 'audit', target: `recording ${id}` },
    ...{ method: '', path: '', status: null, code: null, request: '', result: 'done' },
    ...(sha256 !== null && { recording: { id, bytes, sha256 } }),
  });
}

function oldestOfWhoHasMost(all: readonly Recording[]): Recording | undefined {
  const byOwner = new Map<string | null, Recording[]>();
  for (const each of all) {
    const own = byOwner.get(each.value.who) ?? [];
    own.push(each);
    byOwner.set(each.value.who, own);
  }
  const share = (own: readonly Recording[]) => own.length / mostRecordings + bytesOf(own) / mostStoredBytes;
  const [most = []] = [...byOwner.values()].sort((a, b) => share(b) - share(a));
  return most.toSorted(byStart)[0];
}

function byStart(a: Recording, b: Recording): number {
  return a.value.startedAt < b.value.startedAt ? -1 : 1;
}

function bytesOf(recordings: Iterable<Recording>): number {
  let sum = 0;
  for (const { value } of recordings) sum += value.storedBytes;
  return sum;
}

/** The record goes last: without it nobody would find the chunks. */
async function remove(store: Cluster['store'], { id, value }: Recording): Promise<void> {
  const chunks = Array.from({ length: value.chunks + spareChunks }, (_, number): DocumentChange => {
    return { kind: 'recording-chunk', id: recordingChunkId(id, number) };
  });
  const changes: readonly DocumentChange[] = [...chunks, { kind: 'recording', id }];
  for (let at = 0; at < changes.length; at += atOnce) await store.write(changes.slice(at, at + atOnce));
}
