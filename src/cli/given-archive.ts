import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { SatsumaError } from '../model/errors.ts';
import type { Io } from './io.ts';

/**
 * The bytes of a file that was named; `-` is standard input. Undefined: there is no such file. Throws `invalid`, with an
 * example of what to type, where standard input is a terminal.
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
