import { createHash } from 'node:crypto';
import tar, { type Headers } from 'tar-stream';

export const digest = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

export interface Entry extends Partial<Headers> {
  readonly name: string;
  readonly text?: string | Buffer;
}

export async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { text = '', ...header } of entries) pack.entry(header, text);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const bytes of pack) chunks.push(bytes as Buffer);
  return Buffer.concat(chunks);
}

export async function entriesOf(archive: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  const extract = tar.extract();
  extract.on('entry', async (header, content, next) => {
    const chunks: Buffer[] = [];
    for await (const bytes of content) chunks.push(bytes as Buffer);
    entries.set(header.name, Buffer.concat(chunks));
    next();
  });
  const finished = new Promise((resolve, reject) => extract.once('finish', resolve).once('error', reject));
  for await (const bytes of archive) extract.write(bytes);
  extract.end();
  await finished;
  return entries;
}

/** An image as `docker save` writes it: a folder for each layer, `manifest.json` at the end. Its layers are these texts. */
export function imageEntries(tag: string, layers: readonly string[]): Entry[] {
  const diffIds = layers.map((layer) => `sha256:${digest(layer)}`);
  const config = JSON.stringify({ rootfs: { type: 'layers', diff_ids: diffIds } });
  const folders = layers.map((layer) => digest(`folder of ${layer}`));
  const Layers = folders.map((folder) => `${folder}/layer.tar`);
  return [
    ...folders.flatMap((folder, index) => [
      { name: `${folder}/`, type: 'directory' as const },
      { name: `${folder}/VERSION`, text: '1.0' },
      { name: `${folder}/layer.tar`, text: layers[index] ?? '' },
    ]),
    { name: `${digest(config)}.json`, text: config },
    { name: 'manifest.json', text: JSON.stringify([{ Config: `${digest(config)}.json`, RepoTags: [tag], Layers }]) },
  ];
}

export async function* inPieces(bytes: Buffer, size = 10_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
