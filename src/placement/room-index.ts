import type { Room } from '../model/fleet.ts';
import { lowestRow, RowSet } from '../model/row-set.ts';

/** Four levels for each power of two below 2 ** 31. */
const levelCount = 128;

/**
 * The free capacity of each row, and for each level the rows that reach it. Only rows of exactly the wanted level must
 * be checked individually: rows above have enough, and rows below do not.
 */
export class RoomIndex implements Room {
  readonly #left: Float64Array;
  readonly #reaching: readonly RowSet[];

  constructor(rowCount: number) {
    this.#left = new Float64Array(rowCount);
    this.#reaching = Array.from({ length: levelCount + 1 }, () => new RowSet(rowCount));
    this.#reaching[0]?.addAll();
  }

  set(row: number, left: number): void {
    const before = levelOf(this.#left[row] as number);
    const now = levelOf(left);
    this.#left[row] = left;
    for (let level = before + 1; level <= now; level++) this.#reaching[level]?.add(row);
    for (let level = now + 1; level <= before; level++) this.#reaching[level]?.delete(row);
  }

  retain({ words }: RowSet, min: number): void {
    const left = this.#left;
    const level = levelOf(min);
    const { words: reaching } = this.#reaching[level] as RowSet;
    const { words: above } = this.#reaching[level + 1] as RowSet;
    for (let position = 0; position < words.length; position++) {
      let bits = (words[position] as number) & (reaching[position] as number);
      for (let unsure = bits & ~(above[position] as number); unsure !== 0; unsure &= unsure - 1) {
        if ((left[lowestRow(position, unsure)] as number) < min) bits ^= unsure & -unsure;
      }
      words[position] = bits;
    }
  }
}

/** Monotonic in the amount: its power of two and the next two bits. 0: less than one. */
function levelOf(amount: number): number {
  if (amount < 1) return 0;
  const whole = amount < 0x7fffffff ? Math.floor(amount) : 0x7fffffff;
  const power = 31 - Math.clz32(whole);
  return 1 + (power << 2) + ((power < 2 ? whole << (2 - power) : whole >> (power - 2)) & 3);
}
