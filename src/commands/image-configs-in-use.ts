import type { ImageConfig } from '../model/image-config.ts';
import type { Cluster } from '../state/cluster.ts';

/** An image config, and what has it. */
export interface ImageConfigUse {
  readonly image: Partial<ImageConfig>;
  /** Like `service web`. */
  readonly user: string;
}

/**
 * Every image config that a service, an earlier generation of one, a job or a saved image config has: whoever goes back to
 * it needs again what it names. Throws `store_unavailable`.
 */
export async function* imageConfigsInUse({ cache, store }: Cluster): AsyncGenerator<ImageConfigUse> {
  await cache.catchUp();
  for (const { id, value } of cache.services.all()) yield { image: value.spec.image, user: `service ${id}` };
  for (const { id, value } of cache.jobs.all()) yield { image: value.spec.image, user: `job ${id}` };
  for (const { value } of cache.jobRuns.all()) yield { image: value.spec.image, user: `a run of job ${value.job}` };
  for (const { id, value } of await store.list('image')) yield { image: value.image, user: `image config ${id}` };
  for (const { id, value } of await store.list('image-version'))
    yield { image: value.image, user: `image config ${id}` };
  for (const { id, value } of await store.list('service-generation'))
    yield { image: value.spec.image, user: `an earlier generation of service ${id.replace(/[/@].*$/, '')}` };
}

/** What names each of the things that `named` finds in an image config; the first that was found. */
export async function usersByName(
  cluster: Cluster,
  named: (image: Partial<ImageConfig>) => readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const users = new Map<string, string>();
  for await (const { image, user } of imageConfigsInUse(cluster)) {
    for (const name of named(image)) if (!users.has(name)) users.set(name, user);
  }
  return users;
}
