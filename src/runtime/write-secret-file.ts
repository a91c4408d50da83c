import { open } from 'node:fs/promises';

/** Makes a file of one line that its owner alone can read, and that is on the disk when this returns. Rejects with EEXIST where there is one. */
export async function writeSecretFile(path: string, line: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}
