import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { BadArchive, type TarHeader, TarReader } from '../read-tar.ts';
import { imagesIn } from './archived-images.ts';
import { ImageArchive } from './image-archive.ts';
import { Spool, type SpooledEntry } from './spool.ts';

/** An image with 127 layers has about 400. */
const maxEntries = 20_000;
const maxNameLength = 1_024;
/** Compressions that docker load accepts, but not this server: magic bytes, and the tool to decompress. */
const otherCompressions = [
  { name: 'bzip2', tool: 'bzip2 -d', magic: Buffer.from('BZh') },
  { name: 'xz', tool: 'xz -d', magic: Buffer.from('fd377a585a00', 'hex') },
  { name: 'zstd', tool: 'zstd -d', magic: Buffer.from('28b52ffd', 'hex') },
  { name: 'lz4', tool: 'lz4 -d', magic: Buffer.from('04224d18', 'hex') },
];
const magicBytes = 6;

/**
 * Reads an image archive to the disk, because its index is at its end. It may be gzip-compressed. Throws `invalid` for
 * an invalid archive, `disk_full`, `too_many_readers`, and the errors of the source. `opened`: where to; it is closed with the archive.
 */
export async function readArchive(
  source: AsyncIterable<Buffer>,
  signal: AbortSignal,
  opened?: Spool,
): Promise<ImageArchive> {
  const spool = opened ?? (await Spool.open());
  try {
    const entries = await spoolEntries(await unzipped(source), spool, signal);
    return new ImageArchive(spool, entries, await imagesIn(spool.file, entries));
  } catch (error) {
    await spool.close();
    throw error;
  }
}

async function spoolEntries(source: AsyncIterable<Buffer>, spool: Spool, signal: AbortSignal): Promise<SpooledEntry[]> {
  const entries: SpooledEntry[] = [];
  const reader = new TarReader(async (header, content) => {
    const entry = entryOf(header, spool.offset);
    if (entries.push(entry) > maxEntries) throw wrong(`it has more than ${maxEntries} entries`);
    for await (const bytes of content) await spool.write(bytes);
  });
  const abort = () => reader.fail(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    for await (const bytes of source) await reader.write(bytes);
    await reader.end();
    return entries;
  } catch (error) {
    signal.throwIfAborted();
    throw isSatsumaError(error) ? error : wrong(sentenceOf(error));
  } finally {
    signal.removeEventListener('abort', abort);
    reader.close();
  }
}

const types = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'symlink',
  link: 'link',
} as const;

function entryOf({ name, type, linkname, mode = 0o644, mtime, size }: TarHeader, offset: number): SpooledEntry {
  const kind = types[(type ?? 'file') as keyof typeof types];
  if (kind === undefined) throw wrong(`its entry ${shown(name)} is neither a file nor a folder nor a link`);
  if (escapesRoot(name)) throw wrong(`its entry ${shown(name)} leads out of it`);
  if (linkname && escapesRoot(kind === 'symlink' ? join(folderOf(name), linkname) : linkname)) {
    throw wrong(`its entry ${shown(name)} is a link that leads out of it`);
  }
  const isFile = kind === 'file';
  return {
    ...{ name: name.replace(/^\.\//, ''), type: kind, linkName: linkname ?? undefined, mode, offset },
    ...{ modifiedAt: mtime ?? new Date(0), size: isFile ? size : 0 },
  };
}

/** Rejected here, because engines may accept it. */
function escapesRoot(path: string): boolean {
  if (path.startsWith('/') || path.length > maxNameLength || path.includes('\0')) return true;
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

function join(folder: string, path: string): string {
  return path.startsWith('/') || folder === '' ? path : `${folder}/${path}`;
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

async function unzipped(source: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  const chunks = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let isOver = false;
  while (head.length < magicBytes && !isOver) {
    const next = await chunks.next();
    if (next.done) isOver = true;
    else head = Buffer.concat([head, next.value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  }
  if (head.length === 0) throw wrong('it is empty');
  const other = otherCompressions.find(({ magic }) => head.subarray(0, magic.length).equals(magic));
  if (other) throw wrong(`it is compressed with ${other.name}: decompress it first (${other.tool}), or use gzip`);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return whole();
  return gunzipped(whole());
}

async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // The reader gets the error as well.
  pipeline(source, gunzip).catch(() => undefined);
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    if (isSatsumaError(error)) throw error;
    throw wrong('its compression with gzip is damaged, or it ends too early');
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof BadArchive) return error.message;
  const { message = '' } = error as Error;
  if (/unexpected end/i.test(message)) return 'it ends too early';
  return /tar|header/i.test(message) ? 'it is no tar archive, or it is damaged' : message.slice(0, 200);
}

function wrong(sentence: string): SatsumaError {
  return new SatsumaError('invalid', `the archive cannot be loaded: ${sentence}`);
}
