import type { SparseRows } from './sparse-rows.ts';

/**
 * A set of a fleet's rows, one bit each: ten thousand are 313 words, and to join two sets takes a fraction of a
 * microsecond. Bits beyond the last row are never set.
 */
export class RowSet {
  readonly rowCount: number;
  readonly words: Int32Array;

  /** Empty. */
  constructor(rowCount: number) {
    this.rowCount = rowCount;
    this.words = new Int32Array((rowCount + 31) >> 5);
  }

  has(row: number): boolean {
    return ((this.words[row >> 5] as number) & (1 << (row & 31))) !== 0;
  }

  add(row: number): void {
    this.words[row >> 5] = (this.words[row >> 5] as number) | (1 << (row & 31));
  }

  delete(row: number): void {
    this.words[row >> 5] = (this.words[row >> 5] as number) & ~(1 << (row & 31));
  }

  addAll(): void {
    this.words.fill(-1);
    const inLastWord = this.rowCount & 31;
    if (inLastWord !== 0) this.words[this.words.length - 1] = (1 << inLastWord) - 1;
  }

  clear(): void {
    this.words.fill(0);
  }

  clone(): RowSet {
    const copy = new RowSet(this.rowCount);
    copy.words.set(this.words);
    return copy;
  }

  /** Keeps only those that are among the others too. */
  retain({ positions, words }: SparseRows): void {
    const mine = this.words;
    let position = 0;
    for (let index = 0; index < positions.length; index++) {
      const other = positions[index] as number;
      while (position < other) mine[position++] = 0;
      mine[position] = (mine[position] as number) & (words[index] as number);
      position++;
    }
    while (position < mine.length) mine[position++] = 0;
  }

  /** Adds the others. */
  join({ words }: RowSet): void {
    const mine = this.words;
    for (let position = 0; position < mine.length; position++) {
      mine[position] = (mine[position] as number) | (words[position] as number);
    }
  }

  /** The rows that are in both; both stay as they are. */
  shared(other: SparseRows): RowSet {
    const both = this.clone();
    both.retain(other);
    return both;
  }

  /** Takes the others out. */
  remove({ positions, words }: SparseRows): void {
    const mine = this.words;
    for (let index = 0; index < positions.length; index++) {
      const position = positions[index] as number;
      mine[position] = (mine[position] as number) & ~(words[index] as number);
    }
  }

  /** Takes the others out. */
  subtract({ words }: RowSet): void {
    const mine = this.words;
    for (let position = 0; position < mine.length; position++) {
      mine[position] = (mine[position] as number) & ~(words[position] as number);
    }
  }

  count(): number {
    const { words } = this;
    let count = 0;
    for (let position = 0; position < words.length; position++) count += bitCount(words[position] as number);
    return count;
  }

  /** The row that has `rank` smaller ones; -1: there are not so many. */
  nth(rank: number): number {
    const { words } = this;
    let before = 0;
    for (let position = 0; position < words.length; position++) {
      let bits = words[position] as number;
      const count = bitCount(bits);
      if (before + count > rank) {
        for (; before < rank; before++) bits &= bits - 1;
        return lowestRow(position, bits);
      }
      before += count;
    }
    return -1;
  }

  /** The smallest row that is not below `from`; -1: none. To walk over many rows, walk over the words. */
  next(from: number): number {
    const { words } = this;
    if (!(from < this.rowCount)) return -1;
    let position = from >> 5;
    let bits = (words[position] as number) & (-1 << (from & 31));
    while (bits === 0) {
      if (++position === words.length) return -1;
      bits = words[position] as number;
    }
    return lowestRow(position, bits);
  }
}

/** The row of the lowest bit that is set in the word at that position. `bits &= bits - 1` goes on to the one after. */
export function lowestRow(position: number, bits: number): number {
  return (position << 5) + 31 - Math.clz32(bits & -bits);
}

/** Pairs, nibbles and bytes are summed side by side (Warren, Hacker's Delight, 5-1). */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
