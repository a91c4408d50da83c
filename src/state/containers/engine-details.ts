import type { EngineClient } from '../../engines/engine-client.ts';
import type { ContainerDetail } from '../../model/container.ts';
import { isSatsumaError, type SatsumaError } from '../../model/errors.ts';
import { HourlyNotice } from '../../runtime/hourly-notice.ts';

/** What is known of one engine's containers by inspection. */
export interface Details {
  get(containerId: string): ContainerDetail | undefined;
  /** Why the last inspection of the container gave nothing, although the engine is well. */
  failure(containerId: string): SatsumaError | undefined;
}

interface Failure {
  readonly error: SatsumaError;
  readonly pauseMs: number;
  /** By this process's clock. */
  readonly dueAt: number;
}

/** A container that keeps its inspection waiting may do so for ever: it is asked about less and less often. */
const shortestPauseMs = 30_000;
const longestPauseMs = 900_000;

/** Details by container, each asked for once, and inspections that failed for the container's reasons. */
export class EngineDetails implements Details {
  /** What the containers of others may cost. */
  readonly allowance = new Allowance();
  /** That it was used up, and that the engine's lists lack entries. */
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

  /** Of the last inspection, even where an earlier one told what is known. */
  lastFailure(containerId: string): SatsumaError | undefined {
    return this.#failures.get(containerId)?.error;
  }

  /** Its limits or its restart policy were changed: what is known is not so any more. */
  changed(containerId: string): void {
    this.#known.delete(containerId);
    this.#changed.add(containerId);
  }

  isChanged(containerId: string): boolean {
    return this.#changed.has(containerId);
  }

  /** Whoever needs to know has taken in what the container is now. */
  settled(containerId: string): void {
    this.#changed.delete(containerId);
  }

  isDue(containerId: string): boolean {
    const failure = this.#failures.get(containerId);
    return !this.#known.has(containerId) && (failure === undefined || performance.now() >= failure.dueAt);
  }

  /** Asks the engine. A container that is gone has neither detail nor failure. Throws what is the engine's own fault. */
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

  /** Forgets all but these. */
  keepOnly(ids: ReadonlySet<string | undefined>): void {
    for (const each of [this.#known, this.#failures, this.#changed])
      for (const id of each.keys()) if (!ids.has(id)) each.delete(id);
  }

  /** Of an engine that does not work at all, not even a ping is answered. */
  async #failed(client: EngineClient, containerId: string, error: SatsumaError): Promise<void> {
    await client.ping();
    const pauseMs = Math.min(2 * (this.#failures.get(containerId)?.pauseMs ?? shortestPauseMs / 2), longestPauseMs);
    this.#failures.set(containerId, { error, pauseMs, dueAt: performance.now() + pauseMs });
  }
}

/** Work at once: an engine with a thousand containers of others is taken up in one resync. */
const burst = 2_000;
const perSecond = 500;

/**
 * What the containers of others on one engine may cost: one for each inspection, and one for each record that is written.
 * An engine that lists new containers all the time takes a part of a core, and no more.
 */
class Allowance {
  #left = burst;
  #filledAt = performance.now();

  /** False: nothing is left at this moment. */
  take(): boolean {
    const now = performance.now();
    this.#left = Math.min(burst, this.#left + ((now - this.#filledAt) * perSecond) / 1000);
    this.#filledAt = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
