import { mostRecordings, mostStoredBytes, type RecordingRecord, recordingChunkId } from '../../model/recording.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';

/** Written at once. */
const atOnce = 200;

/** Before the next session: what is too old goes, and the oldest where there is no room. Whoever is recorded there is cut off. */
export async function removeOldRecordings({
  store,
  clock,
  settings,
  logger,
}: Pick<Cluster, 'store' | 'clock' | 'settings' | 'logger'>): Promise<void> {
  const all = await store.list('recording');
  const oldestFirst = all.toSorted((a, b) => (a.value.startedAt < b.value.startedAt ? -1 : 1));
  const keptSince = clock.now() - (settings.audit?.keepMs ?? Number.POSITIVE_INFINITY);
  let count = oldestFirst.length;
  let stored = oldestFirst.reduce((sum, { value }) => sum + value.storedBytes, 0);
  for (const recording of oldestFirst) {
    const { startedAt, storedBytes } = recording.value;
    const isOld = Date.parse(startedAt) < keptSince;
    if (!isOld && count < mostRecordings && stored <= mostStoredBytes) return;
    await remove(store, recording);
    if (!isOld)
      logger.warn({ recording: recording.id, startedAt }, 'there are too many recordings: a young one is removed');
    count -= 1;
    stored -= storedBytes;
  }
}

async function remove(store: Cluster['store'], { id, value }: Versioned<RecordingRecord>): Promise<void> {
  // One more than is told: a server may be writing it.
  const chunks = Array.from({ length: value.chunks + 1 }, (_, number): DocumentChange => {
    return { kind: 'recording-chunk', id: recordingChunkId(id, number) };
  });
  const changes: readonly DocumentChange[] = [{ kind: 'recording', id }, ...chunks];
  for (let at = 0; at < changes.length; at += atOnce) await store.write(changes.slice(at, at + atOnce));
}
