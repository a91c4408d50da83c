import type { Io } from './io.ts';
import { line } from './line.ts';
import { LiveText } from './live-text.ts';

/** How something is at the moment. */
export interface Snapshot {
  /** All of it, for a terminal. */
  readonly lines: readonly string[];
  /** What there is to say of what, for everywhere else. */
  readonly sayings: ReadonlyMap<string, Saying>;
}

export interface Saying {
  readonly text: string;
  /** Said when there is no more to say; left out: nothing is. */
  readonly farewell?: string;
}

/** Shows how something comes along: on a terminal a table that is drawn in place, elsewhere a line for each change. */
export class Progress {
  readonly #io: Io;
  readonly #table: LiveText;
  #said: ReadonlyMap<string, Saying> = new Map();

  constructor(io: Io) {
    this.#io = io;
    this.#table = new LiveText(io);
  }

  show({ lines, sayings }: Snapshot): void {
    const terminal = this.#io.terminal?.();
    if (terminal) {
      this.#table.show(lines, terminal);
      return;
    }
    for (const [subject, { text }] of sayings) {
      if (this.#said.get(subject)?.text !== text) this.#io.stdout(line`${subject}: ${text}`);
    }
    for (const [subject, { farewell }] of this.#said) {
      if (!sayings.has(subject) && farewell !== undefined) this.#io.stdout(line`${subject}: ${farewell}`);
    }
    this.#said = sayings;
  }
}
