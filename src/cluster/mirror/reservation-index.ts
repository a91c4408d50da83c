import type { Reservation } from '../../model/reservation.ts';
import type { Versioned } from '../../store/store.ts';

type Entry = Versioned<Reservation>;

const nothing: ReadonlyMap<string, Entry> = new Map();

/** The reservations by what they are looked up by: their engine, their id, and the container that they stand for. */
export class ReservationIndex {
  readonly #byId = new Map<string, Entry>();
  readonly #byEngine = new Map<string, Map<string, Entry>>();
  /** Mostly one each: of a foreign container that holds something else now there are two for a moment. */
  readonly #byContainer = new Map<string, readonly Entry[]>();

  get(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  all(): Reservation[] {
    return valuesOf(this.#byId);
  }

  engineIds(): string[] {
    return [...this.#byEngine.keys()];
  }

  on(engineId: string): Reservation[] {
    return valuesOf(this.#byEngine.get(engineId) ?? nothing);
  }

  /** By the container's full id. */
  of(containerId: string): Reservation[] {
    return (this.#byContainer.get(containerId) ?? []).map(({ value }) => value);
  }

  put(entry: Entry): void {
    this.remove(entry.id);
    const { engineId } = entry.value;
    this.#byId.set(entry.id, entry);
    const onEngine = this.#byEngine.get(engineId) ?? new Map<string, Entry>();
    this.#byEngine.set(engineId, onEngine.set(entry.id, entry));
    if (entry.value.state !== 'bound') return;
    const { containerId } = entry.value;
    this.#byContainer.set(containerId, [...(this.#byContainer.get(containerId) ?? []), entry]);
  }

  remove(id: string): void {
    const entry = this.#byId.get(id);
    if (!entry) return;
    this.#byId.delete(id);
    const { engineId } = entry.value;
    const onEngine = this.#byEngine.get(engineId);
    onEngine?.delete(id);
    if (onEngine?.size === 0) this.#byEngine.delete(engineId);
    if (entry.value.state !== 'bound') return;
    const { containerId } = entry.value;
    const others = (this.#byContainer.get(containerId) ?? []).filter((each) => each !== entry);
    if (others.length > 0) this.#byContainer.set(containerId, others);
    else this.#byContainer.delete(containerId);
  }

  clear(): void {
    for (const map of [this.#byId, this.#byEngine, this.#byContainer]) map.clear();
  }
}

function valuesOf(entries: ReadonlyMap<string, Entry>): Reservation[] {
  return Array.from(entries.values(), ({ value }) => value);
}
