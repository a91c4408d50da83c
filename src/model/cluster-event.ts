/** The kinds of things that events are about. `image` is an image on an engine, `image-config` one that was saved. */
export const eventKinds = [
  ...(['engine', 'container', 'reservation', 'service', 'job', 'image', 'image-config'] as const),
  ...(['volume', 'network', 'secret', 'policy', 'project', 'domain', 'audit'] as const),
] as const;

export type EventKind = (typeof eventKinds)[number];

/** Kinds that are told only to whoever may read what they are about; the names are those of access. */
export const guardedKinds = ['volume', 'network', 'secret', 'policy', 'project', 'domain', 'audit'] as const;
export type GuardedKind = (typeof guardedKinds)[number];

export function isGuarded(kind: EventKind): kind is GuardedKind {
  return guardedKinds.some((each) => each === kind);
}

/** Something that happened, as clients are told. */
export interface ClusterEvent {
  readonly kind: EventKind;
  /** Docker's word where it has one: `create`, `start`, `die`, `destroy`. */
  readonly action: string;
  /** Without Docker's leading slash. */
  readonly name: string;
  /** The container's, the reservation's; otherwise the name. */
  readonly id: string;
  /** Of what is on one. */
  readonly engine?: string;
  /** Of what belongs to one; a container that others started does not. */
  readonly project?: string;
  /** RFC 3339, by the store's clock: what the record says, or when this server learned of it. */
  readonly at: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Where an event is in the feed of one store: the same on every server. `change` counts the changes of a version, `part` the
 * events of a change.
 */
export interface EventId {
  readonly epoch: string;
  readonly version: number;
  readonly change: number;
  readonly part: number;
}

/** Behind everything of that version. */
export function endOfVersion(epoch: string, version: number): EventId {
  return { epoch, version, change: Number.MAX_SAFE_INTEGER, part: 0 };
}

/** Of the same epoch: negative where `a` comes first. */
export function compareEventIds(a: EventId, b: EventId): number {
  return a.version - b.version || a.change - b.change || a.part - b.part;
}

export function writeEventId({ epoch, version, change, part }: EventId): string {
  return [epoch === '' ? '-' : epoch, version, change, part].join('.');
}

/** Undefined for a text that is none. */
export function readEventId(text: string): EventId | undefined {
  const [, epoch = '', ...numbers] = /^([0-9A-Za-z-]{1,64})\.(\d{1,16})\.(\d{1,16})\.(\d{1,16})$/.exec(text) ?? [];
  const [version, change, part] = numbers.map(Number);
  if (version === undefined || change === undefined || part === undefined) return undefined;
  return { epoch: epoch === '-' ? '' : epoch, version, change, part };
}
