import { type Claim, claimKeys } from '../src/model/claim.ts';
import { excludeUnfit } from '../src/model/exclude-unfit.ts';
import type { ImageConfig } from '../src/model/image-config.ts';
import { canonicalImageName } from '../src/model/image-name.ts';
import type { Scheduler } from '../src/model/scheduler.ts';

/** The hint for `multi`, which is the default type, so the user did not ask for uniqueness. */
const anotherType = 'to run another one, use "type": "label" (--type label)';

/** Requires that no other container of Satsuma on the engine runs the same image. */
export const unique: Scheduler = {
  name: 'unique',
  description: 'no other container on the engine runs the same image',
  prepare(image) {
    const name = canonicalImageName(image.name);
    const key = claimKeys.image(name);
    return (engine) => {
      if ((engine.sums.get(key) ?? 0) === 0) return undefined;
      const rejection = { code: 'image_running', message: `the image ${name} is run there already`, key };
      return image.type === 'multi' ? { ...rejection, hint: anotherType } : rejection;
    };
  },
  exclude(image, fleet, rows) {
    excludeUnfit(claimsOf(image), fleet, rows);
  },
  claims: claimsOf,
};

function claimsOf({ name }: ImageConfig): Claim[] {
  return [{ key: claimKeys.image(canonicalImageName(name)), amount: 1, limit: 1 }];
}
