import { setImmediate } from 'node:timers/promises';
import type { DocumentKind } from '../documents.ts';
import type { SnapshotEntry } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { documentOf, reservationOf } from './records.ts';

/** The number of records that are parsed before yielding to other work. */
const atOnce = 200;

/** MULTI prevents writes between the reads. */
export async function redisSnapshot(
  { run }: RedisConnection,
  keys: RedisKeys,
  kinds: readonly DocumentKind[],
): Promise<SnapshotEntry[]> {
  const replies = await run(async (client) => {
    const multi = client.multi();
    for (const kind of kinds) multi.hgetall(keys.documents(kind));
    return (await multi.hgetall(keys.reservations).exec()) ?? [];
  });
  const hashes = replies.map(([error, hash]) => {
    if (error) throw error;
    return Object.entries(hash as Record<string, string>);
  });
  const found: SnapshotEntry[] = [];
  let read = 0;
  for (const [at, records] of hashes.entries()) {
    const kind = kinds[at];
    for (const [id, record] of records) {
      const entry = kind ? documentEntry(kind, id, record) : reservationEntry(id, record);
      if (entry) found.push(entry);
      if (++read % atOnce === 0) await setImmediate();
    }
  }
  return found;
}

/** The only unchecked conversion: the scripts tie each kind to its record. */
function documentEntry(kind: DocumentKind, id: string, record: string): SnapshotEntry {
  return { kind, id, value: documentOf(kind, id, record).value } as SnapshotEntry;
}

function reservationEntry(id: string, record: string): SnapshotEntry | undefined {
  const { value } = reservationOf(id, record);
  return value.state === 'bound' ? { kind: 'reservation', id, value } : undefined;
}
