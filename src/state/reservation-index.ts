import type { Task } from '../model/job.ts';
import type { Reservation } from '../model/reservation.ts';
import type { Replica } from '../model/service.ts';
import type { Versioned } from '../store/store.ts';
import { NameIndex } from './name-index.ts';
import { QuotaIndex } from './quota-index.ts';

type Entry = Versioned<Reservation>;

export type ReplicaReservation = Reservation & { readonly replica: Replica };
export type TaskReservation = Reservation & { readonly task: Task };

const nothing: ReadonlyMap<string, Entry> = new Map();
const none: readonly Entry[] = [];

/** Indexes reservations by engine, id, service or job, container, container name, and reschedulability. */
export class ReservationIndex {
  readonly #byId = new Map<string, Entry>();
  readonly #byEngine = new Map<string, Map<string, Entry>>();
  readonly #byService = new Map<string, Map<string, Entry>>();
  readonly #byJob = new Map<string, Map<string, Entry>>();
  /** Standalone containers that are rescheduled when their engine is lost. */
  readonly #reschedulable = new Map<string, Entry>();
  /** Usually one per container; a faulty engine may cause more. */
  readonly #byContainer = new Map<string, readonly Entry[]>();
  readonly #byName = new NameIndex();
  readonly quotas = new QuotaIndex();
  #revision: object = {};

  /** Another object after every change. */
  get revision(): object {
    return this.#revision;
  }

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

  entriesOn(engineId: string): Entry[] {
    return [...(this.#byEngine.get(engineId) ?? nothing).values()];
  }

  /** By the container's full id. */
  of(containerId: string): Reservation[] {
    return this.entriesOf(containerId).map(({ value }) => value);
  }

  /** The same without a copy. */
  entriesOf(containerId: string): readonly Entry[] {
    return this.#byContainer.get(containerId) ?? none;
  }

  /** By the container's name. */
  named(name: string): Reservation[] {
    return this.#byName.of(name);
  }

  /** Sorted by id. */
  replicasOf(service: string): ReplicaReservation[] {
    const found = valuesOf(this.#byService.get(service) ?? nothing).filter(isReplica);
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Of all services, including unknown ones. */
  replicas(): ReplicaReservation[] {
    return [...this.#byService.values()].flatMap((entries) => valuesOf(entries).filter(isReplica));
  }

  /** Sorted by id. */
  tasksOf(job: string): TaskReservation[] {
    const found = valuesOf(this.#byJob.get(job) ?? nothing).filter(isTask);
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Of all services and jobs. */
  owned(): Reservation[] {
    return [...this.#byService.values(), ...this.#byJob.values()].flatMap(valuesOf);
  }

  reschedulable(): Reservation[] {
    return valuesOf(this.#reschedulable);
  }

  put(entry: Entry): void {
    this.remove(entry.id);
    this.#revision = {};
    const { engineId } = entry.value;
    this.#byId.set(entry.id, entry);
    this.#byName.put(entry);
    this.quotas.put(entry.value);
    putUnder(this.#byEngine, engineId, entry);
    if (entry.value.image.reschedule && !entry.value.isForeign) this.#reschedulable.set(entry.id, entry);
    if (entry.value.replica) putUnder(this.#byService, entry.value.replica.service, entry);
    if (entry.value.task) putUnder(this.#byJob, entry.value.task.job, entry);
    const { containerId } = entry.value;
    if (containerId === undefined) return;
    this.#byContainer.set(containerId, [...(this.#byContainer.get(containerId) ?? []), entry]);
  }

  remove(id: string): void {
    const entry = this.#byId.get(id);
    if (!entry) return;
    this.#revision = {};
    this.#byId.delete(id);
    this.#byName.remove(entry);
    this.quotas.remove(entry.value);
    this.#reschedulable.delete(id);
    const { engineId } = entry.value;
    removeUnder(this.#byEngine, engineId, id);
    if (entry.value.replica) removeUnder(this.#byService, entry.value.replica.service, id);
    if (entry.value.task) removeUnder(this.#byJob, entry.value.task.job, id);
    const { containerId } = entry.value;
    if (containerId === undefined) return;
    const others = (this.#byContainer.get(containerId) ?? []).filter((each) => each !== entry);
    if (others.length > 0) this.#byContainer.set(containerId, others);
    else this.#byContainer.delete(containerId);
  }

  clear(): void {
    this.#revision = {};
    for (const map of [this.#byId, this.#reschedulable, this.#byContainer, this.#byName, this.quotas]) map.clear();
    for (const map of [this.#byEngine, this.#byService, this.#byJob]) map.clear();
  }
}

function isReplica(reservation: Reservation): reservation is ReplicaReservation {
  return reservation.replica !== undefined;
}

function isTask(reservation: Reservation): reservation is TaskReservation {
  return reservation.task !== undefined;
}

function putUnder(index: Map<string, Map<string, Entry>>, key: string, entry: Entry): void {
  const entries = index.get(key) ?? new Map<string, Entry>();
  index.set(key, entries.set(entry.id, entry));
}

function removeUnder(index: Map<string, Map<string, Entry>>, key: string, id: string): void {
  const entries = index.get(key);
  entries?.delete(id);
  if (entries?.size === 0) index.delete(key);
}

function valuesOf(entries: ReadonlyMap<string, Entry>): Reservation[] {
  return Array.from(entries.values(), ({ value }) => value);
}
