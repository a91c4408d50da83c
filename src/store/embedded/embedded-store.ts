import type { Store } from '../store.ts';
import { embeddedDocuments } from './documents.ts';
import { openEnvironment } from './environment.ts';
import { checkKeep, embeddedFeed, trimFeed } from './feed.ts';
import { embeddedLeases } from './leases.ts';
import { embeddedLedger } from './ledger.ts';

export interface EmbeddedStoreOptions {
  /** The folder of the store's files. Made when it is not there, readable to its owner only. */
  readonly dir: string;
  /** How many versions the change feed reaches back. */
  readonly feedVersions?: number;
}

/**
 * A store in one LMDB file, for one process at a time; every change is on disk when its call returns. Throws
 * SatsumaError `store_unavailable` when the folder cannot be written or another process has it.
 */
export async function openEmbeddedStore({ dir, feedVersions = 10_000 }: EmbeddedStoreOptions): Promise<Store> {
  checkKeep(feedVersions);
  const environment = openEnvironment(dir);
  const { feed, announce } = embeddedFeed(environment, feedVersions);
  await environment.commit(() => trimFeed(environment.tables, feedVersions));
  return {
    ...embeddedDocuments(environment, announce),
    ...embeddedLedger(environment, announce),
    ...feed,
    ...embeddedLeases(environment),
    async ping() {
      environment.read(() => environment.tables.counters.get('version'));
    },
    async time() {
      return Date.now();
    },
    close: () => environment.close(),
  };
}
