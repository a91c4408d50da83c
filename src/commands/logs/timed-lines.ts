import type { LogLine } from '../../api/log.ts';
import { LineSplitter } from '../services/line-splitter.ts';
import type { TimedLine } from './log-merger.ts';

const timed = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) ?/;

export type LinePart = Pick<LogLine, 'line' | 'part'>;

/**
 * Splits a log into lines with Docker's timestamps, and skips lines that were delivered before. A line above the limit
 * is split into parts with the timestamp of the first: text in the middle of a line is never parsed as a timestamp.
 */
export class TimedLines {
  readonly #splitter: LineSplitter;
  readonly #givenUntil: string;
  #last: string;
  #isInLine = false;

  constructor(givenUntil: string, maximumBytes: number) {
    this.#splitter = new LineSplitter(maximumBytes);
    this.#givenUntil = givenUntil;
    this.#last = givenUntil;
  }

  /** The time of the last line. */
  get last(): string {
    return this.#last;
  }

  push(bytes: Buffer): TimedLine<LinePart>[] {
    return this.#timed(this.#splitter.push(bytes));
  }

  end(): TimedLine<LinePart>[] {
    return this.#timed(this.#splitter.end());
  }

  #timed(lines: Iterable<Buffer>): TimedLine<LinePart>[] {
    const found: TimedLine<LinePart>[] = [];
    for (const each of lines) {
      const { isInLine } = this.#splitter;
      const part = partOf(this.#isInLine, isInLine);
      const text = each.toString().replace(isInLine ? /\n$/ : /\r?\n$/, '');
      const [prefix = '', at] = (!this.#isInLine && timed.exec(text)) || [];
      this.#isInLine = isInLine;
      this.#last = at ?? this.#last;
      if (this.#givenUntil !== '' && this.#last <= this.#givenUntil) continue;
      found.push({ at: this.#last, value: { line: text.slice(prefix.length), ...(part && { part }) } });
    }
    return found;
  }
}

function partOf(isBegun: boolean, goesOn: boolean): LogLine['part'] {
  if (isBegun) return goesOn ? 'middle' : 'end';
  return goesOn ? 'begin' : undefined;
}
