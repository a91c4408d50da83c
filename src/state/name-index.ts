import type { Reservation } from '../model/reservation.ts';
import type { Versioned } from '../store/store.ts';

type Entry = Versioned<Reservation>;

/**
 * Reservations by container name. Usually a name has one, which is stored directly; a name on every engine (a foreign
 * exporter) has thousands.
 */
export class NameIndex {
  readonly #byName = new Map<string, Entry | Map<string, Entry>>();

  of(name: string): Reservation[] {
    const found = this.#byName.get(name);
    if (found instanceof Map) return Array.from(found.values(), ({ value }) => value);
    return found ? [found.value] : [];
  }

  put(entry: Entry): void {
    const { name } = entry.value;
    const found = this.#byName.get(name);
    if (found instanceof Map) found.set(entry.id, entry);
    else if (!found || found.id === entry.id) this.#byName.set(name, entry);
    else
      this.#byName.set(
        name,
        new Map([
          [found.id, found],
          [entry.id, entry],
        ]),
      );
  }

  remove({ id, value: { name } }: Entry): void {
    const found = this.#byName.get(name);
    if (found instanceof Map) {
      found.delete(id);
      if (found.size === 0) this.#byName.delete(name);
    } else if (found?.id === id) this.#byName.delete(name);
  }

  clear(): void {
    this.#byName.clear();
  }
}
