const block = 512;
const maxNameLength = 100;
/** In octal, with 11 digits. */
const maxBytes = 8 ** 11 - 1;

/** A tar archive of one file. Throws where its name or its size has no room in one. */
export function tarOf(file: File): Blob {
  const name = new TextEncoder().encode(file.name);
  if (name.length > maxNameLength || file.size > maxBytes) throw new Error('file name too long, or more than 8 GB');
  const header = new Uint8Array(block);
  header.set(name);
  const write = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
  write('0000644\0', 100);
  write('0000000\0', 108);
  write('0000000\0', 116);
  write(`${file.size.toString(8).padStart(11, '0')}\0`, 124);
  write(
    `${Math.floor(file.lastModified / 1000)
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
  );
  write('        ', 148);
  write('0ustar\0' + '00', 156);
  const sum = header.reduce((before, each) => before + each, 0);
  write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = new Uint8Array((block - (file.size % block)) % block);
  return new Blob([header, file, padding, new Uint8Array(2 * block)]);
}

/** The only file of an archive of `size` bytes. */
export function fileIn(archive: Blob, size: number): Blob {
  return archive.slice(block, block + size);
}
