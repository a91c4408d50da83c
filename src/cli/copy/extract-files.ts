import { chmod, link, lstat, mkdir, open, rename, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Entry, Headers } from 'tar-stream';
import { SatsumaError } from '../../model/errors.ts';
import { EntryNames } from './entry-names.ts';
import { refuseBadSize } from './refuse-bad-size.ts';
import { writeAll } from './write-all.ts';

export interface ExtractOptions {
  /** An existing folder. */
  readonly folder: string;
  /** The new name of the first entry. Absent: its own. */
  readonly name?: string;
  /** Keeps the set-user-ID bits of files. */
  readonly isWhole: boolean;
  /** Called for each entry that cannot be created here: a device, a pipe. */
  readonly onSkip: (path: string) => void;
}

/**
 * Unpacks an archive in a local folder. Never writes outside of the folder, nor through a symbolic link below it: links
 * are created, but not followed. Throws `invalid`, and what the archive throws.
 */
export async function extractFiles(archive: AsyncIterable<Buffer>, options: ExtractOptions): Promise<void> {
  const { extract: createExtract } = await import('tar-stream');
  const extract = createExtract();
  let failure: unknown;
  const feeding = writeAll(archive, extract).catch((error: unknown) => {
    failure ??= error;
  });
  const target = new Target(options);
  try {
    for await (const entry of extract) await target.add(entry);
    await target.finish();
  } catch (error) {
    failure ??= error;
  } finally {
    extract.destroy();
  }
  await feeding;
  if (failure) throw toWriteError(failure);
}

class Target {
  readonly #options: ExtractOptions;
  readonly #names: EntryNames;
  /**
   * Folders that may get more entries, each in the one before. Their modes and times are set when they are complete.
   */
  readonly #open: { readonly path: string; readonly header: Headers }[] = [];

  constructor(options: ExtractOptions) {
    this.#options = options;
    this.#names = new EntryNames(options.name);
  }

  async add(entry: Entry): Promise<void> {
    const { header } = entry;
    refuseBadSize(header);
    const name = this.#names.renamed(header.name);
    const path = join(this.#options.folder, name);
    while (this.#open.length > 0 && !path.startsWith(`${this.#open.at(-1)?.path}/`)) await this.#leave();
    // The folder itself exists already.
    if (name !== '') {
      await this.#makeParents(name);
      await this.#make(entry, path);
    }
    entry.resume();
  }

  async finish(): Promise<void> {
    while (this.#open.length > 0) await this.#leave();
  }

  async #make(entry: Entry, path: string): Promise<void> {
    const { header } = entry;
    const there = await lstat(path).catch(() => undefined);
    if (header.type === 'directory') {
      if (there && !there.isDirectory()) throw new SatsumaError('invalid', `cannot overwrite ${path} with a folder`);
      if (!there) await mkdir(path, { mode: 0o700 });
      this.#open.push({ path, header });
      return;
    }
    if (there?.isDirectory()) throw new SatsumaError('invalid', `cannot overwrite the folder ${path} with a file`);
    if (header.type === 'symlink') {
      await rm(path, { force: true });
      await symlink(header.linkname ?? '', path);
    } else if (header.type === 'link') {
      const name = this.#names.renamed(header.linkname ?? '');
      await this.#makeParents(name);
      await rm(path, { force: true });
      await link(join(this.#options.folder, name), path);
    } else if (header.type === 'file' || header.type === 'contiguous-file') await this.#makeFile(entry, path);
    else this.#options.onSkip(path);
  }

  /** Writes a file completely or not at all. */
  async #makeFile(entry: Entry, path: string): Promise<void> {
    const part = join(dirname(path), `.satsuma-cp-${process.pid}.part`);
    try {
      const file = await open(part, 'wx', 0o600);
      try {
        for await (const bytes of entry as unknown as AsyncIterable<Buffer>) await file.writeFile(bytes);
      } finally {
        await file.close();
      }
      await this.#finish(part, entry.header);
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async #makeParents(name: string): Promise<void> {
    let path = this.#options.folder;
    for (const part of name.split('/').slice(0, -1)) {
      path = join(path, part);
      const there = await lstat(path).catch(() => undefined);
      if (!there) await mkdir(path);
      else if (!there.isDirectory())
        throw new SatsumaError('invalid', `the archive has an entry below ${path}, which is not a folder`);
    }
  }

  async #leave(): Promise<void> {
    const left = this.#open.pop();
    if (left) await this.#finish(left.path, left.header);
  }

  async #finish(path: string, { mode = 0o644, mtime = new Date() }: Headers): Promise<void> {
    await chmod(path, mode & (this.#options.isWhole ? 0o7777 : 0o1777));
    await utimes(path, mtime, mtime);
  }
}

/** Error messages of tar-stream for an invalid archive. */
const noArchive = /end of data|tar header|stream was destroyed/i;

function toWriteError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const isOfFiles = 'syscall' in error && 'errno' in error && 'path' in error;
  if (isOfFiles) return new SatsumaError('invalid', `cannot write the copy: ${error.message}`, { cause: error });
  if (!noArchive.test(error.message)) return error;
  return new SatsumaError('invalid', 'this is not a complete tar archive', { cause: error });
}
