import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RootDatabase } from 'lmdb';
import type { Tables } from './tables.ts';

/** LMDB reuses free pages, but never returns them to the disk. Smaller files are not compacted. */
const worthwhileBytes = 16 * 2 ** 20;

interface PageCounts {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/** Whether most of the file is free; counts pages without reading them. */
export function isMostlyFree(path: string, tables: Tables): boolean {
  const { size } = statSync(path);
  if (size < worthwhileBytes) return false;
  const used = Object.values(tables).reduce((sum, table) => {
    const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages } = table.getStats() as PageCounts;
    return sum + pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages);
  }, 0);
  return used < size / 2;
}

/**
 * Replaces the file with a compact copy; the caller reopens it, and writes nothing in between. False: the disk has no
 * space for the copy, and the file is unchanged.
 */
export async function replaceWithCompactCopy(root: RootDatabase, path: string): Promise<boolean> {
  const copy = copyOf(path);
  try {
    removeCopy(path);
    await root.backup(copy, true);
    for (const each of [copy, dirname(path)]) syncFile(each);
    renameSync(copy, path);
    syncFile(dirname(path));
    return true;
  } catch {
    removeCopy(path);
    return false;
  }
}

/** Removes an incomplete copy of a killed process. */
export function removeCopy(path: string): void {
  rmSync(copyOf(path), { force: true });
}

function copyOf(path: string): string {
  return `${path}.compact`;
}

function syncFile(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
