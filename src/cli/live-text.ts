import { visibleText } from '../model/visible-text.ts';
import type { Io, Terminal } from './io.ts';

/** Text on a terminal that later output overwrites. */
export class LiveText {
  readonly #io: Io;
  #shown = '';
  #lines = 0;

  constructor(io: Io) {
    this.#io = io;
  }

  /** Long lines and surplus lines are cut: wrapped or scrolled text could not be overwritten. */
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
