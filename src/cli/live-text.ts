import { visibleText } from '../model/visible-text.ts';
import type { Io, Terminal } from './io.ts';

/** Text on a terminal that is written over by what comes after it. */
export class LiveText {
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
