/** Reads a text from left to right. */
export class Cursor {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  /** Empty at the end. */
  get next(): string {
    return this.#text.charAt(this.#position);
  }

  get after(): string {
    return this.#text.charAt(this.#position + 1);
  }

  /** One character; empty at the end. */
  take(): string {
    return this.#text.charAt(this.#position++);
  }

  /** Whether the text goes on so; if it does, behind that. */
  skip(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#position)) return false;
    this.#position += expected.length;
    return true;
  }

  /** What the pattern, which is sticky, matches here; if it does, behind that. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text);
    if (found) this.#position += found[0].length;
    return found ?? undefined;
  }
}
