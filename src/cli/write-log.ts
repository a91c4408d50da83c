import { visibleLines } from '../model/visible-text.ts';
import type { Io } from './io.ts';

export const rawOption = [
  '--raw',
  'print the output to a terminal unchanged, including colours and other escape sequences',
] as const;

/**
 * Writes a container's log. It passes unchanged to a pipe or a file, and to a terminal with `isRaw`; otherwise control
 * characters and escape sequences are made visible. False when the reader is gone.
 */
export async function writeLog(
  io: Io,
  log: AsyncIterable<Buffer> | Iterable<Buffer>,
  { isRaw }: { readonly isRaw: boolean },
): Promise<boolean> {
  const shown = isRaw || io.terminal?.() === undefined ? log : visible(log);
  for await (const bytes of shown) if (!(await io.pipe(bytes))) return false;
  return true;
}

/** Containers with a terminal end lines with CR LF. */
async function* visible(log: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder();
  let kept = '';
  for await (const bytes of log) {
    const text = kept + decoder.decode(bytes, { stream: true });
    // The next character decides whether a carriage return ends a line.
    kept = text.endsWith('\r') ? '\r' : '';
    yield shownOf(text.slice(0, text.length - kept.length));
  }
  yield shownOf(kept + decoder.decode());
}

function shownOf(text: string): Buffer {
  return Buffer.from(visibleLines(text.replaceAll('\r\n', '\n')));
}
