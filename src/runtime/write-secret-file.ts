import { open } from 'node:fs/promises';

/** Creates a file with one line, readable to its owner only, and synced to disk. Rejects with EEXIST if it exists. */
export async function writeSecretFile(path: string, line: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}
