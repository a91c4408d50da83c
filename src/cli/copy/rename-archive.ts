import type { Headers } from 'tar-stream';
import { EntryNames } from './entry-names.ts';
import { refuseBadSize } from './refuse-bad-size.ts';
import { writeAll } from './write-all.ts';

/** Fields that tar-stream reads and writes beyond its types. */
interface Extended extends Headers {
  readonly pax?: Readonly<Record<string, string>> | null;
}

/** Binary attributes, which do not survive decoding as UTF-8. */
const binary = /^SCHILY\.xattr\./;

/**
 * The same archive with its first entry, and everything below it, renamed. `onLoss` is called if attributes are
 * dropped.
 */
export async function* renameArchive(
  archive: AsyncIterable<Buffer>,
  name: string,
  onLoss: () => void,
): AsyncGenerator<Buffer> {
  const { extract: createExtract, pack: createPack } = await import('tar-stream');
  const names = new EntryNames(name);
  const extract = createExtract();
  const pack = createPack();
  pack.on('error', () => undefined);
  const feeding = writeAll(archive, extract).catch((error: Error) => void pack.destroy(error));
  const renaming = (async () => {
    for await (const entry of extract) {
      const { header } = entry;
      refuseBadSize(header);
      const { path: _path, linkpath: _link, size: _size, ...pax } = (header as Extended).pax ?? {};
      const kept = Object.entries(pax).filter(([key]) => !binary.test(key));
      if (kept.length < Object.keys(pax).length) onLoss();
      const isHardLink = header.type === 'link' && typeof header.linkname === 'string';
      const renamed: Extended = {
        ...header,
        name: `${names.renamed(header.name) || '.'}${header.type === 'directory' ? '/' : ''}`,
        ...(isHardLink && { linkname: names.renamed(header.linkname ?? '') }),
        pax: kept.length === 0 ? null : Object.fromEntries(kept),
      };
      await writeAll(entry as unknown as AsyncIterable<Buffer>, pack.entry(renamed));
    }
    pack.finalize();
  })().catch((error: Error) => void pack.destroy(error));
  try {
    yield* pack as unknown as AsyncIterable<Buffer>;
    await Promise.all([feeding, renaming]);
  } finally {
    extract.destroy();
    pack.destroy();
  }
}
