import { createHash } from 'node:crypto';
import { readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from './processes.ts';

const mountPoint = '/sys/fs/cgroup';

/** The parent cgroup of the containers of engine `n` of the lab in `dir`. */
export function cgroupParent(dir: string, n: number): string {
  return `/${cgroupOf(dir)}/${n}`;
}

/**
 * Removes a lab's cgroups from every hierarchy. A cgroup outlives its processes; it can be removed once they are gone.
 */
export async function removeCgroups(dir: string): Promise<boolean> {
  return await waitUntil(() => hierarchies().every((root) => removeTree(join(root, cgroupOf(dir)))), 5_000);
}

/** cgroup v2 has one hierarchy, mounted here; v1 has a folder for each; a hybrid has both. */
function hierarchies(): string[] {
  return [mountPoint, ...foldersIn(mountPoint)];
}

function removeTree(path: string): boolean {
  if (!isFolder(path)) return true;
  const areChildrenGone = foldersIn(path).every(removeTree);
  if (!areChildrenGone) return false;
  try {
    rmdirSync(path);
    return true;
  } catch {
    return !isFolder(path);
  }
}

function foldersIn(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Not named by the lab's network number: after a crash, the number may be used by another lab. */
function cgroupOf(dir: string): string {
  return `satsuma-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`;
}
