/**
 * The one name of an image: Docker's own shorthand is written out (`redis` is `redis:latest`) and its default registry
 * left out (`docker.io/library/redis` is `redis`), so that two spellings of one image are one key in the ledger. With a digest
 * the tag says nothing, to Docker either: `redis:7@sha256:ab` is `redis@sha256:ab`.
 */
export function canonicalImageName(name: string): string {
  const short = name.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
  const [tagged = '', digest] = short.split('@');
  if (digest !== undefined) return `${tagged.replace(/:[^:/]*$/, '')}@${digest}`;
  const lastPart = short.slice(short.lastIndexOf('/') + 1);
  return lastPart.includes(':') ? short : `${short}:latest`;
}

/** Every name that a container of the image goes by, the canonical one first: with a tag and a digest it has the tag as well. */
export function imageNames(name: string): readonly string[] {
  const canonical = canonicalImageName(name);
  const [tagged = ''] = name.split('@');
  if (tagged === name || !/:[^:/]*$/.test(tagged)) return [canonical];
  return [canonical, canonicalImageName(tagged)];
}

/** An engine tells the id of an image in place of a name that was given to another image since. */
export function isImageId(name: string): boolean {
  return /^(sha256:)?[0-9a-f]{12,64}$/.test(name);
}

/** `registry.local:5000/team/web:2` is `web`: what a person calls it. */
export function imageBaseName(name: string): string {
  const lastPart = name.slice(name.lastIndexOf('/') + 1);
  return lastPart.replace(/[:@].*$/, '');
}

/** A name or an id that can stand in a path: it leads nowhere else, and asks for nothing else. */
export function isImageReference(text: string): boolean {
  return text.length <= 512 && /^[a-zA-Z0-9][\w.:@-]*(\/[a-zA-Z0-9][\w.:@-]*)*$/.test(text);
}

/** `registry:5000/team/web:2` is of `registry:5000/team/web`. */
export function imageRepository(name: string): string {
  return canonicalImageName(name)
    .replace(/@.*$/, '')
    .replace(/:[^:/]*$/, '');
}

/** Whether the name says a tag or a digest, and not only a repository. */
export function hasTag(name: string): boolean {
  return /[:@][^/]*$/.test(name);
}
