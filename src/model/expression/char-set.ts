/** Ranges of UTF-16 code units, both ends included, rising and apart. */
export type CharSet = readonly CharRange[];
export type CharRange = readonly [lowest: number, highest: number];

const highestUnit = 0xffff;

export function charSet(ranges: Iterable<CharRange>): CharSet {
  const joined: [number, number][] = [];
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else joined.push([low, high]);
  }
  return joined;
}

export function oneOf(text: string): CharSet {
  return charSet([...text].map((char) => [char.charCodeAt(0), char.charCodeAt(0)]));
}

export function union(...sets: readonly CharSet[]): CharSet {
  return charSet(sets.flat());
}

export function complement(set: CharSet): CharSet {
  const others: CharRange[] = [];
  let next = 0;
  for (const [low, high] of set) {
    if (low > next) others.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= highestUnit) others.push([next, highestUnit]);
  return others;
}

/** The letters A to Z, small and large. */
export function ignoringCase(set: CharSet): CharSet {
  const shifted = (first: string, last: string, by: number) =>
    set.flatMap(([low, high]): CharRange[] => {
      const [from, to] = [Math.max(low, first.charCodeAt(0)), Math.min(high, last.charCodeAt(0))];
      return from <= to ? [[from + by, to + by]] : [];
    });
  return charSet([...set, ...shifted('a', 'z', -32), ...shifted('A', 'Z', 32)]);
}

export function hasUnit(set: CharSet, unit: number): boolean {
  return set.some(([low, high]) => low <= unit && unit <= high);
}

export function intersects(a: CharSet, b: CharSet): boolean {
  return a.some(([low, high]) => b.some((other) => low <= other[1] && other[0] <= high));
}

export const digit: CharSet = [[0x30, 0x39]];
export const word: CharSet = charSet([
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);
export const space: CharSet = charSet([
  ...oneOf(' \t\n\v\f\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff'),
  [0x2000, 0x200a],
]);
/** What `.` stands for. */
export const notLineEnd: CharSet = complement(oneOf('\n\r\u2028\u2029'));
