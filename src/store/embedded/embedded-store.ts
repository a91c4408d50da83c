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

export interface EmbeddedStoreOptions extends FeedOptions {
  /** The folder of the store's files. Made when it is not there, readable to its owner only. */
  readonly dir: string;
  /** Told of a folder that others can read, and of a file that is removed or replaced. */
  readonly logger?: StoreLogger;
}

/**
 * A store in one LMDB file, for one process at a time; every change is on disk when its call returns. Throws
 * SatsumaError `store_unavailable` when the folder cannot be written or another process has it.
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

/** What the feed does not keep goes first. */
async function openCompact(dir: string, limits: FeedLimits, logger: StoreLogger | undefined): Promise<Environment> {
  const environment = openEnvironment(dir, logger);
  const { tables } = environment;
  const changes = environment.read(() => [...recountFeed(tables, limits), ...shortenLeases(tables)]);
  // Even an empty commit needs room, and a store on a full disk is to open.
  if (changes.length > 0) {
    await environment.commit(() => {
      for (const change of changes) change();
    });
  }
  if (!environment.isMostlyFree() || !(await environment.compact())) return environment;
  await environment.close();
  return openEnvironment(dir, logger);
}
