import { createHash } from 'node:crypto';
import type { CatalogEntry } from '../../api/catalog.ts';
import { hostOf } from '../../model/host-of.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import { hostPorts } from '../../state/containers/host-ports.ts';
import { compareSlots } from './replica-view.ts';
import { nothingKnown, surveyReplicas } from './survey.ts';

const gatherMs = 20;

export interface Catalog {
  /** Another one where anything is another. */
  readonly tag: string;
  /** Sorted by service, slot and port. */
  readonly entries: readonly CatalogEntry[];
}

/** What can be reached now, of one service or of all. A replica that is about to stop is left out before it does. */
export function catalog(cluster: Cluster, service?: string): Catalog {
  const { cache } = cluster;
  const services = cache.services.all().filter(({ id }) => service === undefined || id === service);
  const entries = services.flatMap(({ id }) => entriesOf(cluster, id));
  return { tag: createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16), entries };
}

/** Resolves when the catalogue is another than that of the tag, after that time, or when the signal aborts. */
export async function catalogAfter(
  cluster: Cluster,
  tag: string,
  { service, ms, signal }: { readonly service?: string | undefined; readonly ms: number; readonly signal: AbortSignal },
): Promise<Catalog> {
  const { changes } = cluster.cache;
  const end = performance.now() + ms;
  for (;;) {
    const { count } = changes;
    const now = sharedCatalog(cluster, service, count);
    const leftMs = end - performance.now();
    if (now.tag !== tag || leftMs <= 0 || signal.aborted) return now;
    await changes.next(count, leftMs, signal);
    // Changes come in bursts.
    await pause(gatherMs, signal);
  }
}

interface Moment {
  /** Of changes. */
  readonly count: number;
  readonly at: number;
  /** By service, or of all. */
  readonly catalogs: Map<string | undefined, Catalog>;
}

const moments = new WeakMap<Cluster['cache'], Moment>();

/** All who are woken by the same change get the same catalogue, so that it is worked out once for a hundred of them. */
function sharedCatalog(cluster: Cluster, service: string | undefined, count: number): Catalog {
  const now = performance.now();
  const last = moments.get(cluster.cache);
  const isSame = last?.count === count && now - last.at < gatherMs;
  const moment = isSame ? last : { count, at: now, catalogs: new Map<string | undefined, Catalog>() };
  moments.set(cluster.cache, moment);
  const found = moment.catalogs.get(service) ?? catalog(cluster, service);
  moment.catalogs.set(service, found);
  return found;
}

export function entriesOf({ cache, ...cluster }: Cluster, service: string): CatalogEntry[] {
  const found = cache.services.get(service);
  if (!found) return [];
  const status = cache.serviceStatuses.get(service)?.value ?? nothingKnown;
  const replicas = surveyReplicas({ cache, ...cluster }, service, { record: found.value, status });
  const onHost = hostPorts(found.value.spec);
  return replicas
    .flatMap(({ slot, engineId, containerId, isServing, ports }) => {
      if (!isServing || containerId === undefined) return [];
      const { value: engine } = cache.engine(engineId);
      const host = hostOf(engine);
      const age = engine.condition === 'down' ? { unreachable_since: engine.since } : {};
      return (onHost ?? ports).map(({ port, container_port, proto }) => ({
        service,
        slot,
        engine: engineId,
        container: containerId,
        host,
        port,
        container_port,
        proto,
        ...age,
      }));
    })
    .sort((a, b) => compareSlots(a.slot, b.slot) || a.port - b.port);
}
