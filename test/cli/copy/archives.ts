import { finished } from 'node:stream/promises';
import { extract, type Headers, pack } from 'tar-stream';

export type Item = Headers & { readonly pax?: Record<string, string>; readonly content?: string };

/** A tar archive of these entries, in this order. */
export async function archiveOf(...items: readonly Item[]): Promise<Buffer<ArrayBuffer>> {
  const archive = pack();
  const chunks: Buffer[] = [];
  archive.on('data', (chunk) => chunks.push(chunk as Buffer));
  for (const { content, ...header } of items) {
    await new Promise<void>((resolve, reject) => {
      archive.entry(header, content ?? '', (error) => (error ? reject(error) : resolve()));
    });
  }
  archive.finalize();
  await finished(archive as unknown as NodeJS.ReadableStream);
  return Buffer.concat(chunks);
}

/** As it would come over a connection: in pieces that end anywhere. */
export async function* inPieces(archive: Buffer, size = 300): AsyncGenerator<Buffer> {
  for (let at = 0; at < archive.length; at += size) yield archive.subarray(at, at + size);
}

export async function readArchive(source: AsyncIterable<Buffer>): Promise<(Headers & { content: string })[]> {
  const archive = extract();
  void (async () => {
    for await (const chunk of source) archive.write(chunk);
    archive.end(undefined);
  })().catch((error: Error) => archive.destroy(error));
  const entries: (Headers & { content: string })[] = [];
  for await (const entry of archive) {
    let content = '';
    for await (const chunk of entry) content += chunk;
    entries.push({ ...entry.header, content });
  }
  return entries;
}
