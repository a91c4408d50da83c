/** The fields of a list entry that filters use. */
export interface Filterable {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly State: string;
}

type Matches = (container: Filterable, value: string) => boolean;

/** Matched like in dockerd: values of one filter are alternatives, except that all labels have to be present. */
const filters: ReadonlyMap<string, { readonly matches: Matches; readonly isAll?: true }> = new Map([
  ['label', { matches: hasLabel, isAll: true }],
  ['id', { matches: ({ Id }, value) => Id.startsWith(value) }],
  ['name', { matches: ({ Names }, value) => Names.some((name) => name.includes(value)) }],
  ['status', { matches: ({ State }, value) => State === value }],
] as const);

/** The entries that match Docker's `filters`. Throws Error for a filter that is not simulated. */
export function filterList<T extends Filterable>(list: readonly T[], json: string | null): T[] {
  const asked = Object.entries(JSON.parse(json ?? '{}') as Record<string, readonly string[] | Record<string, boolean>>);
  const checks = asked.map(([name, reported]) => {
    const filter = filters.get(name);
    if (!filter) throw new Error(`filter ${name} is not simulated`);
    // Older clients send an object with `true` for each value.
    const values = Array.isArray(reported) ? reported : Object.keys(reported);
    return (each: T) => values[filter.isAll ? 'every' : 'some']((value: string) => filter.matches(each, value));
  });
  return list.filter((each) => checks.every((check) => check(each)));
}

/** `key`, or `key=value`. */
function hasLabel({ Labels }: Filterable, wanted: string): boolean {
  const [key = ''] = wanted.split('=', 1);
  if (!Object.hasOwn(Labels, key)) return false;
  return key === wanted || Labels[key] === wanted.slice(key.length + 1);
}
