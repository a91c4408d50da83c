import { SatsumaError } from '../model/errors.ts';
import { IncompleteOperation } from './exit-codes.ts';
import type { Io } from './io.ts';

/** More than any registry accepts. */
const maxBytes = 64 * 1024;
const enter = ['\r', '\n'];
const backspace = ['\x7f', '\b'];

/** Reads standard input without the last newline. Throws `invalid`. */
export async function readPassword({ input }: Io): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input?.read() ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new SatsumaError('invalid', 'the password on standard input is longer than 64 KiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, '');
}

/** Prompts on the terminal without echo. Throws `NotDone` at Ctrl-C. */
export async function promptPassword({ input, stderr }: Io, what = 'Password'): Promise<string> {
  if (!input) throw new SatsumaError('invalid', 'there is no terminal to ask for the password: use --password-stdin');
  stderr(`${what}: `);
  input.setRaw(true);
  try {
    const decoder = new TextDecoder();
    let typed = '';
    for await (const chunk of input.read()) {
      for (const key of decoder.decode(chunk, { stream: true })) {
        if (enter.includes(key)) return typed;
        if (key === '\x03') throw new IncompleteOperation(130, 'not logged in');
        if (key === '\x04') return typed;
        typed = backspace.includes(key) ? [...typed].slice(0, -1).join('') : typed + key;
      }
      if (typed.length > maxBytes) throw new SatsumaError('invalid', 'the password is longer than 64 KiB');
    }
    return typed;
  } finally {
    input.setRaw(false);
    input.close();
    stderr('\n');
  }
}
