import { visibleLines } from '../model/visible-text.ts';
import type { Io } from './io.ts';

export const rawOption = ['--raw', 'to a terminal as it was written, with colours and whatever else is in it'] as const;

/**
 * Writes what a container wrote. It passes unchanged to a pipe or a file, and to a terminal with `isRaw`. Otherwise
 * escape sequences and other control characters are made visible. False when nobody reads any more.
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

/** A terminal container ends its lines with a carriage return and a line feed. */
async function* visible(log: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder();
  let kept = '';
  for await (const bytes of log) {
    const text = kept + decoder.decode(bytes, { stream: true });
    // What follows a carriage return tells whether it ends a line.
    kept = text.endsWith('\r') ? '\r' : '';
    yield shownOf(text.slice(0, text.length - kept.length));
  }
  yield shownOf(kept + decoder.decode());
}

function shownOf(text: string): Buffer {
  return Buffer.from(visibleLines(text.replaceAll('\r\n', '\n')));
}
