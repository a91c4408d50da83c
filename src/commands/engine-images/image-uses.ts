import { imageNames } from '../../model/image-name.ts';
import { neededImages } from '../../model/image-needs.ts';
import type { Cluster } from '../../state/cluster.ts';
import { usersByName } from '../image-configs-in-use.ts';

/** What names an image, by canonical name of the image. The first reason found is kept. */
export type ImageUses = ReadonlyMap<string, string>;

/**
 * Every image that a service, an earlier generation of one, a job or a saved image config names: whoever goes back to it needs
 * it again. Throws `store_unavailable`.
 */
export async function imageUses(cluster: Cluster): Promise<ImageUses> {
  return await usersByName(cluster, (image) => neededImages(image).flatMap(imageNames));
}
