import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { SatsumaError } from '../model/errors.ts';

/**
 * Writes a file completely or not at all: after a failure the file is unchanged. A device or a pipe is written
 * directly. `mode`: the file mode, before the umask. Throws `invalid` if the file cannot be written, and what the
 * source throws.
 */
export async function writeFileWhole(file: string, source: AsyncIterable<Buffer>, mode = 0o666): Promise<void> {
  const isRegular = await stat(file).then(
    (known) => known.isFile() || known.isDirectory(),
    () => true,
  );
  const target = isRegular ? `${file}.${process.pid}.part` : file;
  try {
    await pipeline(source, createWriteStream(target, { mode }));
    if (isRegular) await rename(target, file);
  } catch (error) {
    if (isRegular) await rm(target, { force: true }).catch(() => undefined);
    if (!isOfFiles(error)) throw error;
    // Names the target in the message instead of the temporary file.
    const message = error.message.replaceAll(target, file);
    throw new SatsumaError('invalid', `cannot write ${file}: ${message}`, { cause: error });
  }
}

function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}
