import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { SatsumaError } from '../model/errors.ts';
import type { Io } from './io.ts';

/**
 * Opens a file; `-` is standard input. Undefined: the file does not exist. Throws `invalid` with an example if standard
 * input is a terminal.
 */
export async function givenArchive(from: string, { input }: Io, example: string): Promise<Readable | undefined> {
  if (from === '-') {
    if (!input || input.isTerminal) throw new SatsumaError('invalid', `no archive on standard input: ${example}`);
    return Readable.from(input.read(), { objectMode: false });
  }
  const isFile = await stat(from).then(
    (found) => !found.isDirectory(),
    () => false,
  );
  return isFile ? createReadStream(from, { highWaterMark: 256 * 1024 }) : undefined;
}
