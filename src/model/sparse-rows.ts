/**
 * A set of a fleet's rows that is often small, like the engines with one label: stores only the non-zero words of a
 * RowSet, in ascending order. One row takes a hundred bytes, ten thousand rows take five kilobytes.
 */
export class SparseRows {
  /** The index of each stored word. */
  readonly positions: number[] = [];
  /** The bits of each stored word. */
  readonly words: number[] = [];

  get isEmpty(): boolean {
    return this.positions.length === 0;
  }

  add(row: number): void {
    this.#addWord(row >> 5, 1 << (row & 31));
  }

  /** Adds all rows of the other set. */
  join({ positions, words }: SparseRows): void {
    for (let index = 0; index < positions.length; index++)
      this.#addWord(positions[index] as number, words[index] as number);
  }

  delete(row: number): void {
    const index = this.#indexOf(row >> 5);
    if (this.positions[index] !== row >> 5) return;
    const left = (this.words[index] as number) & ~(1 << (row & 31));
    this.words[index] = left;
    if (left !== 0) return;
    this.positions.splice(index, 1);
    this.words.splice(index, 1);
  }

  #addWord(position: number, bits: number): void {
    const index = this.#indexOf(position);
    if (this.positions[index] !== position) {
      this.positions.splice(index, 0, position);
      this.words.splice(index, 0, 0);
    }
    this.words[index] = (this.words[index] as number) | bits;
  }

  /** The index of the word, or where to insert it. */
  #indexOf(position: number): number {
    let low = 0;
    for (let high = this.positions.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.positions[middle] as number) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
