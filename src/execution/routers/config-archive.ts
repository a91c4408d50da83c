import tar from 'tar-stream';

/** An archive of one file, which its owner alone can read. */
export async function* configArchive(name: string, text: string): AsyncGenerator<Buffer> {
  const pack = tar.pack();
  pack.entry({ name, mode: 0o600, uid: 0, gid: 0 }, text);
  pack.finalize();
  for await (const bytes of pack) yield bytes as Buffer;
}
