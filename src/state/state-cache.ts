import type { Logger } from '../logging/logger.ts';
import type { EngineRecord } from '../model/engine.ts';
import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { NewReservation, Reservation } from '../model/reservation.ts';
import type { FleetIndex } from '../placement/fleet-index.ts';
import { Standstill } from '../runtime/standstill.ts';
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
 * The store's engines and reservations in memory, kept true by the change feed, so that a placement reads nothing. It
 * may be a moment behind; the ledger notices, and `catchUp` closes the gap.
 */
export class StateCache {
  /** Whoever waits for what is known here to change. */
  readonly changes = new Changes();
  readonly #kinds = new KindTable();
  readonly #store: Store;
  readonly #follower: ChangeFollower;
  readonly #standstill: Standstill;
  readonly #engines: EngineCache;
  readonly #ledger: ReservationCache;
  readonly #reservations: ReservationIndex;
  #loads = 0;
  /** What runs on the engines, as they told last. */
  readonly containers: ContainerCache;
  readonly ages: DocumentAges;

  // The documents that are kept as they are: a new kind is one line.
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
  /** A greater quota is room for what waits. */
  readonly projects = this.#keep('project', () => 'everything');
  readonly deployments = this.#keep('deployment', () => undefined);
  /** The signs of life of the servers on this store: nothing to wake for. */
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
    // Before the records: each of them tells of its container.
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
    this.#standstill = new Standstill(
      () => clock.steadyMs(),
      () => this.catchUp(),
    );
  }

  /** Resolves when everything is read. */
  async start(): Promise<void> {
    await this.#follower.start();
    this.#standstill.start();
  }

  stop(): Promise<void> {
    this.#standstill.stop();
    return this.#follower.stop();
  }

  /** Resolves at once; in a process that stood still when it knows again what there is, or the store does not answer. */
  awake(): Promise<void> {
    return this.#standstill.over();
  }

  /** Resolves when everything the store holds now is here. Throws `store_unavailable`. */
  catchUp(): Promise<void> {
    return this.#follower.catchUp();
  }

  /** How far it came: every change up to this version is here. */
  get version(): number {
    return this.#follower.version;
  }

  /** How often everything was read anew. Each time the store may have lost its last writes. */
  get loads(): number {
    return this.#loads;
  }

  /** Which store this is, as `Position` has it. */
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

  /** What all of them hold of the quotas of projects. */
  get quotas(): Pick<QuotaIndex, 'used' | 'totals' | 'largest'> {
    return this.#reservations.quotas;
  }

  /** Of single containers that are run elsewhere when their engine is lost. */
  reschedulable(): Reservation[] {
    return this.#reservations.reschedulable();
  }

  /** Of one engine, with the version that each has here. */
  records(engineId: string): Versioned<Reservation>[] {
    return this.#reservations.entriesOn(engineId);
  }

  /** Engines that have reservations, be they known or not. */
  reservedEngineIds(): string[] {
    return this.#reservations.engineIds();
  }

  /** The replicas of a service, sorted by their reservation's id; not those of another one that had its name. */
  replicas(service: string, id: string | undefined): ReplicaReservation[] {
    return this.#reservations.replicasOf(service).filter(({ replica }) => replica.serviceId === id);
  }

  /** Of every service, and of those that are not known. */
  allReplicas(): ReplicaReservation[] {
    return this.#reservations.replicas();
  }

  /** The containers of a job, and of any other that had its name, sorted by their reservation's id. */
  tasks(job: string): TaskReservation[] {
    return this.#reservations.tasksOf(job);
  }

  /** Containers of services and jobs that are not there any more, or not yet. */
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

  /** Those that a container stands for, by its full id: one. */
  reservationsOf(containerId: string): Reservation[] {
    return this.#reservations.of(containerId);
  }

  /** Whatever has a container of that name, on any engine, ours or not, running or not. */
  named(name: string): Reservation[] {
    return this.#reservations.named(name);
  }

  /** Throws `no_such_engine`. */
  snapshot(id: string): EngineSnapshot {
    this.startFailures.forgetOld();
    return this.#engines.snapshots.of(id);
  }

  /** Every engine, sorted by id. */
  snapshots(): readonly EngineSnapshot[] {
    return this.fleet().pages.all;
  }

  /** The same by columns; of this moment: hold on to nothing of it but its `pages`. */
  fleet(): FleetIndex {
    this.startFailures.forgetOld();
    return this.#engines.snapshots.fleet();
  }

  observation(engineId: string): Observation {
    return this.#engines.observations.of(engineId);
  }

  /** What the store has of it, which every server knows; and for how long this server has known it. */
  publishedObservation(engineId: string): PublishedObservation | undefined {
    return this.#engines.observations.published(engineId);
  }

  /** Keeps what was seen; a snapshot shows its images from now on. */
  observed(engineId: string, observation: Observation): void {
    this.#engines.observed(engineId, observation);
  }

  /** The engine answered just now, and there is no reason to think that anything changed. */
  touched(engineId: string, fence: Fence | undefined): void {
    this.#engines.observations.answered(engineId, fence);
  }

  /** How long an engine has not answered this server; 0 where others followed it meanwhile. */
  silentForMs(engineId: string, fence: Fence | undefined): number {
    return this.#engines.observations.silentForMs(engineId, fence);
  }

  /** Takes in what this server just changed, before the feed tells it; nothing where the feed was faster. */
  apply(change: FeedChange): void {
    if (change.version > this.#follower.version) this.#kinds.apply(change);
  }

  /**
   * Counts with a reservation that is being made, so that whoever decides meanwhile does not choose the same engine for
   * the same reasons. It is no record: only snapshots show it, until the returned function is called.
   */
  assume(reservation: NewReservation): () => void {
    return this.#ledger.assume(reservation);
  }

  /** `taken`: whom it concerns that a document changed; undefined: nobody. */
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
    // Of an engine that is gone: whoever followed it was the last to know.
    if (change.value && !this.hasEngine(change.value.engineId)) return;
    this.containers.apply(change);
  }

  /** Replicas and tasks have somebody who waits for them. */
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
    // What is gone was told of to nobody.
    this.changes.notify('everything');
  }
}

function topicOf(reservation: Reservation | undefined): Topic[] {
  if (!reservation) return [];
  const { replica, task } = reservation;
  if (replica) return [`service/${replica.service}`];
  return [task ? `job/${task.job}` : 'reservations'];
}
