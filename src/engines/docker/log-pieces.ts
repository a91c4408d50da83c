/** Docker stores longer lines in pieces of this size. */
const pieceBytes = 16 * 1024;
const newline = 0x0a;
const lineEnd = Buffer.from('\n');
const none: Buffer = Buffer.alloc(0);
/** `2026-11-29T10:00:00.000000000Z ` */
const timeBytes = 31;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/;

/**
 * Joins the pieces of long lines. With `timestamps`, Docker prefixes each piece with a time instead of each line
 * (moby#37681): times within a line are removed. Everything else is forwarded immediately.
 */
export class PieceJoiner {
  #stream: number | undefined;
  #isInLine = false;
  #size = 0;
  /** The received part of a time that may have to be removed; undefined: no time is expected. */
  #time: Buffer | undefined;

  /**
   * Starts a frame, which is one piece. A piece without a newline has the maximum size, or is the last output of the
   * container.
   */
  begin(stream: number): Buffer {
    const rest = this.end();
    const goesOn = this.#isInLine && stream === this.#stream && this.#size >= timeBytes + pieceBytes;
    // A time must start a line.
    const isNew = this.#isInLine && !goesOn;
    this.#stream = stream;
    this.#size = 0;
    this.#isInLine &&= goesOn;
    if (goesOn) this.#time = none;
    return isNew ? Buffer.concat([rest, lineEnd]) : rest;
  }

  push(bytes: Buffer): Buffer {
    this.#size += bytes.length;
    return this.#pass(bytes);
  }

  #pass(bytes: Buffer): Buffer {
    if (bytes.length === 0) return bytes;
    if (this.#time === undefined) {
      this.#isInLine = bytes.at(-1) !== newline;
      return bytes;
    }
    const missing = timeBytes - this.#time.length;
    this.#time = Buffer.concat([this.#time, bytes.subarray(0, missing)]);
    if (this.#time.length < timeBytes) return none;
    return Buffer.concat([this.end(), this.#pass(bytes.subarray(missing))]);
  }

  /** The buffered bytes, unless they are a time. */
  end(): Buffer {
    const kept = this.#time ?? none;
    this.#time = undefined;
    return time.test(kept.toString('latin1')) ? none : this.#pass(kept);
  }
}

/**
 * For a container with a terminal, whose logs have no frames: the next piece starts with a line, or after the maximum
 * piece size.
 */
export async function* joinPieces(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const joiner = new PieceJoiner();
  joiner.begin(0);
  // The first piece of a line has a time, too.
  let left = timeBytes + pieceBytes;
  for await (const chunk of stream) {
    const parts: Buffer[] = [];
    for (let rest = chunk; rest.length > 0; ) {
      if (left === 0) {
        parts.push(joiner.begin(0));
        left = timeBytes + pieceBytes;
      }
      const end = rest.subarray(0, left).indexOf(newline);
      const part = rest.subarray(0, end === -1 ? left : end + 1);
      parts.push(joiner.push(part));
      left = end === -1 ? left - part.length : timeBytes + pieceBytes;
      if (end !== -1) parts.push(joiner.begin(0));
      rest = rest.subarray(part.length);
    }
    yield Buffer.concat(parts);
  }
  const rest = joiner.end();
  if (rest.length > 0) yield rest;
}
