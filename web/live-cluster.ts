import type { ListedContainer } from '../src/api/container.ts';
import type { Engine } from '../src/api/engine.ts';
import type { Service } from '../src/api/service.ts';
import { ApiFailure, call, callAll } from './api.ts';
import { Gathered } from './gathered.ts';
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

/** From so many engines on all are read anew. */
const manyEngines = 20;
const firstWaitMs = 500;
const maxWaitMs = 10_000;
/** What could not be read is tried again so much later. */
const againMs = 5_000;
/** Whoever may not follow events reads the lists so often. */
const pollMs = 15_000;
/** A server that says nothing for so long is given up. */
const readMs = 60_000;
/** All of them: a browser has few connections for each server, and each view wants other kinds. */
const events = 'apiv1/events';

const shownKinds: ReadonlySet<string> = new Set(['container', 'engine', 'service']);

/** Engines and containers as they are now. What changes is read again for the engine on which it changed. */
export class LiveCluster {
  #state: ClusterState = { engines: [], containers: new Map(), services: [], connection: 'connecting', seenMs: 0 };
  readonly #listeners = new Set<() => void>();
  readonly #hearers = new Set<(event: ServerEvent | 'open') => void>();
  /** Engines whose containers are to be read again. */
  readonly #changed = new Set<string>();
  readonly #changes = new Gathered(() => this.#inTurn(() => this.#readChanged()));
  /** Ends when nothing is being read: what was read earlier must not replace what was read later. */
  #reading: Promise<unknown> = Promise.resolve();
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
    this.#changed.clear();
    void this.#follow(this.#ended.signal);
  }

  stop(): void {
    this.#ended.abort();
    this.#changes.stop();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const place: { last?: string } = {};
    for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(2 * waitMs, maxWaitMs)) {
      let reason = '';
      try {
        for await (const each of eventsOrPolls(place, signal)) {
          waitMs = firstWaitMs;
          // What changed while nobody listened is in the lists.
          if (each === 'open' || each.event === 'reset') await this.#inTurn(() => this.#readAll());
          else if (each.event === 'cut') reason = String(each.data?.reason);
          else this.#noteChange(each);
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

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = this.#reading.then(work);
    this.#reading = next.catch(() => undefined);
    return next;
  }

  async #readAll(): Promise<void> {
    const signal = this.#readSignal();
    this.#changed.clear();
    const [engines, services, containers] = await Promise.all([
      visible(call('GET', 'apiv1/engines', undefined, signal)),
      visible(call('GET', 'apiv1/services', undefined, signal)),
      visible(callAll<ListedContainer>('apiv1/containers?all=true&sort=name', signal)),
    ]);
    const { reason: _, ...state } = this.#state;
    this.#state = { ...state, engines, services, containers: byEngine(containers) };
    this.#set({ connection: 'live', seenMs: Date.now() });
  }

  #noteChange(event: ServerEvent): void {
    const kind = kindOf(event);
    if (!shownKinds.has(kind)) return;
    // Of an engine that is down or back, every container looks different.
    if (kind !== 'service' && event.data?.engine !== undefined) this.#changed.add(event.data.engine);
    this.#changes.soon();
  }

  /** What fails is tried again. The stream of events says it where the server is gone. */
  async #readChanged(): Promise<void> {
    const { signal: ended } = this.#ended;
    const signal = this.#readSignal();
    const changed = [...this.#changed];
    try {
      if (changed.length > manyEngines) return await this.#readAll();
      this.#changed.clear();
      const [engines, services, ...lists] = await Promise.all([
        visible(call('GET', 'apiv1/engines', undefined, signal)),
        visible(call('GET', 'apiv1/services', undefined, signal)),
        ...changed.map((id) => visible(callAll<ListedContainer>(containersOf(id), signal))),
      ]);
      const containers = new Map(this.#state.containers);
      changed.forEach((id, at) => void containers.set(id, lists[at] ?? []));
      const there = new Set(engines.map(({ id }) => id));
      for (const { id } of this.#state.engines) if (!there.has(id)) containers.delete(id);
      this.#set({ engines, services, containers, seenMs: Date.now() });
    } catch {
      if (ended.aborted) return;
      for (const id of changed) this.#changed.add(id);
      this.#changes.soon(againMs);
    }
  }

  /** Also of a former account nothing is taken any more. */
  #readSignal(): AbortSignal {
    return AbortSignal.any([this.#ended.signal, AbortSignal.timeout(readMs)]);
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

function containersOf(engine: string): string {
  return `apiv1/containers?all=true&sort=name&engine=${encodeURIComponent(engine)}`;
}

/** Of a list that the account may not see, and of an engine that is gone, there is nothing. */
function visible<Item>(list: Promise<readonly Item[]>): Promise<readonly Item[]> {
  return list.catch((error) => {
    if (error instanceof ApiFailure && (error.status === 403 || error.status === 404)) return [];
    throw error;
  });
}

/** Events as they come; only `open`, now and then, for whoever may not follow them. Throws as `serverEvents`. */
async function* eventsOrPolls(place: { last?: string }, signal: AbortSignal): AsyncGenerator<ServerEvent | 'open'> {
  try {
    yield* serverEvents(events, place, signal);
    return;
  } catch (error) {
    if (!(error instanceof ApiFailure && error.status === 403)) throw error;
  }
  while (!signal.aborted) {
    yield 'open';
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
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
