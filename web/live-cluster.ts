import type { ListedContainer } from '../src/api/container.ts';
import type { Engine } from '../src/api/engine.ts';
import type { Service } from '../src/api/service.ts';
import { ApiFailure, call, callAll } from './api.ts';
import { kindOf, type ServerEvent, serverEvents } from './server-events.ts';

export interface ClusterState {
  readonly engines: readonly Engine[];
  /** By engine, sorted by name. */
  readonly containers: ReadonlyMap<string, readonly ListedContainer[]>;
  readonly services: readonly Service[];
  /** `login`: the server wants to know who asks. */
  readonly connection: 'connecting' | 'live' | 'lost' | 'login';
  /** Of the last answer, by the clock of this machine. */
  readonly seenMs: number;
  /** Why the connection was lost. */
  readonly reason?: string;
}

/** Changes are shown so much later, so that many at once are one; and no sooner than after so many times what reading took. */
const gatherMs = 300;
const restTimes = 4;
/** From so many engines on all are read anew. */
const manyEngines = 20;
const firstWaitMs = 500;
const longestWaitMs = 10_000;
/** All of them: a browser has few connections for each server, and each view wants other kinds. */
const events = 'apiv1/events';

const shownKinds: ReadonlySet<string> = new Set(['container', 'engine', 'service']);

/** Engines and containers as they are now. What changes is read again for the engine on which it changed. */
export class LiveCluster {
  #state: ClusterState = { engines: [], containers: new Map(), services: [], connection: 'connecting', seenMs: 0 };
  readonly #listeners = new Set<() => void>();
  readonly #hearers = new Set<(event: ServerEvent | 'open') => void>();
  readonly #changed = new Set<string>();
  #readMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = new AbortController();

  get state(): ClusterState {
    return this.#state;
  }

  /** Returns how to stop it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every event as it comes, and `open` where some may have been missed. Returns how to stop it. */
  hear(hearer: (event: ServerEvent | 'open') => void): () => void {
    this.#hearers.add(hearer);
    return () => this.#hearers.delete(hearer);
  }

  /** Begins, or begins anew as somebody else. */
  start(): void {
    this.#ended.abort();
    this.#ended = new AbortController();
    void this.#follow(this.#ended.signal);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const place: { last?: string } = {};
    for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      let reason = '';
      try {
        for await (const each of serverEvents(events, place, signal)) {
          waitMs = firstWaitMs;
          // What changed while nobody listened is in the lists.
          if (each === 'open' || each.event === 'reset') await this.#readAll();
          else if (each.event === 'cut') reason = String(each.data?.reason);
          else if (shownKinds.has(kindOf(each)))
            this.#noteChange(kindOf(each) === 'container' ? each.data?.engine : undefined);
          for (const hearer of this.#hearers) hearer(each);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiFailure && error.status === 401) return this.#set({ connection: 'login' });
        reason = error instanceof Error ? error.message : String(error);
      }
      if (signal.aborted) return;
      this.#set({ connection: 'lost', reason });
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  async #readAll(): Promise<void> {
    const [engines, services, containers] = await Promise.all([
      call('GET', 'apiv1/engines'),
      call('GET', 'apiv1/services'),
      callAll<ListedContainer>('apiv1/containers?all=true&sort=name'),
    ]);
    const { reason: _, ...state } = this.#state;
    this.#state = { ...state, engines, services, containers: byEngine(containers) };
    this.#set({ connection: 'live', seenMs: Date.now() });
  }

  #noteChange(engine: string | undefined): void {
    if (engine !== undefined) this.#changed.add(engine);
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        const changed = [...this.#changed];
        this.#changed.clear();
        const began = performance.now();
        // The stream of events says it where the server is gone.
        void this.#read(changed)
          .catch(() => undefined)
          .finally(() => {
            this.#readMs = performance.now() - began;
          });
      },
      Math.max(gatherMs, restTimes * this.#readMs),
    );
  }

  async #read(changed: readonly string[]): Promise<void> {
    if (changed.length > manyEngines) return await this.#readAll();
    const [engines, services, ...lists] = await Promise.all([
      call('GET', 'apiv1/engines'),
      call('GET', 'apiv1/services'),
      ...changed.map((id) =>
        callAll<ListedContainer>(`apiv1/containers?all=true&sort=name&engine=${encodeURIComponent(id)}`),
      ),
    ]);
    const containers = new Map(this.#state.containers);
    changed.forEach((id, at) => void containers.set(id, lists[at] ?? []));
    this.#set({ engines, services, containers, seenMs: Date.now() });
  }

  #set(change: Partial<ClusterState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Of the page: there is one. */
export const live = new LiveCluster();

/** Without Docker's leading slash. */
export function nameOf({ name }: Pick<ListedContainer, 'name'>): string {
  return name.replace(/^\//, '');
}

function byEngine(containers: readonly ListedContainer[]): Map<string, ListedContainer[]> {
  const found = new Map<string, ListedContainer[]>();
  for (const each of containers) {
    const those = found.get(each.engine.id);
    if (those) those.push(each);
    else found.set(each.engine.id, [each]);
  }
  return found;
}
