import { oneForEach } from '../../../runtime/one-for-each.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { type FeedSource, ImageFeed } from './image-feed.ts';

interface Used {
  readonly feed: ImageFeed;
  users: number;
}

/** By server and source. */
const feedsOf = oneForEach<Cluster['cache'], Map<string, Used>>(() => new Map());

/** Runs `work` with the feed of a source, which all waiters of this server use. */
export async function withFeed<T>(
  cluster: Cluster,
  source: FeedSource,
  work: (feed: ImageFeed) => Promise<T>,
): Promise<T> {
  const byId = feedsOf(cluster.cache);
  const { id } = source;
  const used = byId.get(id) ?? { feed: new ImageFeed(cluster, source), users: 0 };
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
