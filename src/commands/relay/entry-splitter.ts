const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
/** Small entries are many times their text in memory. */
const maxEntries = 100_000;
const maxEntryBytes = 4 * 2 ** 20;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/**
 * Splits a list in JSON into its entries as its bytes come, so that each is parsed by itself: parsing a long list in one piece would hold up
 * everything else that this process does. Whether an entry makes sense is for `JSON.parse`.
 */
export class EntrySplitter {
  readonly #entries: unknown[] = [];
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  #isOver = false;

  /** Throws SyntaxError. */
  add(chunk: Buffer): void {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#isText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#isText = false;
      } else if (byte === quote) this.#isText = true;
      else if (opening.has(byte)) {
        this.#depth += 1;
        if (this.#depth === 1) from = at + 1;
      } else if (closing.has(byte)) {
        this.#depth -= 1;
        if (this.#depth === 0) {
          this.#take(chunk.subarray(from, at), { isLast: true });
          this.#isOver = true;
          from = chunk.length;
        }
      } else if (byte === comma && this.#depth === 1) {
        this.#take(chunk.subarray(from, at), { isLast: false });
        from = at + 1;
      }
    }
    if (this.#isOver) return;
    this.#pending.push(chunk.subarray(from));
    this.#pendingBytes += chunk.length - from;
    if (this.#pendingBytes > maxEntryBytes) throw new SyntaxError(`an entry of more than ${maxEntryBytes} bytes`);
  }

  /** Throws SyntaxError where the list has no end. */
  end(): readonly unknown[] {
    if (this.#isOver) return this.#entries;
    throw new SyntaxError('a list without an end');
  }

  #take(rest: Buffer, { isLast }: { readonly isLast: boolean }): void {
    const text = Buffer.concat([...this.#pending, rest]).toString();
    this.#pending = [];
    this.#pendingBytes = 0;
    const isEmpty = isLast && this.#entries.length === 0 && text.trim() === '';
    if (!isEmpty) this.#entries.push(JSON.parse(text));
    if (this.#entries.length > maxEntries) throw new SyntaxError(`a list of more than ${maxEntries} entries`);
  }
}
