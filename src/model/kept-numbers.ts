/** So many of the last generations of a service, or versions of an image config, are kept. */
export const keptCount = 100;
/** So many are given up by one change: an old, long list is shortened step by step. */
const prunedAtOnce = 500;
/** Before there was a bound, nobody made more than these. */
const longestList = 10_000;

/** Which numbers of a list that counts from 1 are kept: those of `also`, and all from `from` on. */
export interface KeptNumbers {
  readonly from: number;
  readonly also: readonly number[];
}

/** In order. `kept` is none where nothing was given up yet. */
export function keptNumbers(kept: KeptNumbers | undefined, last: number): number[] {
  const { from, also } = kept ?? { from: Math.max(1, last - longestList + 1), also: [] };
  return [...also, ...range(from, last)].sort((a, b) => a - b);
}

/** What is kept once there is `last`, and what goes. `needed`: kept however old it is. */
export function pruneNumbers(
  kept: KeptNumbers | undefined,
  last: number,
  needed: ReadonlySet<number> = new Set(),
): { readonly kept: KeptNumbers; readonly gone: readonly number[] } {
  const { from: before, also } = kept ?? { from: Math.max(1, last - longestList + 1), also: [] };
  const from = Math.max(before, Math.min(last - keptCount + 1, before + prunedAtOnce));
  const old = [...also, ...range(before, from - 1)];
  return {
    kept: { from, also: old.filter((number) => needed.has(number)) },
    gone: old.filter((number) => !needed.has(number)),
  };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
