import { isDeepStrictEqual } from 'node:util';
import { desiredConfig } from '../decisions/domains/desired-config.ts';
import { routerReplicas } from '../decisions/domains/router-replicas.ts';
import { loadConfig } from '../execution/routers/load-config.ts';
import { isSatsumaError } from '../model/errors.ts';
import { type LoadedConfig, type RouterRecord, routerId } from '../model/router.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence } from '../store/store.ts';
import { boundedFailures } from './bounded-failures.ts';

/** Maximum number of routers configured concurrently. */
const atOnce = 8;
const minMs = 500;
const maxMs = 60_000;
/**
 * Interval of unconditional reloads: the configuration may have been changed by hand. Without a change a reload has no
 * effect.
 */
const againMs = 300_000;

type Outcome = { readonly loaded: LoadedConfig } | { readonly failure: string };

interface RetryState {
  readonly notBefore: number;
  readonly failures: number;
  readonly hash: string;
}

/** A failed load is retried after a delay, or at once if the desired configuration has changed since. */
export function isDue(
  tried: RetryState | undefined,
  { hash, isCurrent, now }: { readonly hash: string; readonly isCurrent: boolean; readonly now: number },
): boolean {
  if (!tried || now >= tried.notBefore) return true;
  return tried.failures === 0 ? !isCurrent : tried.hash !== hash;
}

/**
 * Loads the configuration of domains and services into every router. Part of the controller loop, which does not wait
 * for it.
 */
export class RouterKeeper {
  readonly #cluster: Cluster;
  readonly #wake: () => void;
  readonly #semaphore = new Semaphore(atOnce);
  readonly #underWay = new Set<string>();
  /** By container: the time of the next attempt, and the number of failures. */
  readonly #tries = new Map<string, RetryState>();
  readonly #outcomes = new Map<string, Outcome>();

  constructor(cluster: Cluster, wake: () => void) {
    this.#cluster = cluster;
    this.#wake = wake;
  }

  /** Throws `reservation_lost` if another server leads now, and errors of the store. */
  async pass(fence: Fence): Promise<void> {
    const { cache, clock } = this.#cluster;
    if (!cache.routers.get(routerId)) return this.#tries.clear();
    await this.#record(fence);
    const router = cache.routers.get(routerId)?.value;
    if (!router) return;
    const running = routerReplicas(this.#cluster, router).filter(({ isRunning }) => isRunning);
    for (const { engineId, containerId } of running) {
      if (this.#underWay.has(containerId)) continue;
      const loaded = router.loaded[engineId];
      const { hash } = desiredConfig(this.#cluster, router, loaded?.version ?? '');
      const tried = this.#tries.get(containerId);
      const isCurrent = loaded?.container === containerId && loaded.hash === hash;
      if (!isDue(tried, { hash, isCurrent, now: clock.steadyMs() })) continue;
      this.#load(engineId, containerId, { failures: tried?.hash === hash ? tried.failures : 0, hash });
    }
    const containers = new Set(running.map(({ containerId }) => containerId));
    for (const id of this.#tries.keys()) if (!containers.has(id)) this.#tries.delete(id);
  }

  #load(engineId: string, containerId: string, before: { readonly failures: number; readonly hash: string }): void {
    const { cache, pool, clock, logger } = this.#cluster;
    this.#underWay.add(containerId);
    const work = async () => {
      const client = pool.client(cache.engine(engineId).value);
      const current = () => cache.routers.get(routerId)?.value ?? noRouter;
      const loaded = await loadConfig(
        client,
        containerId,
        // The current configuration: it may have changed while this load was queued.
        (version) => desiredConfig(this.#cluster, current(), version),
        current().loaded[engineId],
      );
      const refused = Object.keys(loaded.refused ?? {});
      if (refused.length > 0) logger.warn({ engineId, containerId, domains: refused }, 'router refuses domains');
      this.#outcomes.set(engineId, { loaded });
      this.#tries.set(containerId, { notBefore: clock.steadyMs() + againMs, failures: 0, hash: loaded.hash });
    };
    void this.#semaphore
      .run(work)
      .catch((error: unknown) => {
        const failures = before.failures + 1;
        const waitMs = Math.min(maxMs, minMs * 2 ** (failures - 1));
        this.#tries.set(containerId, { notBefore: clock.steadyMs() + waitMs, failures, hash: before.hash });
        if (!isSatsumaError(error)) logger.error({ err: error, engineId, containerId }, 'router not configured');
        else logger.warn({ err: error, engineId, containerId, againMs: waitMs }, 'router not configured');
        const failure = isSatsumaError(error) ? error.message : 'the server failed, see its log';
        this.#outcomes.set(engineId, { failure });
      })
      .finally(() => {
        this.#underWay.delete(containerId);
        this.#wake();
      });
  }

  /** Records the outcomes. Forgets engines that have no router any more. */
  async #record(fence: Fence): Promise<void> {
    const { cache, store } = this.#cluster;
    const found = cache.routers.get(routerId);
    if (!found) return;
    const { value: before, version } = found;
    const outcomes = new Map(this.#outcomes);
    const present = new Set(routerReplicas(this.#cluster, before).map(({ engineId }) => engineId));
    const loaded = { ...before.loaded };
    const failures = { ...before.failures };
    for (const [engineId, outcome] of outcomes) {
      if ('failure' in outcome) failures[engineId] = outcome.failure;
      else {
        loaded[engineId] = outcome.loaded;
        delete failures[engineId];
      }
    }
    const value = { ...before, loaded: only(loaded, present), failures: boundedFailures(only(failures, present)) };
    if (!isDeepStrictEqual(value, before)) {
      const written = await store.write([{ kind: 'router', id: routerId, value, ifVersion: version }], {
        lease: fence,
      });
      // The record changed: the next pass writes the outcomes again.
      if (!written.ok) return;
      cache.apply({ kind: 'router', id: routerId, version: written.version, value });
    }
    for (const [engineId, outcome] of outcomes) {
      if (this.#outcomes.get(engineId) === outcome) this.#outcomes.delete(engineId);
    }
  }
}

/** The router was removed meanwhile: its containers serve no domain until they are removed. */
const noRouter: RouterRecord = { service: '', dns: [], dnsDomain: '', loaded: {}, failures: {}, createdAt: '' };

function only<T>(record: Readonly<Record<string, T>>, keys: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => keys.has(key)));
}
