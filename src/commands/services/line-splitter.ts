import { wholeCharacters } from '../../runtime/utf8.ts';

const newline = 0x0a;
const lineEnd = Buffer.from('\n');
const none: Buffer = Buffer.alloc(0);

/**
 * Splits a stream into whole lines. A line above the limit is split into several, so that no more than the limit is
 * buffered.
 */
export class LineSplitter {
  readonly #maximumBytes: number;
  #begun = none;
  #isInLine = false;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /** The last yielded piece is part of a longer line. Valid while its lines are read. */
  get isInLine(): boolean {
    return this.#isInLine;
  }

  /**
   * Yields the lines that are complete, with their newlines. They may be views of `bytes`: use them before it changes.
   */
  *push(bytes: Buffer): Generator<Buffer> {
    let rest = bytes;
    while (rest.length > 0) {
      const room = this.#maximumBytes - this.#begun.length;
      const end = rest.subarray(0, room + 1).indexOf(newline);
      if (end === -1 && rest.length <= room) {
        // Copied, because the underlying buffer may be much larger.
        this.#begun = Buffer.concat([this.#begun, rest]);
        return;
      }
      this.#isInLine = end === -1;
      if (end === -1) {
        const full = Buffer.concat([this.#begun, rest.subarray(0, room)]);
        // Invalid UTF-8 is split anywhere, so that each iteration makes progress.
        const cut = wholeCharacters(full) || full.length;
        this.#begun = full.subarray(cut);
        rest = rest.subarray(room);
        yield Buffer.concat([full.subarray(0, cut), lineEnd]);
        continue;
      }
      const begun = this.#begun;
      const line = rest.subarray(0, end + 1);
      this.#begun = none;
      rest = rest.subarray(end + 1);
      yield begun.length === 0 ? line : Buffer.concat([begun, line]);
    }
  }

  /** Yields the unterminated last line, if any. */
  *end(): Generator<Buffer> {
    this.#isInLine = false;
    if (this.#begun.length > 0) yield Buffer.concat([this.#begun, lineEnd]);
    this.#begun = none;
  }
}
