import { createHash } from 'node:crypto';
import type { BackupEnd, BackupHead } from '../../api/backup.ts';
import type { Cluster } from '../../state/cluster.ts';
import { digestLabel, storeFormat } from './backup-form.ts';
import { backupKinds } from './backup-kinds.ts';

/** Lines are combined into chunks of about this size. */
const pieceBytes = 64 * 2 ** 10;

/**
 * Writes the part of the store that cannot be found out again, as JSON lines: a header, the entries, and an end with
 * their digest. Includes environment values, and registry passwords as stored: encrypted.
 */
export async function* writeBackup(cluster: Cluster, version: string): AsyncGenerator<Buffer> {
  const { store, installation, clock } = cluster;
  const head: BackupHead = {
    ...{ satsuma_backup: 1, format: await storeFormat(store), version },
    created_at: new Date(clock.now()).toISOString(),
    installation: installation.name,
  };
  const entries = await store.snapshot(backupKinds);
  const hash = createHash('sha256');
  let piece = lineOf(head);
  for (const entry of entries) {
    piece += lineOf(entry);
    if (piece.length < pieceBytes) continue;
    hash.update(piece);
    yield Buffer.from(piece);
    piece = '';
  }
  const signed = installation.sign({ [digestLabel]: hash.update(piece).digest('hex') });
  const end: BackupEnd = { end: { entries: entries.length, signed } };
  yield Buffer.from(piece + lineOf(end));
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
