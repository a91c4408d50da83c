import type { StartFailures } from '../model/engine.ts';
import type { Versioned } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { RecordChange } from './kind-table.ts';

/** After this time without a start or a failure, an engine's failures are forgotten. */
const rememberedMs = 10 * 60_000;

interface Known {
  readonly version: number;
  /** The last failure in the store; RFC 3339. */
  readonly written: string;
  readonly value: StartFailures;
  /** When it expires, by this server's monotonic clock. */
  readonly endsAt: number;
}

/** Recent start failures by engine, shared by all servers of a store. */
export class StartFailureMemory {
  readonly #clock: Pick<Clock, 'now' | 'steadyMs'>;
  readonly #changed: (engineId: string) => void;
  readonly #known = new Map<string, Known>();
  #nextEnd = Number.POSITIVE_INFINITY;

  /** `changed`: called for each engine whose failures changed. */
  constructor(clock: Pick<Clock, 'now' | 'steadyMs'>, changed: (engineId: string) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Undefined: no recent failures. */
  of(engineId: string): StartFailures | undefined {
    this.forgetOld();
    return this.#known.get(engineId)?.value;
  }

  /** The last failure in the store; RFC 3339. Undefined: none. */
  writtenUpTo(engineId: string): string | undefined {
    return this.#known.get(engineId)?.written;
  }

  /** Applies a document of the store. This server's own newer counts are kept. */
  apply({ id, version, value }: RecordChange<StartFailures>): void {
    const before = this.#known.get(id);
    if ((before?.version ?? 0) > version) return;
    if (!value) this.#delete(id);
    else {
      const counted = before?.value.since === value.since ? larger(before.value, value) : value;
      this.#put(id, { version, written: value.last, value: counted });
    }
  }

  /** Counts a failure that is not stored yet. */
  count(engineId: string, value: StartFailures): void {
    const { version = 0, written = value.last } = this.#known.get(engineId) ?? {};
    this.#put(engineId, { version, written, value });
  }

  /** Call it before a decision: entries expire by time, without a change in the store. */
  forgetOld(): void {
    const now = this.#clock.steadyMs();
    if (now < this.#nextEnd) return;
    this.#nextEnd = Number.POSITIVE_INFINITY;
    for (const [id, { endsAt }] of this.#known) {
      if (endsAt <= now) this.#delete(id);
      else this.#nextEnd = Math.min(this.#nextEnd, endsAt);
    }
  }

  /** Also drops this server's own counts. */
  renew(all: readonly Versioned<StartFailures>[]): void {
    for (const id of this.#known.keys()) this.#delete(id);
    for (const each of all) this.apply(each);
  }

  #put(id: string, known: Omit<Known, 'endsAt'>): void {
    const ageMs = Math.max(0, this.#clock.now() - Date.parse(known.value.last));
    const endsAt = this.#clock.steadyMs() + rememberedMs - ageMs;
    this.#known.set(id, { ...known, endsAt });
    this.#nextEnd = Math.min(this.#nextEnd, endsAt);
    this.#changed(id);
  }

  #delete(id: string): void {
    if (this.#known.delete(id)) this.#changed(id);
  }
}

function larger(a: StartFailures, b: StartFailures): StartFailures {
  return a.count > b.count ? a : b;
}
