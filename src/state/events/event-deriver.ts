import { type ClusterEvent, compareEventIds, type EventId } from '../../model/cluster-event.ts';
import type { ServerHeartbeat } from '../../model/server-heartbeat.ts';
import type { Change, Position, Store } from '../../store/store.ts';
import { type Clock, timestamp } from '../clock.ts';
import { type BesideContainer, containerSource } from './container-source.ts';
import { endSource } from './end-source.ts';
import { engineSource, imageSource } from './engine-sources.ts';
import { type AnySource, type EventDraft, recordEvents, sourceOf } from './event-source.ts';
import {
  domainSource,
  eventsOfAudit,
  eventsOfThing,
  policySource,
  projectSource,
  secretSource,
} from './named-sources.ts';
import {
  imageConfigSource,
  jobSource,
  reservationSource,
  rolloutSource,
  runSource,
  serviceSource,
} from './owner-sources.ts';
import { pullSource } from './pull-source.ts';

const sources = {
  engine: sourceOf(engineSource),
  observation: sourceOf(imageSource),
  container: sourceOf(containerSource),
  'container-end': sourceOf(endSource),
  service: sourceOf(serviceSource),
  'service-status': sourceOf(rolloutSource),
  job: sourceOf(jobSource),
  'job-run': sourceOf(runSource),
  image: sourceOf(imageConfigSource),
  'image-pull': sourceOf(pullSource),
  secret: sourceOf(secretSource),
  policy: sourceOf(policySource),
  project: sourceOf(projectSource),
  domain: sourceOf(domainSource),
} as const;

/** Records that are immutable, or independent of their previous version. */
const singleVersionSources = {
  'engine-thing': recordEvents(eventsOfThing),
  'audit-block': recordEvents(eventsOfAudit),
} as const;

const reservations = sourceOf(reservationSource);

type Kind = keyof typeof sources;

export interface LoggedEvent {
  readonly id: EventId;
  readonly event: ClusterEvent;
}

interface Kept {
  readonly version: number;
  /** Undefined: it was removed. */
  readonly value: unknown;
}

interface Place {
  readonly kind: string;
  readonly id: string;
}

interface AnyRecord extends Place {
  readonly version: number;
  readonly value?: unknown;
}

type RecordChange = Exclude<Change, { kind: 'reset' }>;

/**
 * Derives events from the changes of a feed, in order. Keeps a small part of each record for comparison. Without
 * `load`, records are unknown before their first change.
 */
export class EventDeriver {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #records = new Map<string, Kept>();
  readonly #epoch: string;
  #isLoaded: boolean;
  readonly #isPast: boolean;
  /** The latest time in the changes so far. */
  #latest = '';
  #at: { readonly version: number; readonly change: number };
  /** The last change that was processed. */
  #derived = { version: -1, change: -1 };

  /**
   * `position`: everything up to there was read. `isPast`: the changes were made some time ago; events before the first
   * change with a time have the time ''.
   */
  constructor(clock: Pick<Clock, 'now'>, { epoch, version }: Position, { isPast = false } = {}) {
    this.#clock = clock;
    this.#isPast = isPast;
    this.#epoch = epoch;
    this.#at = { version, change: Number.MAX_SAFE_INTEGER };
    // Version 0 is an empty store.
    this.#isLoaded = version === 0;
  }

  async load(store: Store): Promise<void> {
    for (const kind of Object.keys(sources) as Kind[]) {
      for (const record of await store.list(kind)) this.#keep(sources[kind], { kind, ...record });
    }
    for (const record of await store.reservations()) this.#keep(reservations, { kind: 'reservation', ...record });
    this.#isLoaded = true;
  }

  /** The position after the last processed change. */
  get last(): EventId {
    const { version, change } = this.#at;
    return { epoch: this.#epoch, version, change, part: Number.MAX_SAFE_INTEGER };
  }

  /** Returns no events for a change that was already processed. */
  derive(change: RecordChange): LoggedEvent[] {
    const { version } = change;
    const place = { version, change: version === this.#at.version ? this.#at.change + 1 : 0 };
    if (version < this.#at.version) return [];
    this.#at = place;
    // The feed is read again from the previous version.
    if (version === this.#derived.version && place.change <= this.#derived.change) return [];
    this.#derived = place;
    if (change.kind === 'server' && change.value) this.#see(timeOf(change.value));
    const numbered = (drafts: readonly EventDraft[]) =>
      drafts.map((draft, part) => ({ id: { epoch: this.#epoch, ...place, part }, event: this.#complete(draft) }));
    if (Object.hasOwn(singleVersionSources, change.kind)) {
      return change.value
        ? numbered(singleVersionSources[change.kind as keyof typeof singleVersionSources].toDrafts(change.value))
        : [];
    }
    const source = change.kind === 'reservation' ? reservations : sourceIn(change.kind);
    const before = this.#records.get(keyOf(change));
    // Already included in the loaded list.
    if (!source || (before && before.version >= version)) return [];
    const known = this.#knownOf(change);
    const after = this.#keep(source, change);
    return numbered(source.compare(known, after, change.id, this.#besideOf(change)));
  }

  /** Prepares for reading the feed again from the previous version. */
  rewind(): void {
    this.#at = { version: this.#at.version, change: -1 };
  }

  #knownOf(place: Place): unknown {
    const kept = this.#records.get(keyOf(place));
    return kept ? kept.value : this.#isLoaded ? undefined : 'unknown';
  }

  /** Other records about the same thing. */
  #besideOf({ kind, id }: Place): unknown {
    const kept = (beside: string) => this.#records.get(keyOf({ kind: beside, id }))?.value;
    if (kind === 'container-end') return kept('container');
    if (kind === 'service-status') return kept('service');
    if (kind !== 'container') return undefined;
    const [engine = ''] = id.split('/');
    return { end: kept('container-end'), engine: this.#knownOf({ kind: 'engine', id: engine }) } as BesideContainer;
  }

  #keep(source: AnySource, change: AnyRecord): unknown {
    const value = change.value && source.trim(change.value, change.id);
    const key = keyOf(change);
    // A removed record is dropped; without the start of the feed, its removal must be remembered.
    if (value === undefined && this.#isLoaded) this.#records.delete(key);
    else this.#records.set(key, { version: change.version, value });
    return value;
  }

  #complete({ at, ...draft }: EventDraft): ClusterEvent {
    if (at !== undefined) this.#see(at);
    // A change without a time gets the time of its predecessor; for the first ones, it is added later.
    return { ...draft, at: at ?? (this.#isPast ? this.#latest : timestamp(this.#clock)) };
  }

  #see(at: string): void {
    if (at > this.#latest) this.#latest = at;
  }
}

/** True: the event comes after that position. */
export function isBehind({ id }: LoggedEvent, place: EventId): boolean {
  return compareEventIds(id, place) > 0;
}

/** Heartbeats have the time of the server's own clock; corrected to the store's. */
function timeOf({ beat, aheadMs = 0 }: ServerHeartbeat): string {
  const ms = Date.parse(beat) - aheadMs;
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString();
}

function sourceIn(kind: Change['kind']): AnySource | undefined {
  return Object.hasOwn(sources, kind) ? sources[kind as Kind] : undefined;
}

function keyOf({ kind, id }: Place): string {
  return `${kind}/${id}`;
}
