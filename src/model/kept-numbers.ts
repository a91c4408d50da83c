/** How many of a service's generations, or of an image config's versions, are kept. */
export const keptCount = 100;
/** How many numbers one change may drop: a long list from an older release is shortened step by step. */
const prunedAtOnce = 500;
/** The assumed maximum length of lists that were written before there was a limit. */
const maxListLength = 10_000;

/** Which numbers of a list that starts at 1 are kept: those in `also`, and all from `from` on. */
export interface KeptNumbers {
  readonly from: number;
  readonly also: readonly number[];
}

/** The kept numbers in ascending order. `kept` is undefined if nothing was dropped yet. */
export function keptNumbers(kept: KeptNumbers | undefined, last: number): number[] {
  const { from, also } = kept ?? { from: Math.max(1, last - maxListLength + 1), also: [] };
  return [...also, ...range(from, last)].sort((a, b) => a - b);
}

/** Splits the numbers up to `last` into kept and dropped ones. Numbers in `needed` are kept regardless of age. */
export function pruneNumbers(
  kept: KeptNumbers | undefined,
  last: number,
  needed: ReadonlySet<number> = new Set(),
): { readonly kept: KeptNumbers; readonly gone: readonly number[] } {
  const { from: before, also } = kept ?? { from: Math.max(1, last - maxListLength + 1), also: [] };
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
