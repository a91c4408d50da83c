import { isDeepStrictEqual } from 'node:util';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Asked, ServiceStatus, SlotWait } from '../../model/service.ts';
import { briefDetails } from './brief-details.ts';
import { isFit, type ReplicaView } from './replica-view.ts';

const minBackoffMs = 1_000;
const maxBackoffMs = 60_000;
/** Retry delay for lack of room, which may change at any moment. */
const roomMs = 1_000;
/** A replica that has been ready for this long is not in a crash loop. */
const steadyMs = 60_000;

/** Maximum number of failed engines remembered per slot. */
const maxFailedOn = 5;
/** Minimum interval between writes of reasons that change all the time. */
const renewMs = 30_000;
const maxMessageLength = 1_000;

const faultsOfOthers = [
  ...(['unschedulable', 'link_not_ready', 'engine_unreachable', 'engine_certificate', 'engine_timeout'] as const),
  ...(['no_such_engine', 'reservation_lost', 'store_unavailable', 'quota_exceeded'] as const),
];

export type Waits = Readonly<Record<string, SlotWait>>;

/** A change or a resume of the service resets its waits: earlier failures are forgiven. */
export function presentWaits({ waiting, asked }: ServiceStatus, { generation, resumes }: Asked): Waits {
  return asked?.generation === generation && asked.resumes === resumes ? waiting : {};
}

/** The wait after a replica failed, or could not be started. The delay grows with each failure. */
export function waitAfter(
  before: SlotWait | undefined,
  { code, message, details, engineId }: Failure,
  /** In milliseconds since 1970. */
  now: number,
): SlotWait {
  const failures = (before?.failures ?? 0) + (isForRoom(code) ? 0 : 1);
  const reasons = briefDetails(details, code);
  if (before && isForRoom(code) && isUnchangedWait(before, { code, message, details: reasons }, now)) return before;
  const failedOn = failedEngines(before, engineId);
  return {
    since: before && before.code === code ? before.since : new Date(now).toISOString(),
    ...{ code, message: message.slice(0, maxMessageLength), failures },
    ...(reasons === undefined ? {} : { details: reasons }),
    ...(failedOn.length > 0 && { failedOn }),
    until: new Date(now + waitMs({ code, failures })).toISOString(),
  };
}

/**
 * Many slots wait for the same room, and only one at a time is tried. Copies its new reason to all slots with the same
 * reason; otherwise each of them would cause a write of the status.
 */
export function shareReason(waits: Waits, slot: string, before: SlotWait | undefined): Waits {
  const now = waits[slot];
  if (!now || !before || now === before || now.code !== before.code || !isForRoom(now.code)) return waits;
  const { message, details, until } = now;
  const isSame = (wait: SlotWait) => wait.code === before.code && isDeepStrictEqual(wait.details, before.details);
  return Object.fromEntries(
    Object.entries(waits).map(([other, wait]) => [
      other,
      other !== slot && isSame(wait) ? { ...wait, message, until, ...(details !== undefined && { details }) } : wait,
    ]),
  );
}

/** How long a slot waits from the moment this server sees the wait: `until` is by another server's wall clock. */
export function waitMs({ code, failures }: Pick<SlotWait, 'code' | 'failures'>): number {
  return isForRoom(code) ? roomMs : Math.min(maxBackoffMs, minBackoffMs * 2 ** (failures - 1));
}

export function isForRoom(code: string): boolean {
  return code === 'unschedulable' || code === 'link_not_ready' || code === 'quota_exceeded';
}

function failedEngines(before: SlotWait | undefined, engineId: string | undefined): readonly string[] {
  const failedOn = before?.failedOn ?? [];
  if (engineId === undefined) return failedOn;
  return [engineId, ...failedOn.filter((each) => each !== engineId)].slice(0, maxFailedOn);
}

/** Room is looked for every second. The record is updated only when the reason changes, or after `renewMs`. */
function isUnchangedWait(before: SlotWait, { code, message, details }: Failure, now: number): boolean {
  if (before.code !== code || before.message !== message) return false;
  return isDeepStrictEqual(before.details, details) || now < Date.parse(before.until) + renewMs;
}

/** The failure of a start, or of a replica that ran on an engine. */
interface Failure extends Pick<SatsumaError, 'message'> {
  readonly code: SatsumaError['code'] | 'replica_failed';
  readonly details?: unknown;
  readonly engineId?: string;
}

/**
 * Drops the waits of slots that are not desired any more, and of slots whose replica is ready. Replicas of another
 * template do not count.
 */
export function retainWaits(
  waits: Waits,
  {
    slots,
    replicas,
    template,
    now,
  }: {
    readonly slots: readonly string[];
    readonly replicas: readonly ReplicaView[];
    readonly template: number;
    /** On this server's monotonic clock. */
    readonly now: number;
  },
): Waits {
  const desiredSlots = new Set(slots);
  const filled = new Map(
    replicas.filter((each) => each.state === 'ready' && isFit(each, template)).map((each) => [each.slot, each]),
  );
  const isOver = ([slot, { failures }]: [string, SlotWait]) => {
    const holder = filled.get(slot);
    if (!holder) return false;
    return failures === 0 || now - (holder.since ?? now) > steadyMs;
  };
  return Object.fromEntries(Object.entries(waits).filter((each) => desiredSlots.has(each[0]) && !isOver(each)));
}

/**
 * The failure of a start, as its slot waits for it. If engines lack a feature, the longer backoff applies: unlike room,
 * it does not appear within a second, and each attempt creates containers on several engines.
 */
export function failureOfStart(error: SatsumaError): SatsumaError {
  const { cause, details } = error;
  if (!isSatsumaError(error, 'unschedulable') || !isSatsumaError(cause, 'engine_lacks')) return error;
  return new SatsumaError('engine_lacks', cause.message, { cause: error, details });
}

/** Whether the error is about the replica itself, and not about room, an engine, the store or leadership. */
export function isFaultOfReplica(error: SatsumaError): boolean {
  return !isSatsumaError(error, ...faultsOfOthers);
}
