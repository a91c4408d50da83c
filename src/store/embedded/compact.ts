import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RootDatabase } from 'lmdb';
import type { Tables } from './tables.ts';

/** LMDB reuses free pages and never gives them back. Smaller files are left as they are. */
const worthwhileBytes = 16 * 2 ** 20;

interface PageCounts {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/** Whether most of the file is free. Counts pages; reads none. */
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
 * Puts a compact copy in the place of the file; the caller opens it anew and writes nothing in between. False: the disk has
 * no room for the copy, and the file is as it was.
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

/** What a process left that was killed before its copy was whole. */
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
