import { closeSync, fchmodSync, fstatSync, ftruncateSync, readSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { openOwnFile } from './open-own-file.ts';

/** The offset of LMDB's magic number in the first page, in the byte order of the machine that wrote it. */
const magicOffset = 24;
const magic = 0xbeefc0de;
/** At least the size of LMDB's reader table. */
const lockBytes = 16_384;
/** The size of a new store, with some changes. */
const newStoreBytes = 2 ** 20;

/**
 * Makes LMDB's files private, and refuses cases that would crash lmdb: an unreadable file, and a disk without space for
 * a new one. Throws system errors and its own.
 */
export function prepareFiles(path: string): void {
  const lock = `${path}-lock`;
  // LMDB creates its files readable to the group, but keeps the mode of existing files.
  withFile(path, (fd) => checkData(fd, path));
  withFile(lock, reserveLock);
}

function withFile(file: string, prepare: (fd: number) => void): void {
  const fd = openOwnFile(file);
  try {
    prepare(fd);
    fchmodSync(fd, 0o600);
  } finally {
    closeSync(fd);
  }
}

function checkData(fd: number, file: string): void {
  const header = Buffer.alloc(magicOffset + 4);
  const length = readSync(fd, header, 0, header.length, 0);
  if (length === 0) {
    checkRoom(file);
    return;
  }
  const found = length === header.length ? [header.readUInt32LE(magicOffset), header.readUInt32BE(magicOffset)] : [];
  if (!found.includes(magic)) throw new Error(`${file} is not an LMDB file`);
}

function checkRoom(file: string): void {
  const { bavail, bsize } = statfsSync(dirname(file));
  if (bavail * bsize >= newStoreBytes) return;
  throw new Error(`the disk is full: ${bavail * bsize} bytes are free, a new store needs ${newStoreBytes}`);
}

/**
 * LMDB writes to this file through a memory map: a hole that a full disk cannot fill would end the process with SIGBUS,
 * possibly at the first reader. So its blocks are allocated now, or the store is not opened.
 */
function reserveLock(fd: number): void {
  const { size, blocks } = fstatSync(fd);
  if (size >= lockBytes && blocks * 512 >= size) return;
  // The store is locked, so the reader table is unused.
  ftruncateSync(fd);
  writeSync(fd, Buffer.alloc(lockBytes), 0, lockBytes, 0);
}
