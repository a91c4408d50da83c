import { SatsumaError } from '../../model/errors.ts';

export type Query = Readonly<Record<string, unknown>>;

/** As Docker reads a flag: nothing, `0`, `no`, `false` and `none` are false, all else is true. */
export function flagIn(query: Query, name: string): boolean {
  const text = String(textIn(query, name) ?? '')
    .trim()
    .toLowerCase();
  return !['', '0', 'no', 'false', 'none'].includes(text);
}

/** The first one, where it stands twice. */
export function textIn(query: Query, name: string): string | undefined {
  const value = query[name];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : undefined;
}

/** Undefined where it is not given. Throws `invalid`. */
export function integerIn(query: Query, name: string): number | undefined {
  const text = textIn(query, name);
  if (text === undefined || text === '') return undefined;
  if (/^-?\d{1,10}$/.test(text)) return Number(text);
  throw new SatsumaError('invalid', `${name} must be a whole number`);
}

/** Docker's own query, as far as it is known: what is not is not handed on. */
export function pick(query: Query, names: readonly string[]): URLSearchParams {
  const picked = new URLSearchParams();
  for (const name of names) {
    const value = query[name];
    for (const each of Array.isArray(value) ? value : [value]) if (typeof each === 'string') picked.append(name, each);
  }
  return picked;
}

/** `filters`: values by name, in either of Docker's two forms. Throws `invalid`. */
export function filtersIn(query: Query): Readonly<Record<string, readonly string[]>> {
  const text = textIn(query, 'filters');
  if (text === undefined || text === '') return {};
  const filters = parse(text);
  if (typeof filters !== 'object' || filters === null || Array.isArray(filters)) throw badFilters();
  return Object.fromEntries(
    Object.entries(filters).map(([name, values]) => {
      const list = Array.isArray(values) ? values : Object.keys(Object(values)).filter((key) => values[key] === true);
      if (!list.every((each) => typeof each === 'string')) throw badFilters();
      return [name, list];
    }),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badFilters();
  }
}

function badFilters(): SatsumaError {
  return new SatsumaError('invalid', 'invalid filter: it must be an object of lists of texts, as JSON');
}
