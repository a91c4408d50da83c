import { isDeepStrictEqual } from 'node:util';
import { firstAccountName } from '../../model/account.ts';
import { shipyardUser } from '../../model/shipyard.ts';
import type { SnapshotEntry } from '../../store/store.ts';

/**
 * What a server with Shipyard's door puts into an empty store when it starts: the account of an admin, without which nobody could come in,
 * and Shipyard's own role. Nobody asked for it, and what a backup has in its place is what was asked for.
 */
export function isMadeByStart(entry: SnapshotEntry): boolean {
  const { kind, id, value } = entry;
  if (kind === 'account') return id === firstAccountName && value.createdBy === 'start' && value.role === 'admin';
  if (kind !== 'role' || id !== shipyardUser.name) return false;
  const { createdAt: _, ...role } = value;
  return isDeepStrictEqual(role, { rules: shipyardUser.rules });
}
