/** Each load takes part of a second, so with many refused items, not all are isolated. */
const maxTries = 40;

interface Accepted<T> {
  /** The items that were loaded last. */
  readonly accepted: readonly T[];
  readonly refused: readonly { readonly item: T; readonly reason: string }[];
  /** Items that were not tried, because of the limit. */
  readonly untried: readonly T[];
}

/**
 * Finds the refused items among `suspects`, such that the accepted ones work together. `load` loads the given items and
 * returns the error, which leaves the previous load active. The items in `kept` are active from the first try on.
 * Undefined: even `kept` is refused.
 */
export async function largestAccepted<T>(
  kept: readonly T[],
  suspects: readonly T[],
  load: (items: readonly T[]) => Promise<string | undefined>,
): Promise<Accepted<T> | undefined> {
  let accepted = kept;
  const refused: { readonly item: T; readonly reason: string }[] = [];
  // A single suspect needs no try: together, all were refused, and without it all others are accepted.
  if (kept.length > 0 && (await load(kept)) !== undefined) return undefined;
  const groups: (readonly T[])[] = halves(suspects);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const group = groups.pop();
    if (!group) break;
    const reason = await load([...accepted, ...group]);
    const [only, ...others] = group;
    if (reason === undefined) accepted = [...accepted, ...group];
    else if (only !== undefined && others.length === 0) refused.push({ item: only, reason });
    else groups.push(...halves(group));
  }
  return { accepted, refused, untried: groups.flat() };
}

/** The first half is last, since items are taken from the end. */
function halves<T>(items: readonly T[]): (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(middle), items.slice(0, middle)].filter(({ length }) => length > 0);
}
