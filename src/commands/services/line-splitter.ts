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

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
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
      const taken = end === -1 ? room : end;
      const isWhole = end !== -1 && this.#begun.length === 0;
      yield isWhole ? rest.subarray(0, end + 1) : Buffer.concat([this.#begun, rest.subarray(0, taken), lineEnd]);
      this.#begun = none;
      rest = rest.subarray(end === -1 ? taken : taken + 1);
    }
  }

  /** What there is of a line that was not ended. */
  *end(): Generator<Buffer> {
    if (this.#begun.length > 0) yield Buffer.concat([this.#begun, lineEnd]);
    this.#begun = none;
  }
}
