import { isDeepStrictEqual } from 'node:util';
import type { ContainerList } from '../engines/engine-client.ts';
import type { ContainerDetail, ContainerSummary } from '../model/container.ts';
import { type ContainerFact, containerFactId } from '../model/container-fact.ts';
import type { Reservation } from '../model/reservation.ts';
import { isSameStatus } from './aged-status.ts';
import type { Clock } from './clock.ts';
import { ContainerIndex } from './container-index.ts';
import type { KnownContainer } from './known-container.ts';

/** Removed containers that are remembered: ids are never reused, and an older list may still contain them. */
const maxRemoved = 10_000;

type FactChange = { readonly id: string; readonly value?: ContainerFact };
/** Both absent: the container is gone. */
export interface Inspection {
  readonly detail?: ContainerDetail | undefined;
  /** Why there is no detail. */
  readonly failure?: string | undefined;
}
type Bound = Reservation & { readonly containerId: string };

const nothing: ReadonlyMap<string, KnownContainer> = new Map();

/**
 * All containers of all engines, Satsuma's and foreign, as last reported. Three sources: this server's own queries, the
 * store's feed (observations of other servers), and records of containers that no engine has reported yet. Of two
 * statements, the one with the later query wins; times are by the store's clock.
 */
export class ContainerCache {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #changed: (engineId: string, containerId: string) => void;
  readonly #byEngine = new Map<string, Map<string, KnownContainer>>();
  readonly #sorted = new Map<string, readonly KnownContainer[]>();
  readonly #index = new ContainerIndex();
  /** By engine; of all engines that ever were, so that one that is registered again does not repeat. */
  readonly #revisions = new Map<string, number>();
  /** When containers were removed, by fact id. */
  readonly #removed = new Map<string, number>();
  /** Containers that differ from the store's state, by engine. */
  readonly #unpublished = new Map<string, Set<string>>();
  /** Called when something needs publishing. */
  onUnpublished: () => void = () => undefined;

  /** `changed`: called for each changed container. */
  constructor(clock: Pick<Clock, 'now'>, changed: (engineId: string, containerId: string) => void = () => undefined) {
    this.#clock = clock;
    this.#changed = changed;
  }

  on(engineId: string): ReadonlyMap<string, KnownContainer> {
    return this.#byEngine.get(engineId) ?? nothing;
  }

  /** The containers of an engine, sorted by name and id. The same array until one of them changes, comes or goes. */
  sorted(engineId: string): readonly KnownContainer[] {
    const kept = this.#sorted.get(engineId);
    if (kept) return kept;
    const sorted = [...this.on(engineId).values()].sort(byName);
    if (sorted.length > 0) this.#sorted.set(engineId, sorted);
    return sorted;
  }

  /** Differs from what it was if a container of the engine has changed, came or went. */
  revision(engineId: string): number {
    return this.#revisions.get(engineId) ?? 0;
  }

  get(engineId: string, containerId: string): KnownContainer | undefined {
    return this.#byEngine.get(engineId)?.get(containerId);
  }

  /**
   * Finds by full id or by name without a slash; if there is none, by id prefix. On one engine, or on all.
   * `ENGINE/NAME` is the one on that engine.
   */
  find(reference: string, engineId?: string): readonly KnownContainer[] {
    const [, engine, name] = /^([^/]+)\/(.+)$/s.exec(reference) ?? [];
    if (engine !== undefined && name !== undefined)
      return engineId === undefined || engineId === engine ? this.find(name, engine) : [];
    const isThere = (known: KnownContainer) => engineId === undefined || known.engineId === engineId;
    const exact = new Set([...this.#index.of(reference), ...this.#index.named(reference)].filter(isThere));
    return exact.size > 0 ? [...exact] : this.#index.startingWith(reference).filter(isThere);
  }

  /** Applies a full list that was requested at that time. Returns the ids of changed containers. */
  replace(engineId: string, list: ContainerList, askedAt: number): string[] {
    return this.#take(engineId, list, askedAt, list.leftOut ? [] : [...this.on(engineId).keys()]);
  }

  /** Applies an answer about these containers only: those missing from it are gone. */
  refresh(engineId: string, ids: readonly string[], list: ContainerList, askedAt: number): string[] {
    return this.#take(engineId, list, askedAt, list.leftOut ? [] : ids);
  }

  /** Marks a container as gone, or without any record, overriding lists that were requested before. */
  remove(engineId: string, containerId: string): void {
    const id = containerFactId(engineId, containerId);
    this.#removed.delete(id);
    this.#removed.set(id, this.#clock.now());
    const [oldest] = this.#removed.keys();
    if (this.#removed.size > maxRemoved && oldest !== undefined) this.#removed.delete(oldest);
    if (this.#drop(engineId, containerId)) this.#toPublish(engineId, containerId);
  }

  /** Adds a container from its record before its engine has reported it. */
  presume(record: Bound): void {
    const { engineId, containerId, name, image, createdAt } = record;
    const state = presumedState(record);
    const known = this.get(engineId, containerId);
    // It was listed between its creation and its start: its bound ports are unknown.
    const isStarted = known?.summary.state === 'created' && state === 'running';
    if (known && known.confirmedAt > 0 && !isStarted) return;
    const bound = state === 'running' ? (image.bind_ports ?? []) : [];
    this.#put({
      engineId,
      summary: {
        ...{ id: containerId, name, imageName: image.name, createdAt },
        state,
        labels: known?.summary.labels ?? {},
        ports: bound.flatMap(({ port, host_ip = '0.0.0.0', ...rest }) => (port ? [{ ...rest, port, host_ip }] : [])),
      },
      ...(known && { detail: known.detail, failure: known.failure }),
      // Overrides lists that were requested before.
      reportedAt: this.#clock.now(),
      confirmedAt: 0,
    });
  }

  /** Stores this server's inspection and publishes it. */
  inspected(engineId: string, containerId: string, { detail, failure }: Inspection): void {
    const known = this.get(engineId, containerId);
    if (!known) return;
    if (!detail && failure === undefined) this.remove(engineId, containerId);
    else {
      const now = { detail: detail ?? known.detail, failure: detail || known.detail ? undefined : failure };
      const isChange = !isDeepStrictEqual(known.detail, now.detail) || known.failure !== now.failure;
      Object.assign(known, now);
      // Not listed by its engine yet: the inspection has the only known ports.
      if (known.confirmedAt === 0 && detail) known.summary = { ...known.summary, ports: detail.ports };
      if (isChange) this.#toPublish(engineId, containerId);
    }
  }

  /** Applies a change from the store's feed. */
  apply({ id, value }: FactChange): void {
    const slash = id.indexOf('/');
    const [engineId, containerId] = [id.slice(0, slash), id.slice(slash + 1)];
    if (value && !this.#applyFact(id, value)) return;
    if (!value) this.#drop(engineId, containerId);
    this.#published(engineId, containerId);
  }

  /** Applies a reload: facts that are missing in the store are published again. */
  renew(facts: readonly { readonly id: string; readonly value: ContainerFact }[]): void {
    const stored = new Set(facts.map(({ id }) => id));
    for (const fact of facts) this.apply(fact);
    for (const [engineId, containers] of this.#byEngine) {
      for (const [containerId, { confirmedAt }] of containers) {
        if (stored.has(containerFactId(engineId, containerId))) continue;
        // Its record may be gone; otherwise it is added again.
        if (confirmedAt === 0) this.#drop(engineId, containerId);
        else this.#toPublish(engineId, containerId);
      }
    }
  }

  /** Removes an engine. */
  forget(engineId: string): void {
    for (const id of [...this.on(engineId).keys()]) this.#drop(engineId, id);
    this.#unpublished.delete(engineId);
  }

  /** Engines with unpublished containers. */
  unpublishedEngines(): string[] {
    return [...this.#unpublished.keys()];
  }

  /** Takes an engine's unpublished containers off the queue; `undefined`: the container is gone. */
  takeUnpublished(engineId: string, max: number): Map<string, KnownContainer | undefined> {
    const waiting = this.#unpublished.get(engineId) ?? new Set();
    const taken = new Map<string, KnownContainer | undefined>();
    for (const id of waiting) {
      if (taken.size >= max) break;
      waiting.delete(id);
      taken.set(id, this.get(engineId, id));
    }
    if (waiting.size === 0) this.#unpublished.delete(engineId);
    return taken;
  }

  /** Puts them back after a failed write. */
  requeue(engineId: string, ids: Iterable<string>): void {
    for (const id of ids) this.#toPublish(engineId, id);
  }

  #take(engineId: string, list: ContainerList, askedAt: number, absent: readonly string[]): string[] {
    const listed = new Set(list.map(({ id }) => id));
    const changed = list.flatMap((summary) => (this.#apply(engineId, summary, askedAt) ? [summary.id] : []));
    for (const id of absent) {
      const known = this.get(engineId, id);
      // It appeared after the engine was queried.
      if (!known || listed.has(id) || this.#isNewer(knownSince(known), askedAt)) continue;
      this.#drop(engineId, id);
      this.#toPublish(engineId, id);
      changed.push(id);
    }
    return changed;
  }

  /** True: the container changed. */
  #apply(engineId: string, summary: ContainerSummary, askedAt: number): boolean {
    const { id } = summary;
    const removedAt = this.#removed.get(containerFactId(engineId, id)) ?? 0;
    const known = this.get(engineId, id);
    // A container known only from its record: an earlier list shows it before its start.
    if (this.#isNewer(removedAt, askedAt) || (known && this.#isNewer(knownSince(known), askedAt))) return false;
    if (known && isSame(known, summary, askedAt)) {
      known.confirmedAt = askedAt;
      return false;
    }
    const unstartedSince = summary.state === 'created' ? (known?.unstartedSince ?? performance.now()) : undefined;
    const { detail, failure } = known ?? {};
    this.#put({ engineId, summary, reportedAt: askedAt, confirmedAt: askedAt, detail, failure, unstartedSince });
    this.#toPublish(engineId, id);
    return true;
  }

  /** False: newer information is already known. */
  #applyFact(factId: string, { engineId, observedAt, summary, detail, failure }: ContainerFact): boolean {
    const reportedAt = Date.parse(observedAt);
    const known = this.get(engineId, summary.id);
    if (this.#isNewer(this.#removed.get(factId) ?? 0, reportedAt)) return false;
    if (known && (known.confirmedAt === reportedAt || this.#isNewer(known.confirmedAt, reportedAt))) {
      // This server queried later, and may not have inspected the container. Its own facts are unchanged.
      if (detail && !isDeepStrictEqual(known.detail, detail)) known.detail = detail;
      return false;
    }
    // It was seen before its start, which its record already reports: the fact is outdated.
    const wasUnstarted = summary.state === 'created' && known && known.summary.state !== 'created';
    if (wasUnstarted && this.#isNewer(knownSince(known), reportedAt)) return false;
    const unstartedSince = summary.state === 'created' ? (known?.unstartedSince ?? performance.now()) : undefined;
    this.#put({ engineId, summary, reportedAt, confirmedAt: reportedAt, detail, failure, unstartedSince });
    return true;
  }

  /** A time in the future comes from a clock that was adjusted since, and is ignored. */
  #isNewer(time: number, than: number): boolean {
    return time > than && time <= this.#clock.now();
  }

  #put(container: KnownContainer): void {
    const { engineId, summary } = container;
    const containers = this.#byEngine.get(engineId) ?? new Map<string, KnownContainer>();
    this.#byEngine.set(engineId, containers);
    const before = containers.get(summary.id);
    if (before) this.#index.remove(before);
    containers.set(summary.id, container);
    this.#index.add(container);
    this.#note(engineId, summary.id);
  }

  #drop(engineId: string, containerId: string): boolean {
    const containers = this.#byEngine.get(engineId);
    const known = containers?.get(containerId);
    if (!containers || !known) return false;
    this.#index.remove(known);
    containers.delete(containerId);
    if (containers.size === 0) this.#byEngine.delete(engineId);
    this.#note(engineId, containerId);
    return true;
  }

  #note(engineId: string, containerId: string): void {
    this.#revisions.set(engineId, this.revision(engineId) + 1);
    this.#sorted.delete(engineId);
    this.#changed(engineId, containerId);
  }

  #toPublish(engineId: string, containerId: string): void {
    const waiting = this.#unpublished.get(engineId) ?? new Set();
    this.#unpublished.set(engineId, waiting.add(containerId));
    this.onUnpublished();
  }

  #published(engineId: string, containerId: string): void {
    const waiting = this.#unpublished.get(engineId);
    waiting?.delete(containerId);
    if (waiting?.size === 0) this.#unpublished.delete(engineId);
  }
}

/** Compares by characters, as lists do. */
function byName({ summary: a }: KnownContainer, { summary: b }: KnownContainer): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** The time of the last report by its engine or, without one, of its record. */
function knownSince({ confirmedAt, reportedAt }: KnownContainer): number {
  return Math.max(confirmedAt, reportedAt);
}

/** Compares all but the duration in the status, and the labels, which never change. */
function isSame({ summary, reportedAt, confirmedAt }: KnownContainer, now: ContainerSummary, askedAt: number): boolean {
  if (confirmedAt === 0 || !isSameStatus(summary.status, now.status, askedAt - reportedAt)) return false;
  const { status: _, labels: __, ...before } = summary;
  const { status: ___, labels: ____, ...after } = now;
  return isDeepStrictEqual(before, after);
}

function presumedState({ isAtRest, isUnstarted }: Bound): 'running' | 'created' | 'exited' {
  if (isAtRest) return 'exited';
  return isUnstarted ? 'created' : 'running';
}
