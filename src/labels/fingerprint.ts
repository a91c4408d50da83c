import { isDeepStrictEqual } from 'node:util';
import type { ImageConfig } from '../model/image-config.ts';
import type { ServiceSpec } from '../model/service.ts';
import { contentHash } from '../runtime/content-hash.ts';

/** The part of a service's spec that replicas depend on: a change of it replaces replicas. */
export type Template = Pick<ServiceSpec, 'image' | 'health' | 'links' | 'force_update' | 'link_update'>;

const known = new WeakMap<object, string>();

/** Distinguishes templates with the same generation number. */
export function fingerprintOf(template: Template): string {
  const { image, ...others } = normalized(template);
  const isImageAlone = Object.values(others).every((each) => each === undefined);
  return isImageAlone ? imageFingerprint(image) : remembered(template, () => ({ image, ...others }));
}

/** Accepts fingerprints of earlier releases, which only cover the image config. */
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

/** Normalizes no links and an empty list of links, and a count of 0 and no count. */
function normalized({ image, health, links = {}, force_update, link_update }: Template) {
  return {
    ...{ image, health, links: Object.keys(links).length === 0 ? undefined : links },
    ...{ force_update: force_update || undefined, link_update: link_update || undefined },
  };
}

/** Cached per object, because every pass uses it. */
function remembered(key: object, content: () => object): string {
  const found = known.get(key) ?? contentHash(content()).slice(0, 16);
  known.set(key, found);
  return found;
}
