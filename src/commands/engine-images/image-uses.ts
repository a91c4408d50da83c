import { imageNames, isImageId } from '../../model/image-name.ts';
import { neededImages } from '../../model/image-needs.ts';
import type { Cluster } from '../../state/cluster.ts';
import { CurrentUsers } from '../image-configs-in-use.ts';

/** What names an image, by canonical name of the image. The first reason found is kept. */
export type ImageUses = ReadonlyMap<string, string>;

/**
 * Every image that a service, an earlier generation of one, a job or a saved image config names: whoever goes back to it needs
 * it again. What looks like an id is there as it was written, too. `current` throws `store_unavailable`.
 */
export function imageUses(cluster: Cluster): CurrentUsers {
  return new CurrentUsers(cluster, (image) =>
    neededImages(image).flatMap((name) => [...imageNames(name), ...(isImageId(name) ? [name] : [])]),
  );
}
