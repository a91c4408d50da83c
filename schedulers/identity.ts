import { type Claim, claimKeys } from '../src/model/claim.ts';
import { excludeUnfit } from '../src/model/exclude-unfit.ts';
import type { ImageConfig } from '../src/model/image-config.ts';
import { imageNames } from '../src/model/image-name.ts';
import type { Scheduler } from '../src/model/scheduler.ts';

/**
 * Claims the container's name, which is exclusive, and counts its image, so that `unique` sees it whatever its type.
 */
export const identity: Scheduler = {
  name: 'identity',
  description: 'the container name is free on the engine',
  prepare({ container_name: name }) {
    if (name === undefined) return undefined;
    const key = claimKeys.name(name);
    return (engine) => {
      if ((engine.sums.get(key) ?? 0) === 0) return undefined;
      return { code: 'name_taken', message: `the container name ${name} is taken`, key };
    };
  },
  exclude(image, fleet, rows) {
    excludeUnfit(claimsOf(image), fleet, rows);
  },
  claims: claimsOf,
};

function claimsOf({ name, container_name: containerName }: ImageConfig): Claim[] {
  const images = imageNames(name).map((each) => ({ key: claimKeys.image(each), amount: 1, limit: null }));
  if (containerName === undefined) return images;
  return [...images, { key: claimKeys.name(containerName), amount: 1, limit: 1 }];
}
