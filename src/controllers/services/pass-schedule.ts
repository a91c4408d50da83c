import type { ServiceRecord } from '../../model/service.ts';
import type { Changes } from '../../state/changes.ts';
import type { Versioned } from '../../store/store.ts';

/** Interval for a service without changes, as a safety net: nothing should be found. */
const sweepMs = 30_000;
/** Interval for a service that is not in its desired state. */
const quietMs = 2_000;
/** Interval for a service with work in progress. */
const busyMs = 250;
/** Minimum delay, even if a health check is due sooner. */
const minDueMs = 100;

/** The state after a pass. */
interface PassResult {
  /** Work is in progress, or waits for a point in time. */
  readonly isBusy: boolean;
  /** The desired state is reached: only a change needs another pass. */
  readonly isSettled: boolean;
  /** Milliseconds until the next health check. */
  readonly dueInMs: number;
}

type Service = Versioned<ServiceRecord>;

/** Schedules the passes of each service: at once after a change of it or of a linked service, otherwise by time. */
export class PassSchedule {
  readonly #changes: Changes;
  readonly #passed = new Map<string, { readonly count: number; readonly nextAt: number }>();

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  isDue(service: Service, now: number): boolean {
    const passed = this.#passed.get(service.id);
    return !passed || now >= passed.nextAt || this.countOf(service) !== passed.count;
  }

  /**
   * A counter that grows with every relevant change. Read it before a pass, so that the pass's own changes count as
   * new.
   */
  countOf({ id, value: { spec } }: Service): number {
    const links = Object.keys(spec.links ?? {});
    const concerned = [this.#changes.countOf(`upkeep/${id}`), this.#changes.countOf(`service/${id}`)];
    return Math.max(...concerned, ...links.map((link) => this.#changes.countOf(`service/${link}`)));
  }

  passed({ id }: Service, count: number, { isBusy, isSettled, dueInMs }: PassResult, now: number): void {
    const soonest = isBusy ? busyMs : isSettled ? sweepMs : quietMs;
    this.#passed.set(id, { count, nextAt: now + Math.min(soonest, Math.max(minDueMs, dueInMs)) });
  }

  /** Milliseconds until the next pass that is due by time. */
  dueInMs(now: number): number {
    let soonest = Number.POSITIVE_INFINITY;
    for (const { nextAt } of this.#passed.values()) soonest = Math.min(soonest, nextAt - now);
    return Math.max(0, soonest);
  }

  /** Forgets services that do not exist any more. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#passed.keys()) if (!ids.has(id)) this.#passed.delete(id);
  }

  clear(): void {
    this.#passed.clear();
  }
}
