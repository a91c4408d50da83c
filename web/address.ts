/** Where one is in the page: what the browser's address says behind `#`, like `#/jobs/nightly?run=3`. */
export interface Address {
  /** Of the table of views. */
  readonly view: string;
  /** What is chosen there, by its name. */
  readonly chosen?: string;
  /** What else is chosen: `container` opens the panel of a container beside any view, `filter` narrows a list. */
  readonly fields: Readonly<Record<string, string>>;
}

export function readAddress(hash: string): Address {
  const [path = '', query = ''] = splitAt(hash.replace(/^#\/?/, ''), '?');
  const [view = '', chosen = ''] = splitAt(path, '/');
  return {
    view,
    ...(chosen !== '' && { chosen: decoded(chosen) }),
    fields: Object.fromEntries(new URLSearchParams(query)),
  };
}

export function writeAddress({ view, chosen, fields }: Address): string {
  const query = new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== '')).toString();
  const rest = chosen === undefined ? '' : `/${encodeURIComponent(chosen)}`;
  return `#/${view}${rest}${query === '' ? '' : `?${query}`}`;
}

function splitAt(whole: string, mark: string): readonly string[] {
  const at = whole.indexOf(mark);
  return at < 0 ? [whole] : [whole.slice(0, at), whole.slice(at + 1)];
}

/** As it stands, where somebody typed what is no encoding. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
