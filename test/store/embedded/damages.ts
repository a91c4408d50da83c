/** A page of LMDB on every platform that the tests run on. */
const page = 4096;

/** Of the file of a store: what a crash, a bad disk or a hand may have made of it. `random`: 0 to 1, from a seed. */
export const damages: Readonly<Record<string, (file: Buffer, random: () => number) => Buffer>> = {
  'cut in the middle': (file, random) => file.subarray(0, Math.floor(random() * file.length)),
  'cut at a page': (file, random) => file.subarray(0, page * Math.floor(1 + random() * (file.length / page - 1))),
  'random bytes in a page': (file, random) => fill(file, pageAt(file, random), 64, random),
  'a random page': (file, random) => fill(file, pageAt(file, random), page, random),
  'an empty page': (file, random) => fill(file, pageAt(file, random), page, () => 0),
  'two pages exchanged': (file, random) => {
    const [a, b] = [pageAt(file, random), pageAt(file, random)];
    const copy = Buffer.from(file);
    file.copy(copy, a, b, b + page);
    file.copy(copy, b, a, a + page);
    return copy;
  },
  'random bytes in the first pages': (file, random) => fill(file, Math.floor(random() * 2) * page + 28, 160, random),
  'one bit': (file, random) => {
    const copy = Buffer.from(file);
    const at = Math.floor(random() * file.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    return copy;
  },
};

function pageAt(file: Buffer, random: () => number): number {
  return page * Math.floor(random() * (file.length / page));
}

function fill(file: Buffer, at: number, length: number, random: () => number): Buffer {
  const copy = Buffer.from(file);
  for (let i = at; i < Math.min(at + length, file.length); i++) copy[i] = Math.floor(random() * 256);
  return copy;
}

/** Mulberry32: the same numbers for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
