import type { ImageConfig } from '../../model/image-config.ts';
import { contentHash } from '../content-hash.ts';

const known = new WeakMap<ImageConfig, string>();

/** Tells one template from another although both have the number of the same generation. Worked out once for each. */
export function fingerprintOf(image: ImageConfig): string {
  const found = known.get(image) ?? contentHash(image).slice(0, 16);
  known.set(image, found);
  return found;
}
