import { type Io, onStandardError, type Terminal } from './io.ts';
import { line } from './line.ts';
import { LiveText } from './live-text.ts';
import type { OutputFlags, Text } from './output.ts';
import { formatTable } from './table.ts';

/** The current state of an operation. */
export interface Snapshot {
  /** The whole state, for a terminal. */
  readonly text: Text;
  /** Messages by subject, for other output. */
  readonly sayings: ReadonlyMap<string, ProgressMessage>;
}

export interface ProgressMessage {
  readonly text: string;
  /** The last message for the subject, when it is gone. Absent: none. */
  readonly farewell?: string;
}

/**
 * Shows the progress of an operation: a live table on a terminal, otherwise a line for each change. With `--json`,
 * stdout is for the result, and the table is shown on stderr if that is a terminal.
 */
export class Progress {
  readonly #io: Io;
  readonly #table: LiveText;
  #lastMessages: ReadonlyMap<string, ProgressMessage> = new Map();

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
      if (this.#lastMessages.get(subject)?.text !== text) this.#io.stdout(line`${subject}: ${text}`);
    }
    for (const [subject, { farewell }] of this.#lastMessages) {
      if (!sayings.has(subject) && farewell !== undefined) this.#io.stdout(line`${subject}: ${farewell}`);
    }
    this.#lastMessages = sayings;
  }
}

function linesOf(text: Text, { columns }: Terminal): string[] {
  const width = columns - 1;
  const parts = [text].flat().map((part) => (typeof part === 'string' ? part : formatTable(part, { width })));
  const whole = parts.join('').trimEnd();
  return whole === '' ? [] : whole.split('\n');
}
