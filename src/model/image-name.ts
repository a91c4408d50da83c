/**
 * The canonical name of an image: `redis` becomes `redis:latest`, and the default registry is removed
 * (`docker.io/library/redis` becomes `redis:latest`), so that all spellings share one key in the ledger. A digest
 * overrides the tag, as in Docker: `redis:7@sha256:ab` becomes `redis@sha256:ab`.
 */
export function canonicalImageName(name: string): string {
  const short = name.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
  const [tagged = '', digest] = short.split('@');
  if (digest !== undefined) return `${tagged.replace(/:[^:/]*$/, '')}@${digest}`;
  const lastPart = short.slice(short.lastIndexOf('/') + 1);
  return lastPart.includes(':') ? short : `${short}:latest`;
}

/**
 * All names under which a container of the image is found, the canonical one first: with a tag and a digest, also the
 * name with the tag.
 */
export function imageNames(name: string): readonly string[] {
  const canonical = canonicalImageName(name);
  const [tagged = ''] = name.split('@');
  if (tagged === name || !/:[^:/]*$/.test(tagged)) return [canonical];
  return [canonical, canonicalImageName(tagged)];
}

/** An engine reports an image's id once its name was moved to another image. */
export function isImageId(name: string): boolean {
  return /^(sha256:)?[0-9a-f]{12,64}$/.test(name);
}

/** The short name of an image: `registry.local:5000/team/web:2` becomes `web`. */
export function imageBaseName(name: string): string {
  const lastPart = name.slice(name.lastIndexOf('/') + 1);
  return lastPart.replace(/[:@].*$/, '');
}

const domain =
  /(?:[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*(?:\.[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/;
const part = /[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*/;
const tag = /\w[\w.-]{0,127}/;

export const maxImageNameLength = 255;

/** The grammar of Docker's `distribution/reference`. */
export const imageNamePattern = new RegExp(
  `^(?:${domain.source}/)?${part.source}(?:/${part.source})*(?::${tag.source})?(?:@sha256:[a-f0-9]{64})?$`,
);

export function isImageName(text: string): boolean {
  return text.length <= maxImageNameLength && imageNamePattern.test(text);
}

/** Whether the text is a name or id that is safe in a URL path: it cannot change the path or add a query. */
export function isImageReference(text: string): boolean {
  return text.length <= 512 && /^[a-zA-Z0-9][\w.:@-]*(\/[a-zA-Z0-9][\w.:@-]*)*$/.test(text);
}

/** The repository of an image: `registry:5000/team/web:2` is in `registry:5000/team/web`. */
export function imageRepository(name: string): string {
  return canonicalImageName(name)
    .replace(/@.*$/, '')
    .replace(/:[^:/]*$/, '');
}

/** Whether the name has a tag or a digest. */
export function hasTag(name: string): boolean {
  return /[:@][^/]*$/.test(name);
}
