import { visibleText } from '../model/visible-text.ts';
import { type Io, onStandardError, type Terminal } from './io.ts';
import { line } from './line.ts';
import type { OutputFlags, Text } from './output.ts';
import { formatTable } from './table.ts';

/** Text on a terminal that is written over by what comes after it. */
class LiveText {
  readonly #io: Io;
  #shown = '';
  #lines = 0;

  constructor(io: Io) {
    this.#io = io;
  }

  /** Lines that do not fit are cut: one that went on in the next, or beyond the screen, could not be written over. */
  show(lines: readonly string[], { columns, rows }: Terminal): void {
    const room = Math.max(1, rows - 2);
    const fit = lines.length <= room ? lines : [...lines.slice(0, room - 1), `... and ${lines.length - room + 1} more`];
    const cut = fit.map((line) => [...visibleText(line)].slice(0, columns - 1).join(''));
    const text = cut.map((line) => `${line}\n`).join('');
    if (text === this.#shown) return;
    if (this.#lines > 0) this.#io.control(`\x1b[${this.#lines}A\r\x1b[J`);
    this.#io.stdout(text);
    this.#shown = text;
    this.#lines = cut.length;
  }
}

/** How something is at the moment. */
export interface Snapshot {
  /** All of it, for a terminal. */
  readonly text: Text;
  /** What there is to say of what, for everywhere else. */
  readonly sayings: ReadonlyMap<string, Saying>;
}

export interface Saying {
  readonly text: string;
  /** Said when there is no more to say; left out: nothing is. */
  readonly farewell?: string;
}

/**
 * Shows how something comes along: on a terminal a table that is drawn in place, elsewhere a line for each change. With
 * `--json` standard output is for the result, and a terminal at standard error shows the table.
 */
export class Progress {
  readonly #io: Io;
  readonly #table: LiveText;
  #said: ReadonlyMap<string, Saying> = new Map();

  readonly #isQuiet: boolean;

  constructor(io: Io, { json = false }: OutputFlags) {
    this.#io = json ? onStandardError(io) : io;
    this.#isQuiet = json;
    this.#table = new LiveText(this.#io);
  }

  show({ text: whole, sayings }: Snapshot): void {
    const terminal = this.#io.terminal?.();
    if (terminal) this.#table.show(linesOf(whole, terminal), terminal);
    if (terminal || this.#isQuiet) return;
    for (const [subject, { text }] of sayings) {
      if (this.#said.get(subject)?.text !== text) this.#io.stdout(line`${subject}: ${text}`);
    }
    for (const [subject, { farewell }] of this.#said) {
      if (!sayings.has(subject) && farewell !== undefined) this.#io.stdout(line`${subject}: ${farewell}`);
    }
    this.#said = sayings;
  }
}

function linesOf(text: Text, { columns }: Terminal): string[] {
  const width = columns - 1;
  const parts = [text].flat().map((part) => (typeof part === 'string' ? part : formatTable(part, { width })));
  const whole = parts.join('').trimEnd();
  return whole === '' ? [] : whole.split('\n');
}
