/** Kinds of resources that emit events. `image` is an image on an engine, `image-config` a saved image config. */
export const eventKinds = [
  ...(['engine', 'container', 'reservation', 'service', 'job', 'image', 'image-config'] as const),
  ...(['volume', 'network', 'secret', 'policy', 'project', 'domain', 'audit'] as const),
] as const;

export type EventKind = (typeof eventKinds)[number];

/** Kinds whose events are sent only to clients that may read the resource. The names equal the nouns of access. */
export const guardedKinds = ['volume', 'network', 'secret', 'policy', 'project', 'domain', 'audit'] as const;
export type GuardedKind = (typeof guardedKinds)[number];

export function isGuarded(kind: EventKind): kind is GuardedKind {
  return guardedKinds.some((each) => each === kind);
}

/** An event, as sent to clients. */
export interface ClusterEvent {
  readonly kind: EventKind;
  /** Docker's word where it has one: `create`, `start`, `die`, `destroy`. */
  readonly action: string;
  /** Names have no leading slash. */
  readonly name: string;
  /** The id of the container or reservation; for other kinds, the name. */
  readonly id: string;
  /** The engine of the resource, if it is on one. */
  readonly engine?: string;
  /** The project of the resource. Absent for containers that Satsuma did not start. */
  readonly project?: string;
  /** RFC 3339, by the store's clock: the time in the record, or when this server learned of the event. */
  readonly at: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The position of an event in the feed of one store, equal on every server. `change` numbers the changes of a version,
 * `part` the events of a change.
 */
export interface EventId {
  readonly epoch: string;
  readonly version: number;
  readonly change: number;
  readonly part: number;
}

/** The position after all events of that version. */
export function endOfVersion(epoch: string, version: number): EventId {
  return { epoch, version, change: Number.MAX_SAFE_INTEGER, part: 0 };
}

/** Compares two ids of the same epoch: negative if `a` comes first. */
export function compareEventIds(a: EventId, b: EventId): number {
  return a.version - b.version || a.change - b.change || a.part - b.part;
}

export function writeEventId({ epoch, version, change, part }: EventId): string {
  return [epoch === '' ? '-' : epoch, version, change, part].join('.');
}

/** Returns undefined if the text is not an event id. */
export function readEventId(text: string): EventId | undefined {
  const [, epoch = '', ...numbers] = /^([0-9A-Za-z-]{1,64})\.(\d{1,16})\.(\d{1,16})\.(\d{1,16})$/.exec(text) ?? [];
  const [version, change, part] = numbers.map(Number);
  if (version === undefined || change === undefined || part === undefined) return undefined;
  return { epoch: epoch === '-' ? '' : epoch, version, change, part };
}
