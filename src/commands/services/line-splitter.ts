import { wholeCharacters } from '../../runtime/utf8.ts';

const newline = 0x0a;
const lineEnd = Buffer.from('\n');
const none: Buffer = Buffer.alloc(0);

/**
 * Cuts what comes in pieces into whole lines. A line longer than the limit is cut, each piece a line of its own, so that
 * no more than the limit is ever kept.
 */
export class LineSplitter {
  readonly #maximumBytes: number;
  #begun = none;
  #isInLine = false;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /** What was told last is cut, and its line goes on. To be asked while its lines are read. */
  get isInLine(): boolean {
    return this.#isInLine;
  }

  /** The lines that are complete by now, with their ends. Parts of `bytes` where possible: to be used before it changes. */
  *push(bytes: Buffer): Generator<Buffer> {
    let rest = bytes;
    while (rest.length > 0) {
      const room = this.#maximumBytes - this.#begun.length;
      const end = rest.subarray(0, room + 1).indexOf(newline);
      if (end === -1 && rest.length <= room) {
        // A copy: what it is a part of may be much larger.
        this.#begun = Buffer.concat([this.#begun, rest]);
        return;
      }
      this.#isInLine = end === -1;
      if (end === -1) {
        const full = Buffer.concat([this.#begun, rest.subarray(0, room)]);
        // What has no beginning of a character is cut anywhere: something goes on with each turn.
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

  /** What there is of a line that was not ended. */
  *end(): Generator<Buffer> {
    this.#isInLine = false;
    if (this.#begun.length > 0) yield Buffer.concat([this.#begun, lineEnd]);
    this.#begun = none;
  }
}
