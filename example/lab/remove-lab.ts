import { rm } from 'node:fs/promises';
import { removeCgroups } from './cgroups.ts';
import { findFirstProcess, killNamespaces } from './namespaces.ts';
import { removeNetwork } from './network.ts';

/**
 * Removes everything of the lab in `dir`: running, starting or crashed. Its processes go first and its folder last, so
 * that an interrupted removal can be repeated. The caller holds the lab's lock.
 */
export async function removeLabFolder(dir: string): Promise<void> {
  const switchPid = findFirstProcess(dir);
  if (switchPid !== undefined) await removeNetwork(switchPid);
  await killNamespaces(dir);
  await removeCgroups(dir);
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}
