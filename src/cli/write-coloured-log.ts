import { visibleLines } from '../model/visible-text.ts';
import type { Io } from './io.ts';

/** Without red and green, which mean failed and healthy elsewhere. */
const colours = [36, 33, 35, 34, 96, 93, 95, 94] as const;

/** Writes lines of several sources, `name  | line`, with a colour per source as long as there are enough. */
export async function writeColoured(
  io: Io,
  log: AsyncIterable<Buffer>,
  { isRaw }: { readonly isRaw: boolean },
): Promise<void> {
  const colourOf = new Map<string, number>();
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of log) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    const text = lines.map((line) => `${coloured(isRaw ? line : visibleLines(line), colourOf)}\n`).join('');
    if (!(await io.pipe(Buffer.from(text)))) return;
  }
}

function coloured(line: string, colourOf: Map<string, number>): string {
  const [, source = '', prefix = ''] = /^((\S+) * {2}[|!+]) /.exec(line) ?? [];
  if (source === '') return line;
  const colour = colourOf.get(prefix) ?? colours[colourOf.size % colours.length] ?? 36;
  colourOf.set(prefix, colour);
  return `\x1b[${colour}m${source}\x1b[0m${line.slice(source.length)}`;
}
