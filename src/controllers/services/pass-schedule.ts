import type { ServiceRecord } from '../../model/service.ts';
import type { Changes } from '../../state/changes.ts';
import type { Versioned } from '../../store/store.ts';

/** A service of which nothing changed is looked at this often: nothing should be found. */
const sweepMs = 30_000;
/** One that is not as it should be. */
const quietMs = 2_000;
/** One of which something is under way. */
const busyMs = 250;
/** However soon a health check is due. */
const shortestDueMs = 100;

/** What a pass left behind. */
export interface PassResult {
  /** Something is under way, or waits for its time. */
  readonly isBusy: boolean;
  /** All is as it should be: only a change brings something on. */
  readonly isSettled: boolean;
  /** In how many milliseconds a health check is due. */
  readonly dueInMs: number;
}

type Service = Versioned<ServiceRecord>;

/** When each service is looked at: at once where something of it changed, or of one that it is linked to; else by time. */
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

  /** Another number whenever the service is to be looked at. To be asked before a pass: what it changes itself is news. */
  countOf({ id, value: { spec } }: Service): number {
    const links = Object.keys(spec.links ?? {});
    const concerned = [this.#changes.countOf(`upkeep/${id}`), this.#changes.countOf(`service/${id}`)];
    return Math.max(...concerned, ...links.map((link) => this.#changes.countOf(`service/${link}`)));
  }

  passed({ id }: Service, count: number, { isBusy, isSettled, dueInMs }: PassResult, now: number): void {
    const soonest = isBusy ? busyMs : isSettled ? sweepMs : quietMs;
    this.#passed.set(id, { count, nextAt: now + Math.min(soonest, Math.max(shortestDueMs, dueInMs)) });
  }

  /** In how many milliseconds the next one is due by time. */
  dueInMs(now: number): number {
    let soonest = Number.POSITIVE_INFINITY;
    for (const { nextAt } of this.#passed.values()) soonest = Math.min(soonest, nextAt - now);
    return Math.max(0, soonest);
  }

  /** Forgets services that are not there any more. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#passed.keys()) if (!ids.has(id)) this.#passed.delete(id);
  }

  clear(): void {
    this.#passed.clear();
  }
}
