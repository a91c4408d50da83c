import { createReadStream, type Stats } from 'node:fs';
import { lstat, opendir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Headers, Pack } from 'tar-stream';
import { SatsumaError } from '../../model/errors.ts';
import { writeAll } from './write-all.ts';

interface PackOptions {
  /** The name of the file or folder in the archive. */
  readonly name: string;
  /** Called for each file that an archive cannot contain: a socket. */
  readonly onSkip: (path: string) => void;
}

/** A local file or folder as a tar archive, read on demand. Throws `invalid` if a file cannot be read. */
export async function* packFiles(path: string, options: PackOptions): AsyncGenerator<Buffer> {
  const { pack: createPack } = await import('tar-stream');
  const pack = createPack();
  pack.on('error', () => undefined);
  const packing = addTree(pack, path, { ...options, links: new Map() }).then(
    () => pack.finalize(),
    (error: unknown) => void pack.destroy(toReadError(error)),
  );
  try {
    yield* pack as unknown as AsyncIterable<Buffer>;
    await packing;
  } finally {
    pack.destroy();
  }
}

interface Tree extends PackOptions {
  /** Files with several hard links, by device and inode. */
  readonly links: Map<string, string>;
}

async function addTree(pack: Pack, path: string, tree: Tree): Promise<void> {
  const stats = await lstat(path);
  const header = headerOf(stats, tree.name);
  if (stats.isDirectory()) {
    await add(pack, { ...header, name: `${tree.name}/`, type: 'directory' });
    // Reads entry by entry, because a folder may have a million.
    for await (const { name } of await opendir(path))
      await addTree(pack, join(path, name), { ...tree, name: `${tree.name}/${name}` });
  } else if (stats.isSymbolicLink()) {
    await add(pack, { ...header, type: 'symlink', linkname: await readlink(path) });
  } else if (stats.isFile()) {
    await addFile(pack, path, { stats, tree });
  } else if (stats.isFIFO()) {
    await add(pack, { ...header, type: 'fifo' });
  } else {
    tree.onSkip(path);
  }
}

async function addFile(
  pack: Pack,
  path: string,
  { stats, tree }: { readonly stats: Stats; readonly tree: Tree },
): Promise<void> {
  const header = headerOf(stats, tree.name);
  const identity = `${stats.dev}:${stats.ino}`;
  const first = stats.nlink > 1 ? tree.links.get(identity) : undefined;
  if (first !== undefined) return await add(pack, { ...header, type: 'link', linkname: first });
  if (stats.nlink > 1) tree.links.set(identity, tree.name);
  const { size } = stats;
  if (size === 0) return await add(pack, { ...header, type: 'file', size });
  // The header has the size, so bytes appended meanwhile are ignored.
  const source = createReadStream(path, { end: size - 1 });
  await writeAll(source, pack.entry({ ...header, type: 'file', size }));
}

function add(pack: Pack, header: Headers): Promise<void> {
  return new Promise((resolve, reject) => {
    pack.entry(header, (error) => (error ? reject(error) : resolve())).end(undefined);
  });
}

function headerOf({ mode, uid, gid, mtime }: Stats, name: string): Headers {
  return { name, mode: mode & 0o7777, uid, gid, mtime };
}

function toReadError(error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new SatsumaError('invalid', `cannot read what is to be copied: ${reason}`, { cause: error });
}
