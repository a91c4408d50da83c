import { isDeepStrictEqual } from 'node:util';
import type { ImageConfig } from '../../model/image-config.ts';
import type { ServiceSpec } from '../../model/service.ts';
import { contentHash } from '../content-hash.ts';

/** What a replica is made of and judged by. A change of any of it exchanges replicas. */
export type Template = Pick<ServiceSpec, 'image' | 'health' | 'links'>;

const known = new WeakMap<object, string>();

/** Tells one template from another although both have the number of the same generation. */
export function fingerprintOf(template: Template): string {
  const { image, health, links } = normalized(template);
  return health || links ? remembered(template, () => ({ image, health, links })) : imageFingerprint(image);
}

/** Replicas of earlier releases carry a fingerprint of their image config alone. */
export function hasFingerprint(template: Template, fingerprint: string): boolean {
  return fingerprint === fingerprintOf(template) || fingerprint === imageFingerprint(template.image);
}

export function isSameTemplate(a: Template, b: Template): boolean {
  return isDeepStrictEqual(normalized(a), normalized(b));
}

function imageFingerprint(image: ImageConfig): string {
  return remembered(image, () => image);
}

/** No links and an empty list of links are the same. */
function normalized({ image, health, links = {} }: Template) {
  return { image, health, links: Object.keys(links).length === 0 ? undefined : links };
}

/** Worked out once for each object: every pass asks. */
function remembered(key: object, content: () => object): string {
  const found = known.get(key) ?? contentHash(content()).slice(0, 16);
  known.set(key, found);
  return found;
}
