import { SatsumaError } from '../model/errors.ts';
import type { Io } from './io.ts';
import { writeFileWhole } from './write-file-whole.ts';

/** Writes bytes to a file, completely or not at all, or to standard output. Throws `invalid` if that is a terminal. */
export async function writeArchive(
  io: Io,
  archive: AsyncIterable<Buffer>,
  { output, mode }: { readonly output?: string | undefined; readonly mode?: number },
): Promise<void> {
  if (output !== undefined) return await writeFileWhole(output, archive, mode);
  if (io.terminal?.() !== undefined) {
    throw new SatsumaError('invalid', 'refusing to write an archive to a terminal: use -o, or redirect the output');
  }
  for await (const bytes of archive) if (!(await io.pipe(bytes))) return;
}
