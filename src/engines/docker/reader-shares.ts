import { SatsumaError } from '../../model/errors.ts';

/**
 * A client may hold this multiple of the free streams: two thirds of all if it is alone, and less the more others read.
 */
const timesFree = 2;

/**
 * Divides the log streams among clients. Some streams stay free for the next client, until each client has only a few.
 * Streams of Satsuma itself are not counted.
 */
export class ReaderShares {
  readonly #max: number;
  readonly #whose: string;
  readonly #held = new Map<string, number>();
  #taken = 0;

  /** `whose`: names the owner of the streams in error messages, like `engine e1`. */
  constructor(max: number, whose: string) {
    this.#max = max;
    this.#whose = whose;
  }

  /** Returns a function that releases the stream; call it once. Throws `too_many_readers`. */
  take(reader: string | undefined): () => void {
    const free = this.#max - this.#taken;
    const held = reader === undefined ? 0 : (this.#held.get(reader) ?? 0);
    if (free <= 0) throw this.#refusal(`${this.#max} streams of logs of ${this.#whose} are read already`);
    if (held >= timesFree * free)
      throw this.#refusal(
        `you read ${held} of the ${this.#max} streams of logs of ${this.#whose}, and ${free} are left for others`,
      );
    this.#taken += 1;
    if (reader !== undefined) this.#held.set(reader, held + 1);
    return () => {
      this.#taken -= 1;
      if (reader !== undefined) this.#giveBack(reader);
    };
  }

  #giveBack(reader: string): void {
    const left = (this.#held.get(reader) ?? 1) - 1;
    if (left > 0) this.#held.set(reader, left);
    else this.#held.delete(reader);
  }

  #refusal(sentence: string): SatsumaError {
    return new SatsumaError(
      'too_many_readers',
      `${sentence}: read fewer containers at a time, end other readers, or ask another server`,
    );
  }
}
