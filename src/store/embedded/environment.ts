import { EventEmitter } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { open, type RootDatabase } from 'lmdb';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { makeFolder } from '../../runtime/make-folder.ts';
import { checkFolder, type FolderLogger } from './check-folder.ts';
import { isMostlyFree, removeCopy, replaceWithCompactCopy } from './compact.ts';
import { DataFile, type DataFileLogger } from './data-file.ts';
import { isFull } from './is-full.ts';
import { lockFolder } from './lock-folder.ts';
import { prepareFiles } from './prepare-files.ts';
import { openTables, type Tables } from './tables.ts';
import { verifyFile } from './verify-file.ts';

export const dataFile = 'data.mdb';
/**
 * Of address space, not of memory or disk; a larger file gets a larger map. Without it lmdb begins with a small map, and
 * keeps each one when it makes the next: pages of the file then count several times as memory of the process.
 */
const mapBytes = 2 ** 30;
/** How long one commit may take before the store counts as unavailable. */
const commitDeadlineMs = 10_000;
/** lmdb never finishes closing after a failed commit; all acknowledged changes are already on disk. */
const closeWithinMs = 2_000;

/** The LMDB file, opened and locked by this process. */
export interface Environment {
  readonly tables: Tables;
  /** Emits `commit` after each commit, and `close` once. */
  readonly bell: EventEmitter<{ commit: []; close: [] }>;
  /** Runs `action` synchronously on one snapshot. */
  read<T>(action: () => T): T;
  /** Runs `action` as one transaction, rolled back if it throws. The changes are on disk when it resolves. */
  commit<T>(action: () => T): Promise<T>;
  /** Throws `store_unavailable` if the file was removed or replaced. */
  assertInPlace(): void;
  /** The size of the file at the store's path. */
  fileBytes(): number;
  /** Whether compacting the file is worthwhile. */
  isMostlyFree(): boolean;
  /** Compacts the file. True: the file was replaced, and the store must be closed and reopened. */
  compact(): Promise<boolean>;
  close(): Promise<void>;
}

export type StoreLogger = FolderLogger & DataFileLogger;

export function openEnvironment(dir: string, logger?: StoreLogger): Environment {
  const path = join(dir, dataFile);
  const { root, tables, file, unlock } = openLocked(dir, logger);
  const bell: Environment['bell'] = new EventEmitter();
  bell.setMaxListeners(0);
  let isOpen = true;

  const assertOpen = (): void => {
    if (!isOpen) throw new SatsumaError('store_unavailable', `The store in ${dir} is closed.`);
  };

  const environment: Environment = {
    tables,
    bell,
    read(action) {
      assertOpen();
      try {
        return action();
      } catch (error) {
        throw asStoreError(error, `The store in ${dir} could not be read.`);
      }
    },
    assertInPlace() {
      assertOpen();
      file.assertInPlace();
    },
    async commit(action) {
      environment.assertInPlace();
      try {
        const result = await withinDeadline(durably(root, action), dir);
        file.assertInPlace();
        bell.emit('commit');
        return result;
      } catch (error) {
        const reason = isFull(dir) ? 'its disk is full' : 'its disk may be full or failing';
        throw asStoreError(error, `The store in ${dir} could not write; ${reason}.`);
      }
    },
    fileBytes: () => statSync(path).size,
    isMostlyFree: () => isMostlyFree(path, tables),
    compact: () => replaceWithCompactCopy(root, path),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      bell.emit('close');
      const closed = new AbortController();
      const late = pause(closeWithinMs, undefined, { signal: closed.signal }).catch(() => {});
      await Promise.race([root.close(), late]);
      closed.abort();
      file.close();
      unlock();
    },
  };
  return environment;
}

function openLocked(
  dir: string,
  logger: StoreLogger | undefined,
): { root: RootDatabase; tables: Tables; file: DataFile; unlock: () => void } {
  const path = join(dir, dataFile);
  let unlock: (() => void) | undefined;
  try {
    makeFolder(dir, 0o700);
    checkFolder(dir, logger);
    unlock = lockFolder(dir);
    removeCopy(path);
    prepareFiles(path);
    verifyFile(path);
    // With event turn batching, a failed commit leaves a rejected promise that nobody can handle, which would end the
    // process.
    const root = open({ path, noSubdir: true, encoding: 'json', eventTurnBatching: false, mapSize: mapBytes });
    return { root, tables: openTables(root), file: new DataFile(path, logger), unlock };
  } catch (error) {
    unlock?.();
    const reason = error instanceof Error ? error.message : String(error);
    throw asStoreError(error, `The store could not be opened in the folder ${dir}: ${reason}.`);
  }
}

/**
 * A child transaction is rolled back when `action` throws; a plain one would keep its writes.
 *
 * `flushed` is documented as the promise of durability, but in lmdb 3.5 the transaction's promise resolves at the same
 * time. So every change waits for the disk, even reserve and renew, which need not: a lost reservation is recovered
 * from its container's label.
 */
async function durably<T>(root: RootDatabase, action: () => T): Promise<T> {
  try {
    const result = await root.childTransaction(action);
    await root.flushed;
    return result;
  } catch (error) {
    // lmdb reports the cause of a failed commit through a second promise; unhandled, it would end the process.
    if (error instanceof Error && 'commitError' in error) await error.commitError;
    throw error;
  }
}

async function withinDeadline<T>(promise: Promise<T>, dir: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new SatsumaError('store_unavailable', `The disk under ${dir} did not answer in ${commitDeadlineMs} ms.`));
    }, commitDeadlineMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function asStoreError(error: unknown, sentence: string): SatsumaError {
  return isSatsumaError(error) ? error : new SatsumaError('store_unavailable', sentence, { cause: error });
}
