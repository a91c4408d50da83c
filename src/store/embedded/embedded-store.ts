import { type FeedLimits, type FeedOptions, feedLimits } from '../feed-limits.ts';
import type { Store } from '../store.ts';
import { embeddedDocuments } from './documents.ts';
import { type Environment, openEnvironment, type StoreLogger } from './environment.ts';
import { examineFolder } from './examine.ts';
import { embeddedFeed, recountFeed } from './feed.ts';
import { shortenLeases } from './lease-clock.ts';
import { embeddedLeases } from './leases.ts';
import { embeddedLedger } from './ledger.ts';
import { embeddedSnapshot } from './snapshot.ts';

interface EmbeddedStoreOptions extends FeedOptions {
  /** The folder of the store's files; created if missing, with owner-only permissions. */
  readonly dir: string;
  /** Logs a folder that others can read, and a file that is removed or replaced. */
  readonly logger?: StoreLogger;
}

/**
 * A store in one LMDB file, for one process at a time. Every change is on disk when its call returns. Throws
 * SatsumaError `store_unavailable` if the folder is not writable or another process uses it.
 */
export async function openEmbeddedStore({ dir, logger, ...options }: EmbeddedStoreOptions): Promise<Store> {
  const limits = feedLimits(options);
  const environment = await openCompact(dir, limits, logger);
  const { feed, announce } = embeddedFeed(environment, limits);
  return {
    ...embeddedDocuments(environment, announce),
    ...embeddedLedger(environment, announce),
    ...feed,
    ...embeddedLeases(environment),
    snapshot: (kinds) => embeddedSnapshot(environment, kinds),
    async ping() {
      environment.assertInPlace();
      environment.read(() => environment.tables.counters.get('version'));
    },
    async time() {
      return Date.now();
    },
    examine: () => examineFolder(dir, environment.fileBytes()),
    close: () => environment.close(),
  };
}

/** Trims the feed before compacting. */
async function openCompact(dir: string, limits: FeedLimits, logger: StoreLogger | undefined): Promise<Environment> {
  const environment = openEnvironment(dir, logger);
  const { tables } = environment;
  const changes = environment.read(() => [...recountFeed(tables, limits), ...shortenLeases(tables)]);
  // Even an empty commit needs space, and a store on a full disk must open.
  if (changes.length > 0) {
    await environment.commit(() => {
      for (const change of changes) change();
    });
  }
  if (!environment.isMostlyFree() || !(await environment.compact())) return environment;
  await environment.close();
  return openEnvironment(dir, logger);
}
