import { createHash } from 'node:crypto';
import type { CatalogEntry } from '../../api/catalog.ts';
import { oneForEach } from '../../runtime/one-for-each.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findEntries } from './catalog-entries.ts';

const gatherMs = 20;

export interface Catalog {
  /** Changes with the entries. */
  readonly tag: string;
  /** Sorted by service, slot and port. */
  readonly entries: readonly CatalogEntry[];
}

/** The reachable addresses of one service or of all. A replica that is about to stop leaves the catalog first. */
export function catalog(cluster: Cluster, service?: string): Catalog {
  return memoryOf(cluster.cache).catalog(cluster, service);
}

/** The reachable addresses of one service, sorted as in the catalog. */
export function entriesOf(cluster: Cluster, service: string): readonly CatalogEntry[] {
  return memoryOf(cluster.cache).entries(cluster, service).value;
}

/** Resolves when the catalog's tag differs from `tag`, after `ms`, or when the signal aborts. */
export async function catalogAfter(
  cluster: Cluster,
  tag: string,
  { service, ms, signal }: { readonly service?: string | undefined; readonly ms: number; readonly signal: AbortSignal },
): Promise<Catalog> {
  const { changes } = cluster.cache;
  const topic = topicOf(service);
  const end = performance.now() + ms;
  for (;;) {
    const count = changes.countOf(topic);
    const now = catalog(cluster, service);
    const leftMs = end - performance.now();
    if (now.tag !== tag || leftMs <= 0 || signal.aborted) return now;
    await changes.next(count, leftMs, signal, topic);
    // Changes come in bursts.
    await pause(gatherMs, signal);
  }
}

function topicOf(service: string | undefined): 'service' | `service/${string}` {
  return service === undefined ? 'service' : `service/${service}`;
}

interface Remembered<T> {
  /** The counter of relevant changes at computation. */
  readonly count: number;
  /** Valid until then, on the monotonic clock. Replicas on an engine that is down are dropped by time alone. */
  readonly until: number;
  readonly value: T;
}

/** The cached catalog of one cluster. The entries of a service are computed once per change, for all callers. */
class CatalogMemory {
  readonly #entries = new Map<string, Remembered<readonly CatalogEntry[]>>();
  readonly #catalogs = new Map<string | undefined, Remembered<Catalog>>();

  catalog(cluster: Cluster, service: string | undefined): Catalog {
    const count = cluster.cache.changes.countOf(topicOf(service));
    const known = this.#catalogs.get(service);
    if (isCurrent(known, count)) return known.value;
    const services = service === undefined ? cluster.cache.services.all().map(({ id }) => id) : [service];
    this.#forgetOthers(cluster);
    const parts = services.map((each) => this.entries(cluster, each));
    const entries = parts.flatMap(({ value }) => value);
    const tag = createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16);
    const value = { tag, entries };
    const until = parts.reduce((soonest, each) => Math.min(soonest, each.until), Number.POSITIVE_INFINITY);
    this.#catalogs.set(service, { count, until, value });
    return value;
  }

  entries(cluster: Cluster, service: string): Remembered<readonly CatalogEntry[]> {
    const count = cluster.cache.changes.countOf(topicOf(service));
    const known = this.#entries.get(service);
    if (isCurrent(known, count)) return known;
    const { entries, isLasting } = findEntries(cluster, service);
    const until = isLasting ? Number.POSITIVE_INFINITY : performance.now() + gatherMs;
    const now = { count, until, value: entries };
    this.#entries.set(service, now);
    return now;
  }

  /** Clients may ask for any name, so names without a service are dropped. */
  #forgetOthers({ cache }: Cluster): void {
    for (const map of [this.#entries, this.#catalogs]) {
      for (const name of map.keys()) if (name !== undefined && !cache.services.get(name)) map.delete(name);
    }
  }
}

const memoryOf = oneForEach<Cluster['cache'], CatalogMemory>(() => new CatalogMemory());

function isCurrent<T>(known: Remembered<T> | undefined, count: number): known is Remembered<T> {
  return known !== undefined && known.count === count && performance.now() < known.until;
}
