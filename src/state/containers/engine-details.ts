import type { EngineClient } from '../../engines/engine-client.ts';
import type { ContainerDetail } from '../../model/container.ts';
import { isSatsumaError, type SatsumaError } from '../../model/errors.ts';
import { HourlyNotice } from '../../runtime/hourly-notice.ts';

/** The inspected details of one engine's containers. */
export interface Details {
  get(containerId: string): ContainerDetail | undefined;
  /** Why the last inspection failed although the engine works. */
  failure(containerId: string): SatsumaError | undefined;
}

interface Failure {
  readonly error: SatsumaError;
  readonly pauseMs: number;
  /** By this process's clock. */
  readonly dueAt: number;
}

/** A hanging inspection may hang forever: it is retried with increasing delays. */
const minPauseMs = 30_000;
const maxPauseMs = 900_000;

/** Details by container, and inspections that failed because of the container. */
export class EngineDetails implements Details {
  /** The allowance for foreign containers. */
  readonly allowance = new Allowance();
  /** Warnings that it was used up, and that the engine's lists are incomplete. */
  readonly notices = { usedUp: new HourlyNotice(), unclear: new HourlyNotice() };
  readonly #known = new Map<string, ContainerDetail>();
  readonly #failures = new Map<string, Failure>();
  /** Containers that were updated since their last inspection. */
  readonly #changed = new Set<string>();

  get(containerId: string): ContainerDetail | undefined {
    return this.#known.get(containerId);
  }

  failure(containerId: string): SatsumaError | undefined {
    return this.#known.has(containerId) ? undefined : this.#failures.get(containerId)?.error;
  }

  /** The failure of the last inspection, even if an earlier one succeeded. */
  lastFailure(containerId: string): SatsumaError | undefined {
    return this.#failures.get(containerId)?.error;
  }

  /** Its limits or restart policy changed: the cached detail is outdated. */
  changed(containerId: string): void {
    this.#known.delete(containerId);
    this.#changed.add(containerId);
  }

  isChanged(containerId: string): boolean {
    return this.#changed.has(containerId);
  }

  /** The ledger now reflects the update. */
  settled(containerId: string): void {
    this.#changed.delete(containerId);
  }

  isDue(containerId: string): boolean {
    const failure = this.#failures.get(containerId);
    return !this.#known.has(containerId) && (failure === undefined || performance.now() >= failure.dueAt);
  }

  /** Inspects the container. If it is gone, it has neither detail nor failure. Throws the engine's own errors. */
  async inspect(client: EngineClient, containerId: string): Promise<ContainerDetail | undefined> {
    try {
      const detail = await client.inspectContainer(containerId);
      this.#known.set(containerId, detail);
      this.#failures.delete(containerId);
      return detail;
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      if (isSatsumaError(error, 'no_such_container')) this.#failures.delete(containerId);
      else await this.#failed(client, containerId, error);
      return undefined;
    }
  }

  /** Drops all but these. */
  keepOnly(ids: ReadonlySet<string | undefined>): void {
    for (const each of [this.#known, this.#failures, this.#changed])
      for (const id of each.keys()) if (!ids.has(id)) each.delete(id);
  }

  /** Throws if the engine is at fault: then even a ping fails. */
  async #failed(client: EngineClient, containerId: string, error: SatsumaError): Promise<void> {
    await client.ping();
    const pauseMs = Math.min(2 * (this.#failures.get(containerId)?.pauseMs ?? minPauseMs / 2), maxPauseMs);
    this.#failures.set(containerId, { error, pauseMs, dueAt: performance.now() + pauseMs });
  }
}

/** The burst size: an engine with a thousand foreign containers is adopted in one resync. */
const burst = 2_000;
const perSecond = 500;

/**
 * Limits the work for foreign containers on one engine: one unit per inspection and per written record. An engine that
 * lists new containers constantly uses only a part of a core.
 */
class Allowance {
  #left = burst;
  #filledAt = performance.now();

  /** False: used up at this moment. */
  take(): boolean {
    const now = performance.now();
    this.#left = Math.min(burst, this.#left + ((now - this.#filledAt) * perSecond) / 1000);
    this.#filledAt = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
