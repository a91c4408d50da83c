import { type Io, onStandardError, type Terminal } from './io.ts';
import { line } from './line.ts';
import { LiveText } from './live-text.ts';
import type { OutputFlags, Text } from './output.ts';
import { formatTable } from './table.ts';

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
