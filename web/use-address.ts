import { useEffect, useState } from 'preact/hooks';
import { type Address, readAddress, writeAddress } from './address.ts';

export function useAddress(): Address {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const read = () => setHash(location.hash);
    addEventListener('hashchange', read);
    // It may have changed since it was drawn for the first time.
    read();
    return () => removeEventListener('hashchange', read);
  }, []);
  return readAddress(hash);
}

/** A place of its own in the browser's history. */
export function go(address: Address): void {
  location.hash = writeAddress(address);
}

/** Other fields of the address where one is. What is typed makes no history. */
export function setFields(fields: Readonly<Record<string, string>>, { isTyped = false } = {}): void {
  const here = readAddress(location.hash);
  const next = { ...here, fields: { ...here.fields, ...fields } };
  if (!isTyped) {
    go(next);
    return;
  }
  history.replaceState(null, '', writeAddress(next));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

/** Where a thing of a view is shown: for links. */
export function hrefOf(view: string, chosen?: string, fields: Readonly<Record<string, string>> = {}): string {
  return writeAddress({ view, ...(chosen !== undefined && { chosen }), fields });
}

/** Opens the panel of a container beside what is shown; undefined closes it. */
export function showContainer(id: string | undefined): void {
  setFields({ container: id ?? '' });
}
