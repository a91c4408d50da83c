import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pack } from 'tar-stream';
import { SatsumaError } from '../../model/errors.ts';
import { writeAll } from '../copy/write-all.ts';
import { dockerIgnore, hasExceptions, type Ignores } from './docker-ignore.ts';

/** The same for the same files: who owns them and when they were written says nothing of what is built. */
const header = { uid: 0, gid: 0, mtime: new Date(0) };
const maxEntries = 500_000;

/** A folder as an archive to build from, without what its `.dockerignore` leaves out. Throws `invalid` where it cannot be read. */
export async function* folderContext(folder: string, dockerfile = 'Dockerfile'): AsyncGenerator<Buffer> {
  const { pack: createPack } = await import('tar-stream');
  const pack = createPack();
  pack.on('error', () => undefined);
  const packing = fill(pack, folder, dockerfile).then(
    () => pack.finalize(),
    (error: unknown) => void pack.destroy(unreadable(folder, error)),
  );
  try {
    yield* pack as unknown as AsyncIterable<Buffer>;
    await packing;
  } finally {
    pack.destroy();
  }
}

async function fill(pack: Pack, folder: string, dockerfile: string): Promise<void> {
  const own = await readFile(join(folder, `${dockerfile}.dockerignore`), 'utf8').catch(() => undefined);
  const text = own ?? (await readFile(join(folder, '.dockerignore'), 'utf8').catch(() => ''));
  const ignores = dockerIgnore(text, [dockerfile, '.dockerignore']);
  await addFolder({ pack, folder, ignores, isWhole: hasExceptions(text), count: { entries: 0 } }, '');
}

interface Filling {
  readonly pack: Pack;
  readonly folder: string;
  readonly ignores: Ignores;
  /** Folders that are left out are looked into. */
  readonly isWhole: boolean;
  readonly count: { entries: number };
}

async function addFolder(filling: Filling, within: string): Promise<void> {
  const names = (await readdir(join(filling.folder, within))).sort();
  for (const name of names) await addEntry(filling, within === '' ? name : `${within}/${name}`);
}

async function addEntry(filling: Filling, path: string): Promise<void> {
  const { pack, folder, ignores, isWhole, count } = filling;
  const stats = await lstat(join(folder, path));
  const isOut = ignores(path);
  if (stats.isDirectory()) {
    if (!isOut) await add(pack, { ...header, name: `${path}/`, mode: stats.mode & 0o7777, type: 'directory' });
    if (!isOut || isWhole) await addFolder(filling, path);
    return;
  }
  if (isOut) return;
  count.entries += 1;
  if (count.entries > maxEntries)
    throw new Error(`it has more than ${maxEntries} files: leave some out in .dockerignore`);
  const entry = { ...header, name: path, mode: stats.mode & 0o7777 };
  if (stats.isSymbolicLink()) {
    await add(pack, { ...entry, type: 'symlink', linkname: await readlink(join(folder, path)) });
  } else if (stats.isFile()) {
    const { size } = stats;
    if (size === 0) return await add(pack, { ...entry, type: 'file', size });
    await writeAll(
      createReadStream(join(folder, path), { end: size - 1 }),
      pack.entry({ ...entry, type: 'file', size }),
    );
  }
}

function add(pack: Pack, entry: Parameters<Pack['entry']>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    pack.entry(entry, (error) => (error ? reject(error) : resolve())).end(undefined);
  });
}

function unreadable(folder: string, error: unknown): Error {
  const { message } = error as Error;
  return new SatsumaError('invalid', `cannot read ${folder}, which is to be built: ${message}`, { cause: error });
}
