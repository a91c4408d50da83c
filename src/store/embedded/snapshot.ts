import { setImmediate } from 'node:timers/promises';
import type { DocumentKind } from '../documents.ts';
import type { SnapshotEntry } from '../store.ts';
import type { Environment } from './environment.ts';

/** The number of entries that are read before yielding to other work. */
const atOnce = 200;

/** One read transaction sees a consistent snapshot, despite concurrent writes. */
export async function embeddedSnapshot(
  environment: Environment,
  kinds: readonly DocumentKind[],
): Promise<SnapshotEntry[]> {
  const { documents, reservations } = environment.tables;
  const transaction = environment.read(() => documents.useReadTransaction());
  const isSelected = new Set<string>(kinds);
  const found: SnapshotEntry[] = [];
  try {
    let read = 0;
    for (const { key, value } of documents.getRange({ transaction })) {
      const [kind, id] = key;
      // The only unchecked conversion: `write` ties each kind to its type of value.
      if (isSelected.has(kind)) found.push({ kind, id, value: value.value } as SnapshotEntry);
      if (++read % atOnce === 0) await setImmediate();
    }
    for (const { key: id, value } of reservations.getRange({ transaction })) {
      if (value.value.state === 'bound') found.push({ kind: 'reservation', id, value: value.value });
      if (++read % atOnce === 0) await setImmediate();
    }
    return found;
  } finally {
    transaction.done();
  }
}
