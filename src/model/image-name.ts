/**
 * The one name of an image: Docker's own shorthand is written out (`redis` is `redis:latest`) and its default registry
 * left out (`docker.io/library/redis` is `redis`), so that two spellings of one image are one key in the ledger.
 */
export function canonicalImageName(name: string): string {
  const short = name.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
  if (short.includes('@')) return short;
  const lastPart = short.slice(short.lastIndexOf('/') + 1);
  return lastPart.includes(':') ? short : `${short}:latest`;
}

/** `registry.local:5000/team/web:2` is `web`: what a person calls it. */
export function imageBaseName(name: string): string {
  const lastPart = name.slice(name.lastIndexOf('/') + 1);
  return lastPart.replace(/[:@].*$/, '');
}
