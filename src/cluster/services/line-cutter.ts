const newline = 0x0a;

/**
 * Cuts what comes in pieces into whole lines, each with a prefix. A line longer than the limit is cut, each piece a line of
 * its own, so that no more than the limit is ever kept.
 */
export class LineCutter {
  readonly #maximumBytes: number;
  #begun = Buffer.alloc(0);

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /** The lines that are complete by now, with their ends. */
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
      yield Buffer.concat([this.#begun, rest.subarray(0, taken), lineEnd]);
      this.#begun = Buffer.alloc(0);
      rest = rest.subarray(end === -1 ? taken : taken + 1);
    }
  }

  /** What there is of a line that was not ended. */
  *end(): Generator<Buffer> {
    if (this.#begun.length > 0) yield Buffer.concat([this.#begun, lineEnd]);
    this.#begun = Buffer.alloc(0);
  }
}

const lineEnd = Buffer.from('\n');
