/** Docker's default. */
const usual = 'ctrl-p,ctrl-q';

/** Converts keys in Docker's syntax, `ctrl-x,q`, to the bytes that a terminal sends. */
function bytesOf(keys: string): Buffer {
  const codes = keys.split(',').map((key) => {
    const [, letter] = /^ctrl-([a-z@[\\\]^_])$/.exec(key) ?? [];
    return letter === undefined ? key.charCodeAt(0) : letter.toUpperCase().charCodeAt(0) & 0x1f;
  });
  return Buffer.from(codes);
}

/**
 * Detects the detach keys in terminal input, as Docker's command line does. Engines detect them too, but some (20.10)
 * treat them as an error during an exec and close the process's terminal, which ends it.
 */
export class DetachKeys {
  readonly #keys: Buffer;
  /** How many of the keys were matched; they are held back until the next byte. */
  #held = 0;

  constructor(keys: string = usual) {
    this.#keys = bytesOf(keys);
  }

  /** The input to forward; undefined: the detach sequence is complete. */
  push(typed: Buffer): Buffer | undefined {
    const [first = 0] = this.#keys;
    if (this.#held === 0 && !typed.includes(first)) return typed;
    const passed: number[] = [];
    for (const byte of typed) {
      if (byte !== this.#keys[this.#held]) {
        passed.push(...this.#keys.subarray(0, this.#held));
        this.#held = 0;
      }
      if (byte !== this.#keys[this.#held]) passed.push(byte);
      else this.#held += 1;
      if (this.#held === this.#keys.length) return undefined;
    }
    return Buffer.from(passed);
  }
}
