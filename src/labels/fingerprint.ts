import { isDeepStrictEqual } from 'node:util';
import type { ImageConfig } from '../model/image-config.ts';
import type { ServiceSpec } from '../model/service.ts';
import { contentHash } from '../runtime/content-hash.ts';

/** What a replica is made of and judged by. A change of any of it exchanges replicas. */
export type Template = Pick<ServiceSpec, 'image' | 'health' | 'links' | 'force_update' | 'link_update'>;

const known = new WeakMap<object, string>();

/** Tells one template from another although both have the number of the same generation. */
export function fingerprintOf(template: Template): string {
  const { image, ...others } = normalized(template);
  const isImageAlone = Object.values(others).every((each) => each === undefined);
  return isImageAlone ? imageFingerprint(image) : remembered(template, () => ({ image, ...others }));
}

/** Replicas of earlier releases carry a fingerprint of their image config alone. */
export function hasFingerprint(template: Template, fingerprint: string): boolean {
  const isUncounted = !template.force_update && !template.link_update;
  const isOfEarlierRelease = isUncounted && fingerprint === imageFingerprint(template.image);
  return isOfEarlierRelease || fingerprint === fingerprintOf(template);
}

export function isSameTemplate(a: Template, b: Template): boolean {
  return isDeepStrictEqual(normalized(a), normalized(b));
}

function imageFingerprint(image: ImageConfig): string {
  return remembered(image, () => image);
}

/** No links and an empty list of links are the same, and so are a count of 0 and none at all. */
function normalized({ image, health, links = {}, force_update, link_update }: Template) {
  return {
    ...{ image, health, links: Object.keys(links).length === 0 ? undefined : links },
    ...{ force_update: force_update || undefined, link_update: link_update || undefined },
  };
}

/** Worked out once for each object: every pass asks. */
function remembered(key: object, content: () => object): string {
  const found = known.get(key) ?? contentHash(content()).slice(0, 16);
  known.set(key, found);
  return found;
}
