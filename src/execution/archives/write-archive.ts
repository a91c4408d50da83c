import tar, { type Pack } from 'tar-stream';
import { eventOf } from '../../runtime/event-of.ts';
import type { ImageArchive } from './image-archive.ts';
import type { SpooledEntry } from './spool.ts';

/** The archive without the entries of these names, with backpressure. */
export async function* writeArchive(archive: ImageArchive, leftOut: ReadonlySet<string>): AsyncGenerator<Buffer> {
  const pack = tar.pack();
  const filling = fill(pack, archive, leftOut).catch((error: Error) => {
    pack.destroy(error);
    throw error;
  });
  // Errors are also emitted by the pack.
  filling.catch(() => undefined);
  try {
    for await (const bytes of pack) yield bytes as Buffer;
    await filling;
  } finally {
    pack.destroy();
  }
}

async function fill(pack: Pack, archive: ImageArchive, leftOut: ReadonlySet<string>): Promise<void> {
  for (const entry of archive.entries) {
    if (leftOut.has(entry.name)) continue;
    if (pack.destroyed) return;
    const sink = pack.entry(headerOf(entry), () => undefined);
    if (entry.type !== 'file') continue;
    for await (const bytes of archive.contents(entry)) {
      if (pack.destroyed) return;
      if (!sink.write(bytes)) await eventOf(sink, 'drain', 'close');
    }
    const over = eventOf(sink, 'finish', 'close');
    sink.end();
    await over;
  }
  pack.finalize();
}

function headerOf({ name, type, linkName, mode, modifiedAt, size }: SpooledEntry) {
  return { name, type, size, mode, mtime: modifiedAt, ...(linkName !== undefined && { linkname: linkName }) };
}
