import { imageNames } from '../../model/image-name.ts';
import type { Cluster } from '../../state/cluster.ts';

/** What names an image, by canonical name of the image. The first reason found is kept. */
export type ImageUses = ReadonlyMap<string, string>;

/**
 * Every image that a service, an earlier generation of one, a job or a saved image config names: whoever goes back to it needs
 * it again. Throws `store_unavailable`.
 */
export async function imageUses({ cache, store }: Cluster): Promise<ImageUses> {
  await cache.catchUp();
  const uses = new Map<string, string>();
  const note = (image: string, reason: string) => {
    for (const name of imageNames(image)) if (!uses.has(name)) uses.set(name, reason);
  };
  for (const { id, value } of cache.services.all()) note(value.spec.image.name, `service ${id}`);
  for (const { id, value } of cache.jobs.all()) note(value.spec.image.name, `job ${id}`);
  for (const { value } of cache.jobRuns.all()) note(value.spec.image.name, `a run of job ${value.job}`);
  for (const { id, value } of await store.list('image')) note(value.image.name, `image config ${id}`);
  for (const { id, value } of await store.list('image-version')) note(value.image.name, `image config ${id}`);
  for (const { id, value } of await store.list('service-generation')) {
    note(value.spec.image.name, `an earlier generation of service ${id.replace(/[/@].*$/, '')}`);
  }
  return uses;
}
