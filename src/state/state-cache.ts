import type { Logger } from '../logging/logger.ts';
import type { EngineRecord } from '../model/engine.ts';
import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { NewReservation, Reservation } from '../model/reservation.ts';
import type { FleetIndex } from '../placement/fleet-index.ts';
import { SuspensionDetector } from '../runtime/suspension-detector.ts';
import type { DocumentKind, Documents } from '../store/documents.ts';
import type { Fence, Store, Versioned } from '../store/store.ts';
import { ChangeFollower } from './change-follower.ts';
import { Changes, type Topic } from './changes.ts';
import { type Clock, wallClock } from './clock.ts';
import { ContainerCache } from './container-cache.ts';
import { DocumentAges } from './document-ages.ts';
import { EngineCache } from './engine-cache.ts';
import { KeptDocuments, type Taken } from './kept-documents.ts';
import { type ChangeOf, type FeedChange, KindTable } from './kind-table.ts';
import type { Observation, PublishedObservation } from './observations.ts';
import type { QuotaIndex } from './quota-index.ts';
import { ReservationCache } from './reservation-cache.ts';
import type { ReplicaReservation, ReservationIndex, TaskReservation } from './reservation-index.ts';
import type { StartFailureMemory } from './start-failures.ts';
import { TokenIndex } from './token-index.ts';

/**
 * The store's engines and reservations in memory, updated by the change feed, so that placements need no reads. It may
 * lag slightly; the ledger detects conflicts, and `catchUp` waits for the feed.
 */
export class StateCache {
  /** For waiting for changes of this cache. */
  readonly changes = new Changes();
  readonly #kinds = new KindTable();
  readonly #store: Store;
  readonly #follower: ChangeFollower;
  readonly #suspension: SuspensionDetector;
  readonly #engines: EngineCache;
  readonly #ledger: ReservationCache;
  readonly #reservations: ReservationIndex;
  #loads = 0;
  /** The containers on the engines, as last reported. */
  readonly containers: ContainerCache;
  readonly ages: DocumentAges;

  // Documents cached as they are: a new kind is one line.
  readonly services = this.#keep('service', ({ id }) => `service/${id}`);
  readonly serviceStatuses = this.#keep('service-status', (taken) => {
    this.ages.statusTaken(taken);
    return `service/${taken.id}`;
  });
  readonly jobs = this.#keep('job', ({ id }) => `job/${id}`);
  readonly jobRuns = this.#keep('job-run', (taken) => {
    this.ages.runTaken(taken);
    return `job/${(taken.value ?? taken.before)?.job}`;
  });
  readonly rebalances = this.#keep('rebalance', () => 'everything');
  readonly volumeCopies = this.#keep('volume-copy', () => 'everything');
  readonly engineVolumes = this.#keep('engine-volumes', () => undefined);
  readonly meshes = this.#keep('mesh', () => 'everything');
  readonly domains = this.#keep('domain', () => 'everything');
  readonly routers = this.#keep('router', () => 'everything');
  readonly webhooks = this.#keep('webhook', () => undefined);
  readonly tokens = new TokenIndex(() => this.changes.notify('access'));
  readonly accounts = this.#keep('account', () => 'access');
  readonly roles = this.#keep('role', () => 'access');
  readonly policies = this.#keep('policy', () => 'access');
  readonly secrets = this.#keep('secret', () => undefined);
  /** A larger quota may unblock waiting containers. */
  readonly projects = this.#keep('project', () => 'everything');
  readonly deployments = this.#keep('deployment', () => undefined);
  /** Heartbeats of the servers: they wake no waiter. */
  readonly servers = this.#keep('server', () => undefined);

  constructor(store: Store, overcommit: number, logger: Logger, clock: Clock = wallClock) {
    this.#store = store;
    this.ages = new DocumentAges(clock);
    this.containers = new ContainerCache(clock, (_, containerId) => this.#containerChanged(containerId));
    this.#engines = new EngineCache({
      ...{ clock, overcommit },
      changed: () => this.changes.notify('images'),
      holdersOn: (id) => this.#ledger.holdersOn(id),
      taken: (taken) => {
        if (!taken.value) this.containers.forget(taken.id);
        this.ages.engineTaken(taken);
        this.changes.notify('everything');
      },
    });
    this.#ledger = new ReservationCache({
      ...{ containers: this.containers, snapshots: this.#engines.snapshots },
      changed: (...both) => {
        for (const topic of new Set(both.flatMap(topicOf))) this.changes.notify(topic);
      },
    });
    this.#reservations = this.#ledger.index;
    this.#kinds.add('engine', this.#engines.records);
    this.#kinds.add('observation', this.#engines.published);
    this.#kinds.add('start-failures', this.#engines.startFailures);
    // Loaded before the reservations, which add their containers.
    this.#kinds.add('container', {
      apply: (change) => this.#applyContainer(change),
      renew: (all) => this.containers.renew(all.filter(({ value }) => this.hasEngine(value.engineId))),
    });
    this.#kinds.add('reservation', this.#ledger);
    this.#kinds.add('token', this.tokens);
    const reader = {
      load: (isContinued: boolean) => this.#load(isContinued),
      apply: (change: FeedChange) => this.#kinds.apply(change),
    };
    this.#follower = new ChangeFollower(store, reader, logger);
    this.#suspension = new SuspensionDetector(
      () => clock.steadyMs(),
      () => this.catchUp(),
    );
  }

  /** Resolves when everything is loaded. */
  async start(): Promise<void> {
    await this.#follower.start();
    this.#suspension.start();
  }

  stop(): Promise<void> {
    this.#suspension.stop();
    return this.#follower.stop();
  }

  /**
   * Resolves immediately; after a suspension of the process, when the cache is current again or the store is
   * unavailable.
   */
  awake(): Promise<void> {
    return this.#suspension.over();
  }

  /** Resolves when the current content of the store is cached. Throws `store_unavailable`. */
  catchUp(): Promise<void> {
    return this.#follower.catchUp();
  }

  /** All changes up to this version are cached. */
  get version(): number {
    return this.#follower.version;
  }

  /** How often everything was loaded. At each load, the store may have lost its last writes. */
  get loads(): number {
    return this.#loads;
  }

  /** The epoch of the store, as in `Position`. */
  get epoch(): string {
    return this.#follower.epoch;
  }

  get startFailures(): StartFailureMemory {
    return this.#engines.startFailures;
  }

  hasEngine(id: string): boolean {
    return this.#engines.records.get(id) !== undefined;
  }

  /** Throws `no_such_engine`. */
  engine(id: string): Versioned<EngineRecord> {
    return this.#engines.get(id);
  }

  /** Sorted by id. */
  engines(): EngineRecord[] {
    return this.snapshots().map(({ id }) => this.engine(id).value);
  }

  /** Of one engine, or of all. */
  reservations(engineId?: string): Reservation[] {
    return engineId === undefined ? this.#reservations.all() : this.#reservations.on(engineId);
  }

  /** The usage of project quotas. */
  get quotas(): Pick<QuotaIndex, 'used' | 'totals' | 'largest'> {
    return this.#reservations.quotas;
  }

  /** Standalone containers that are rescheduled when their engine is lost. */
  reschedulable(): Reservation[] {
    return this.#reservations.reschedulable();
  }

  /** An engine's reservations with their versions. */
  records(engineId: string): Versioned<Reservation>[] {
    return this.#reservations.entriesOn(engineId);
  }

  /** Engines with reservations, registered or not. */
  reservedEngineIds(): string[] {
    return this.#reservations.engineIds();
  }

  /** The replicas of a service, sorted by reservation id; excludes those of another service with the same name. */
  replicas(service: string, id: string | undefined): ReplicaReservation[] {
    return this.#reservations.replicasOf(service).filter(({ replica }) => replica.serviceId === id);
  }

  /** Of all services, including unknown ones. */
  allReplicas(): ReplicaReservation[] {
    return this.#reservations.replicas();
  }

  /** The containers of a job, including other jobs with the same name, sorted by reservation id. */
  tasks(job: string): TaskReservation[] {
    return this.#reservations.tasksOf(job);
  }

  /** Containers whose service or job does not exist (any more, or yet). */
  ownerless(): Reservation[] {
    const isOwned = ({ replica, task, isForeign }: Reservation) =>
      isForeign ||
      (replica && this.services.get(replica.service)?.value.id === replica.serviceId) ||
      (task && this.jobs.get(task.job)?.value.id === task.jobId);
    return this.#reservations.owned().filter((each) => !isOwned(each));
  }

  record(reservationId: string): Versioned<Reservation> | undefined {
    return this.#reservations.get(reservationId);
  }

  /** The reservations of a container, by its full id: usually one. */
  reservationsOf(containerId: string): Reservation[] {
    return this.#reservations.of(containerId);
  }

  /** The same with their versions, and without a copy: for lists of all containers. */
  recordsOf(containerId: string): readonly Versioned<Reservation>[] {
    return this.#reservations.entriesOf(containerId);
  }

  /** Another object after every change of a reservation. */
  get reservationRevision(): object {
    return this.#reservations.revision;
  }

  /** Reservations with a container of that name on any engine, Satsuma's or foreign, running or not. */
  named(name: string): Reservation[] {
    return this.#reservations.named(name);
  }

  /** Throws `no_such_engine`. */
  snapshot(id: string): EngineSnapshot {
    this.startFailures.forgetOld();
    return this.#engines.snapshots.of(id);
  }

  /** All engines, sorted by id. */
  snapshots(): readonly EngineSnapshot[] {
    return this.fleet().pages.all;
  }

  /** The same by columns. Valid until the next change: keep only its `pages`. */
  fleet(): FleetIndex {
    this.startFailures.forgetOld();
    return this.#engines.snapshots.fleet();
  }

  observation(engineId: string): Observation {
    return this.#engines.observations.of(engineId);
  }

  /** The stored observation, which all servers see, and how long this server has known it. */
  publishedObservation(engineId: string): PublishedObservation | undefined {
    return this.#engines.observations.published(engineId);
  }

  /** Stores an observation; snapshots then include its images. */
  observed(engineId: string, observation: Observation): void {
    this.#engines.observed(engineId, observation);
  }

  /** The engine has answered, without signs of a change. */
  touched(engineId: string, fence: Fence | undefined): void {
    this.#engines.observations.answered(engineId, fence);
  }

  /** How long an engine has been silent towards this server; 0 if others followed it meanwhile. */
  silentForMs(engineId: string, fence: Fence | undefined): number {
    return this.#engines.observations.silentForMs(engineId, fence);
  }

  /** Applies this server's own change before the feed delivers it; ignored if the feed was faster. */
  apply(change: FeedChange): void {
    if (change.version > this.#follower.version) this.#kinds.apply(change);
  }

  /**
   * Adds a reservation in progress to the snapshots, so that concurrent placements do not choose the same engine for
   * the same reasons, until the returned function is called.
   */
  assume(reservation: NewReservation): () => void {
    return this.#ledger.assume(reservation);
  }

  /** `taken`: the topic of a changed document; undefined: none. */
  #keep<K extends DocumentKind>(
    kind: K,
    taken: (taken: Taken<Documents[K]>) => Topic | undefined,
  ): KeptDocuments<Documents[K]> {
    const kept = new KeptDocuments<Documents[K]>((each) => {
      const topic = taken(each);
      if (topic !== undefined) this.changes.notify(topic);
    });
    this.#kinds.add(kind, kept);
    return kept;
  }

  #applyContainer(change: ChangeOf<'container'>): void {
    // Facts of a removed engine are ignored.
    if (change.value && !this.hasEngine(change.value.engineId)) return;
    this.containers.apply(change);
  }

  /** Wakes the waiters for replicas and tasks. */
  #containerChanged(containerId: string): void {
    for (const topic of this.reservationsOf(containerId).flatMap(topicOf)) {
      if (topic !== 'reservations') this.changes.notify(topic);
    }
  }

  async #load(isContinued: boolean): Promise<void> {
    const renew = await this.#kinds.read(this.#store);
    this.#engines.snapshots.clear();
    const before = this.reservations();
    this.ages.renew(renew);
    if (isContinued) this.#ledger.leave(before);
    this.#loads += 1;
    // Removed documents were not reported.
    this.changes.notify('everything');
  }
}

function topicOf(reservation: Reservation | undefined): Topic[] {
  if (!reservation) return [];
  const { replica, task } = reservation;
  if (replica) return [`service/${replica.service}`];
  return [task ? `job/${task.job}` : 'reservations'];
}
