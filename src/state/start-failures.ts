import type { StartFailures } from '../model/engine.ts';
import type { Versioned } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { RecordChange } from './kind-table.ts';

/** An engine that started nothing and failed at nothing for so long is judged anew. */
export const rememberedMs = 10 * 60_000;

interface Known {
  readonly version: number;
  /** The last failure that the store knows of; RFC 3339. */
  readonly written: string;
  readonly value: StartFailures;
  /** When it is forgotten; by this server's monotonic clock. */
  readonly endsAt: number;
}

/** The engines that failed to start containers lately, as all servers on one store remember them. */
export class StartFailureMemory {
  readonly #clock: Pick<Clock, 'now' | 'steadyMs'>;
  readonly #changed: (engineId: string) => void;
  readonly #known = new Map<string, Known>();
  #nextEnd = Number.POSITIVE_INFINITY;

  /** `changed` is told of each engine about which something else is known from now on. */
  constructor(clock: Pick<Clock, 'now' | 'steadyMs'>, changed: (engineId: string) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Undefined: none lately. */
  of(engineId: string): StartFailures | undefined {
    this.forgetOld();
    return this.#known.get(engineId)?.value;
  }

  /** The last failure that the store knows of; RFC 3339. Undefined: it knows of none. */
  writtenUpTo(engineId: string): string | undefined {
    return this.#known.get(engineId)?.written;
  }

  /** Takes in a document of the store. What this server counted meanwhile counts. */
  apply({ id, version, value }: RecordChange<StartFailures>): void {
    const before = this.#known.get(id);
    if ((before?.version ?? 0) > version) return;
    if (!value) this.#delete(id);
    else {
      const counted = before?.value.since === value.since ? larger(before.value, value) : value;
      this.#put(id, { version, written: value.last, value: counted });
    }
  }

  /** Counts a failure that no document has yet. */
  count(engineId: string, value: StartFailures): void {
    const { version = 0, written = value.last } = this.#known.get(engineId) ?? {};
    this.#put(engineId, { version, written, value });
  }

  /** To be called before a decision: what is remembered ends with time, without a change in the store. */
  forgetOld(): void {
    const now = this.#clock.steadyMs();
    if (now < this.#nextEnd) return;
    this.#nextEnd = Number.POSITIVE_INFINITY;
    for (const [id, { endsAt }] of this.#known) {
      if (endsAt <= now) this.#delete(id);
      else this.#nextEnd = Math.min(this.#nextEnd, endsAt);
    }
  }

  /** Forgets what this server counted, too. */
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
