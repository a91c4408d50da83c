import type { ImageConfig } from '../model/image-config.ts';
import type { Cluster } from '../state/cluster.ts';

/** An image config, and its user. */
interface ImageConfigUse {
  readonly image: Partial<ImageConfig>;
  /** For example `service web`. */
  readonly user: string;
}

/**
 * All image configs of services, their earlier generations, jobs and saved image configs: a rollback needs again what
 * they reference. Throws `store_unavailable`.
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

type UsersByName = ReadonlyMap<string, string>;

/**
 * The users of the names that `named` finds in an image config; the first user of each. Read again after any change: a
 * prune checks it just before each removal, because a name may come into use while engines are asked.
 */
export class CurrentUsers {
  readonly #cluster: Cluster;
  readonly #named: (image: Partial<ImageConfig>) => readonly string[];
  #version = -1;
  #users: Promise<UsersByName> | undefined;

  constructor(cluster: Cluster, named: (image: Partial<ImageConfig>) => readonly string[]) {
    this.#cluster = cluster;
    this.#named = named;
  }

  /** Throws `store_unavailable`. */
  async current(): Promise<UsersByName> {
    const { cache } = this.#cluster;
    await cache.catchUp();
    if (!this.#users || this.#version !== cache.version) {
      this.#version = cache.version;
      this.#users = this.#read();
    }
    return await this.#users;
  }

  async #read(): Promise<UsersByName> {
    const users = new Map<string, string>();
    for await (const { image, user } of imageConfigsInUse(this.#cluster)) {
      for (const name of this.#named(image)) if (!users.has(name)) users.set(name, user);
    }
    return users;
  }
}
