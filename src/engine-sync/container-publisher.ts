import type { ContainerFact } from '../model/container-fact.ts';
import { containerFactId } from '../model/container-fact.ts';
import { isSatsumaError } from '../model/errors.ts';
import { projectOf } from '../model/image-config.ts';
import { pause } from '../runtime/pause.ts';
import type { Cluster } from '../state/cluster.ts';
import type { KnownContainer } from '../state/known-container.ts';
import type { DocumentChange, Fence } from '../store/store.ts';

/** Changes are batched for this time; other servers see them well within a second. */
const gatherMs = 200;
/** After a failed write. */
const retryMs = 2_000;
/** Per write, because it blocks the store. */
const maxAtOnce = 200;
/** Labels of Satsuma's containers repeat their record, so they are omitted from memory and the store. */
const ownLabels = 'satsuma.';

type ContainerChange = Extract<DocumentChange, { kind: 'container' }>;

/** Knows which engines this server follows. */
export interface Follower {
  fence(engineId: string): Fence | undefined;
}

/**
 * Publishes changed containers of the engines that this server follows to the other servers: per container, so that a
 * change costs a few hundred bytes instead of the engine's list.
 */
export class ContainerPublisher {
  readonly #cluster: Cluster;
  readonly #follower: Follower;
  readonly #stopping = new AbortController();
  #isPublishing = false;
  #publishing: Promise<void> = Promise.resolve();

  constructor(cluster: Cluster, follower: Follower) {
    this.#cluster = cluster;
    this.#follower = follower;
  }

  start(): void {
    this.#cluster.cache.containers.onUnpublished = () => this.publishSoon();
    this.publishSoon();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cluster.cache.containers.onUnpublished = () => undefined;
    await this.#publishing;
  }

  /** To be called when this server begins to follow an engine, of which unpublished changes may be waiting. */
  publishSoon(afterMs = gatherMs): void {
    if (this.#isPublishing || this.#stopping.signal.aborted) return;
    this.#isPublishing = true;
    this.#publishing = this.#publishAfter(afterMs).catch((error: unknown) => {
      this.#cluster.logger.warn({ err: error }, 'containers not published');
    });
  }

  async #publishAfter(afterMs: number): Promise<void> {
    await pause(afterMs, this.#stopping.signal);
    const { containers } = this.#cluster.cache;
    let isWhole = true;
    try {
      // Other engines are published by the server that follows them.
      const mine = containers.unpublishedEngines().flatMap((id) => {
        const fence = this.#follower.fence(id);
        return fence ? [{ id, fence }] : [];
      });
      for (const lease of new Set(mine.map(({ fence }) => fence.name))) {
        const engines = mine.filter(({ fence }) => fence.name === lease);
        isWhole = (await this.#publish(engines)) && isWhole;
      }
    } finally {
      this.#isPublishing = false;
    }
    const isMore = containers.unpublishedEngines().some((id) => this.#follower.fence(id) !== undefined);
    if (isMore) this.publishSoon(isWhole ? gatherMs : retryMs);
  }

  /** Writes the changes of engines with the same lease. False: something was not written. */
  async #publish(engines: readonly { readonly id: string; readonly fence: Fence }[]): Promise<boolean> {
    const { store, cache, logger } = this.#cluster;
    const [first] = engines;
    for (let at = 0; first && at < engines.length && !this.#stopping.signal.aborted; ) {
      const taken: { readonly engineId: string; readonly ids: Iterable<string> }[] = [];
      const changes: ContainerChange[] = [];
      while (changes.length < maxAtOnce && at < engines.length) {
        const engineId = engines[at]?.id ?? '';
        const some = cache.containers.takeUnpublished(engineId, maxAtOnce - changes.length);
        taken.push({ engineId, ids: some.keys() });
        changes.push(...[...some].flatMap(([id, known]) => this.#changeOf(engineId, id, known)));
        if (changes.length < maxAtOnce) at += 1;
      }
      const written = await store.write(changes, { lease: first.fence }).catch((error: unknown) => {
        if (!isSatsumaError(error)) throw error;
        logger.debug({ err: error }, 'containers not published');
        return undefined;
      });
      if (written?.ok) continue;
      for (const { engineId, ids } of taken) cache.containers.requeue(engineId, ids);
      return false;
    }
    return true;
  }

  #changeOf(engineId: string, containerId: string, known: KnownContainer | undefined): ContainerChange[] {
    const id = containerFactId(engineId, containerId);
    if (!known) return [{ kind: 'container', id }];
    // A container that is only known from its record is already known to all servers.
    return known.confirmedAt === 0 ? [] : [{ kind: 'container', id, value: this.#factOf(known) }];
  }

  #factOf(known: KnownContainer): ContainerFact {
    const { engineId, summary, reportedAt, detail, failure } = known;
    const { cache, details } = this.#cluster;
    const ours = cache.reservationsOf(summary.id).find(({ isForeign }) => !isForeign);
    const inspected = detail ?? details.engine(engineId).get(summary.id);
    if (ours) known.summary = { ...summary, labels: withoutOwn(summary.labels) };
    return {
      engineId,
      observedAt: new Date(reportedAt).toISOString(),
      summary: known.summary,
      ...(ours && { project: projectOf(ours.image) }),
      ...(inspected && { detail: inspected }),
      ...(failure !== undefined && { failure }),
    };
  }
}

function withoutOwn(labels: KnownContainer['summary']['labels']): KnownContainer['summary']['labels'] {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith(ownLabels)));
}
