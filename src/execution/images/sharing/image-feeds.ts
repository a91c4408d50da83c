import type { ImageShare } from '../../../model/image-share.ts';
import { oneForEach } from '../../../runtime/one-for-each.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { ImageFeed } from './image-feed.ts';

interface Used {
  readonly feed: ImageFeed;
  users: number;
}

/** By server and shared pull. */
const feedsOf = oneForEach<Cluster['cache'], Map<string, Used>>(() => new Map());

/** Runs `work` with the feed of a shared pull, which all waiters of this server use. */
export async function withFeed<T>(
  cluster: Cluster,
  options: { readonly key: string; readonly share: ImageShare; readonly image: string },
  work: (feed: ImageFeed) => Promise<T>,
): Promise<T> {
  const byId = feedsOf(cluster.cache);
  const { id } = options.share;
  const used = byId.get(id) ?? { feed: new ImageFeed(cluster, options), users: 0 };
  byId.set(id, used);
  used.users += 1;
  try {
    return await work(used.feed);
  } finally {
    used.users -= 1;
    if (used.users === 0) {
      byId.delete(id);
      await used.feed.close();
    }
  }
}
