import { contentsOf, type Spool, type SpooledEntry } from './spool.ts';

/** An image in an archive in the format of `docker save`. */
export interface ArchivedImage {
  /** The digest of its configuration, which is its id on engines. */
  readonly id: string;
  readonly tags: readonly string[];
  /** Lowest first. */
  readonly layers: readonly ArchivedLayer[];
}

interface ArchivedLayer {
  readonly chainId: string;
  /** The path of its content in the archive. */
  readonly path: string;
}

/** A completely read archive, in an unnamed file. Supports concurrent readers. */
export class ImageArchive {
  readonly images: readonly ArchivedImage[];
  readonly entries: readonly SpooledEntry[];
  readonly #spool: Spool;

  constructor(spool: Spool, entries: readonly SpooledEntry[], images: readonly ArchivedImage[]) {
    this.#spool = spool;
    this.entries = entries;
    this.images = images;
  }

  /** The entries that an engine with these layer chains does not need. */
  knownEntries(hasChain: (chainId: string) => boolean): ReadonlySet<string> {
    const known = new Set<string>();
    const needed = new Set<string>();
    for (const { layers } of this.images) {
      for (const { chainId, path } of layers) (hasChain(chainId) ? known : needed).add(path);
    }
    // A layer with several chains is stored once.
    return new Set([...known].filter((path) => !needed.has(path)));
  }

  contents(entry: SpooledEntry): AsyncIterable<Buffer> {
    return contentsOf(this.#spool.file, entry);
  }

  async close(): Promise<void> {
    await this.#spool.close();
  }
}
