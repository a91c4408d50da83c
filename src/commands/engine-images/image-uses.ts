import { imageNames, isImageId } from '../../model/image-name.ts';
import { neededImages } from '../../model/image-needs.ts';
import type { Cluster } from '../../state/cluster.ts';
import { CurrentUsers } from '../image-configs-in-use.ts';

/** The first user found of each image, by the image's canonical name. */
export type ImageUses = ReadonlyMap<string, string>;

/**
 * All images that a service, an earlier generation, a job or a saved image config uses: a rollback needs them again.
 * Ids are included as written. `current` throws `store_unavailable`.
 */
export function imageUses(cluster: Cluster): CurrentUsers {
  return new CurrentUsers(cluster, (image) =>
    neededImages(image).flatMap((name) => [...imageNames(name), ...(isImageId(name) ? [name] : [])]),
  );
}
