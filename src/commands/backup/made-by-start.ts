import { isDeepStrictEqual } from 'node:util';
import { firstAccountName } from '../../model/account.ts';
import { shipyardUser } from '../../model/shipyard.ts';
import type { SnapshotEntry } from '../../store/store.ts';

/**
 * Documents that a server with the Shipyard API creates in an empty store at its start: the first admin account and
 * Shipyard's role. A restore replaces them with those of the backup.
 */
export function isMadeByStart(entry: SnapshotEntry): boolean {
  const { kind, id, value } = entry;
  if (kind === 'account') return id === firstAccountName && value.createdBy === 'start' && value.role === 'admin';
  if (kind !== 'role' || id !== shipyardUser.name) return false;
  const { createdAt: _, ...role } = value;
  return isDeepStrictEqual(role, { rules: shipyardUser.rules });
}
