/** Loading takes part of a second: of many that are refused, not all are told apart. */
const mostTries = 40;

export interface Accepted<T> {
  /** What was loaded last. */
  readonly accepted: readonly T[];
  readonly refused: readonly { readonly item: T; readonly reason: string }[];
  /** Were not tried: there would be too many tries. */
  readonly untried: readonly T[];
}

/**
 * Finds what is refused among `suspects`: each that is accepted beside all others that are. `load` loads what it is given and answers why not,
 * and then what was loaded before stays. So nobody waits for `kept`, of which all is loaded from the first try on. Undefined: not even that is.
 */
export async function largestAccepted<T>(
  kept: readonly T[],
  suspects: readonly T[],
  load: (items: readonly T[]) => Promise<string | undefined>,
): Promise<Accepted<T> | undefined> {
  let accepted = kept;
  const refused: { readonly item: T; readonly reason: string }[] = [];
  // One that is alone needs no try of its own: all of them were refused, and without it all others are accepted.
  if (kept.length > 0 && (await load(kept)) !== undefined) return undefined;
  const groups: (readonly T[])[] = halves(suspects);
  for (let tries = 0; tries < mostTries; tries += 1) {
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

/** The first one is last, where it is taken from. */
function halves<T>(items: readonly T[]): (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(middle), items.slice(0, middle)].filter(({ length }) => length > 0);
}
