import { contentsOf, type Spool, type SpooledEntry } from './spool.ts';

/** An image in an archive, as `docker save` writes it. */
export interface ArchivedImage {
  /** The digest of its configuration, which is its id on an engine. */
  readonly id: string;
  readonly tags: readonly string[];
  /** The lowest first. */
  readonly layers: readonly ArchivedLayer[];
}

export interface ArchivedLayer {
  readonly chainId: string;
  /** Where its content is in the archive. */
  readonly path: string;
}

/** An archive that was read to its end, in a file without a name. Any number may read it at the same time. */
export class ImageArchive {
  readonly images: readonly ArchivedImage[];
  readonly entries: readonly SpooledEntry[];
  readonly #spool: Spool;

  constructor(spool: Spool, entries: readonly SpooledEntry[], images: readonly ArchivedImage[]) {
    this.#spool = spool;
    this.entries = entries;
    this.images = images;
  }

  /** Names of the entries that an engine with these chains of layers needs not. */
  knownEntries(hasChain: (chainId: string) => boolean): ReadonlySet<string> {
    const known = new Set<string>();
    const needed = new Set<string>();
    for (const { layers } of this.images) {
      for (const { chainId, path } of layers) (hasChain(chainId) ? known : needed).add(path);
    }
    // A layer that stands at two places is one content.
    return new Set([...known].filter((path) => !needed.has(path)));
  }

  contents(entry: SpooledEntry): AsyncIterable<Buffer> {
    return contentsOf(this.#spool.file, entry);
  }

  async close(): Promise<void> {
    await this.#spool.close();
  }
}
