/** Docker's, where none are set. */
const usual = 'ctrl-p,ctrl-q';

/** Keys as docker writes them, as a terminal sends them: `ctrl-x,q`. */
function bytesOf(keys: string): Buffer {
  const codes = keys.split(',').map((key) => {
    const [, letter] = /^ctrl-([a-z@[\\\]^_])$/.exec(key) ?? [];
    return letter === undefined ? key.charCodeAt(0) : letter.toUpperCase().charCodeAt(0) & 0x1f;
  });
  return Buffer.from(codes);
}

/**
 * Looks for the detach keys in what is typed, as docker's command line does. Engines look for them too, but some (20.10) take what they
 * find at an exec for an error, and close the terminal of the program, which ends it.
 */
export class DetachKeys {
  readonly #keys: Buffer;
  /** How many of them were typed; they are held back until the next one tells. */
  #held = 0;

  constructor(keys: string = usual) {
    this.#keys = bytesOf(keys);
  }

  /** What is to be passed on; undefined: that was the last of the keys. */
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
