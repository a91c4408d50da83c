import type { Io } from './io.ts';

export type OutputWriter = (stream: 'stdout' | 'stderr', bytes: Buffer) => Promise<boolean>;

/**
 * Writes a program's output, each stream to its own. It passes unchanged to a pipe or a file, and to a terminal with
 * `isRaw`; otherwise control characters are made visible. False when the reader is gone.
 */
export function outputWriter(io: Io, { isRaw }: { readonly isRaw: boolean }): OutputWriter {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const context = {
    stdout: { terminal: io.terminal?.(), text: io.stdout, pipe: io.pipe },
    stderr: { terminal: io.errorTerminal?.(), text: io.stderr, pipe: io.errorPipe },
  };
  return async (stream, bytes) => {
    const { terminal, text, pipe } = context[stream];
    if (pipe && (isRaw || terminal === undefined)) return await pipe(bytes);
    text(decoders[stream].decode(bytes, { stream: true }).replaceAll('\r\n', '\n'));
    return true;
  };
}
