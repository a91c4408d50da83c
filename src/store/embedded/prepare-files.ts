import { closeSync, fchmodSync, fstatSync, ftruncateSync, readSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { openOwnFile } from './open-own-file.ts';

/** Where the first page of an LMDB file has its magic number, in the byte order of the machine that wrote it. */
const magicOffset = 24;
const magic = 0xbeefc0de;
/** More than the table of readers that LMDB keeps beside its file. */
const lockBytes = 16_384;
/** What a new store takes, and some changes after that. */
const newStoreBytes = 2 ** 20;

/**
 * Makes LMDB's files private, and refuses what would end the process in lmdb: a file that it cannot read, and a disk
 * without room for a new one. Throws the system's errors and its own.
 */
export function prepareFiles(path: string): void {
  const lock = `${path}-lock`;
  // LMDB makes its files readable to the group, but takes the mode of those that are there.
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
 * LMDB writes to this file through memory: a hole in it that a full disk cannot fill would end the process with SIGBUS,
 * at the first reader perhaps. So its blocks are taken now, or the store is not opened.
 */
function reserveLock(fd: number): void {
  const { size, blocks } = fstatSync(fd);
  if (size >= lockBytes && blocks * 512 >= size) return;
  // Nobody else has the store open, so nobody is in the table.
  ftruncateSync(fd);
  writeSync(fd, Buffer.alloc(lockBytes), 0, lockBytes, 0);
}
