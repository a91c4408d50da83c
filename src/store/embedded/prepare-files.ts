import { chmodSync, closeSync, openSync, readSync } from 'node:fs';

/** Where the first page of an LMDB file has its magic number, in the byte order of the machine that wrote it. */
const magicOffset = 24;
const magic = 0xbeefc0de;

/** Makes LMDB's files private, and refuses what is none: lmdb ends the process over a file that it cannot read. */
export function prepareFiles(path: string): void {
  // LMDB makes its files readable to the group, but takes the mode of those that are there.
  for (const file of [path, `${path}-lock`]) {
    const fd = openSync(file, 'a+', 0o600);
    try {
      if (file === path) checkMagic(fd, file);
    } finally {
      closeSync(fd);
    }
    chmodSync(file, 0o600);
  }
}

function checkMagic(fd: number, file: string): void {
  const header = Buffer.alloc(magicOffset + 4);
  const length = readSync(fd, header, 0, header.length, 0);
  const found = length === header.length ? [header.readUInt32LE(magicOffset), header.readUInt32BE(magicOffset)] : [];
  if (length > 0 && !found.includes(magic)) throw new Error(`${file} is not an LMDB file`);
}
