import type { Logger } from '../logging/logger.ts';
import type { EngineRecord } from '../model/engine.ts';
import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import { SatsumaError } from '../model/errors.ts';
import type { JobRecord, JobRun } from '../model/job.ts';
import type { Rebalance } from '../model/rebalance.ts';
import type { NewReservation, Reservation } from '../model/reservation.ts';
import type { ServerSign } from '../model/server-sign.ts';
import type { ServiceRecord, ServiceStatus } from '../model/service.ts';
import type { FleetIndex } from '../placement/fleet-index.ts';
import { snapshotEngine } from '../placement/snapshot.ts';
import type { Change, Fence, Store, Versioned } from '../store/store.ts';
import { ChangeFollower } from './change-follower.ts';
import { Changes } from './changes.ts';
import { type Clock, wallClock } from './clock.ts';
import { ContainerCache } from './container-cache.ts';
import { KeptDocuments } from './kept-documents.ts';
import { type Observation, type ObservationChange, Observations, type PublishedObservation } from './observations.ts';
import { type ReplicaReservation, ReservationIndex, type TaskReservation } from './reservation-index.ts';
import { SeenTimes } from './seen-times.ts';
import { Snapshots } from './snapshots.ts';
import { StartFailureMemory } from './start-failures.ts';
import { SwarmPorts } from './swarm-ports.ts';

type EngineChange = Extract<Change, { kind: 'engine' }>;
type ReservationChange = Extract<Change, { kind: 'reservation' }>;
type StatusChange = Extract<Change, { kind: 'service-status' }>;
type RunChange = Extract<Change, { kind: 'job-run' }>;

/** A sign of life of a server is nothing to wake for. Of observations and containers, what is told of is what they change. */
const quietKinds: ReadonlySet<Change['kind']> = new Set(['server', 'observation', 'container']);

/**
 * The store's engines and reservations in memory, kept true by the change feed, so that a placement reads nothing. It
 * may be a moment behind; the ledger notices, and `catchUp` closes the gap.
 */
export class StateCache {
  readonly services = new KeptDocuments<ServiceRecord>();
  readonly serviceStatuses = new KeptDocuments<ServiceStatus>();
  readonly jobs = new KeptDocuments<JobRecord>();
  readonly jobRuns = new KeptDocuments<JobRun>();
  readonly rebalances = new KeptDocuments<Rebalance>();
  /** The signs of life of the servers on this store. */
  readonly servers = new KeptDocuments<ServerSign>();
  /** Whatever of it. */
  readonly changes = new Changes();
  /** What runs on the engines, as they told last. */
  readonly containers: ContainerCache;
  readonly startFailures: StartFailureMemory;
  readonly #store: Store;
  readonly #overcommit: number;
  readonly #follower: ChangeFollower;
  readonly #engines = new Map<string, Versioned<EngineRecord>>();
  readonly #reservations = new ReservationIndex();
  readonly #assumed = new ReservationIndex();
  readonly #observations: Observations;
  readonly #swarmPorts = new SwarmPorts();
  readonly #seenTimes: SeenTimes;
  readonly #clock: Clock;
  readonly #snapshots = new Snapshots({
    engineIds: () => this.#engines.keys(),
    make: (engineId) => this.#makeSnapshot(engineId),
  });
  #loads = 0;

  constructor(store: Store, overcommit: number, logger: Logger, clock: Clock = wallClock) {
    this.#store = store;
    this.#clock = clock;
    this.#seenTimes = new SeenTimes(() => clock.steadyMs());
    this.#observations = new Observations(clock);
    this.containers = new ContainerCache(clock, (_, containerId) => this.#containerChanged(containerId));
    this.startFailures = new StartFailureMemory(clock, (engineId) => this.#snapshots.changed(engineId));
    this.#overcommit = overcommit;
    this.#follower = new ChangeFollower(
      store,
      { load: () => this.#load(), apply: (change) => this.#apply(change) },
      logger,
    );
  }

  /** Resolves when everything is read. */
  start(): Promise<void> {
    return this.#follower.start();
  }

  stop(): Promise<void> {
    return this.#follower.stop();
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

  hasEngine(id: string): boolean {
    return this.#engines.has(id);
  }

  /** Throws `no_such_engine`. */
  engine(id: string): Versioned<EngineRecord> {
    const engine = this.#engines.get(id);
    if (!engine) throw new SatsumaError('no_such_engine', `No engine found with ID ${id}`);
    return engine;
  }

  /** Sorted by id. */
  engines(): EngineRecord[] {
    return this.snapshots().map(({ id }) => this.engine(id).value);
  }

  /** Of one engine, or of all. */
  reservations(engineId?: string): Reservation[] {
    return engineId === undefined ? this.#reservations.all() : this.#reservations.on(engineId);
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
    return this.#snapshots.of(id);
  }

  /** Every engine, sorted by id. */
  snapshots(): readonly EngineSnapshot[] {
    return this.fleet().pages.all;
  }

  /** The same by columns; of this moment: hold on to nothing of it but its `pages`. */
  fleet(): FleetIndex {
    this.startFailures.forgetOld();
    return this.#snapshots.fleet();
  }

  observation(engineId: string): Observation {
    return this.#observations.of(engineId);
  }

  /** What the store has of it, which every server knows; and for how long this server has known it. */
  publishedObservation(engineId: string): PublishedObservation | undefined {
    return this.#observations.published(engineId);
  }

  /** How long an engine that is down has been silent, as far as this server can tell: never more than it was. */
  downForMs({ id, since, silentMs = 0 }: EngineRecord): number {
    return this.#clock.steadyMs() - this.#seenTimes.at(`engine/${id}`, since) + silentMs;
  }

  /** When this server first saw a time that the service's status carries; by its own monotonic clock. */
  seenInStatus(service: string, time: string): number {
    return this.#seenTimes.at(`service-status/${service}`, time);
  }

  /** The same of the record of a job's run. */
  seenInRun(runId: string, time: string): number {
    return this.#seenTimes.at(`job-run/${runId}`, time);
  }

  /** Keeps what was seen; a snapshot shows its images from now on. */
  observed(engineId: string, observation: Observation): void {
    const before = this.observation(engineId);
    this.#observations.put(engineId, observation);
    this.#observationChanged(engineId, before);
  }

  /** The engine answered just now, and there is no reason to think that anything changed. */
  touched(engineId: string, fence: Fence | undefined): void {
    this.#observations.answered(engineId, fence);
  }

  /** How long an engine has not answered this server; 0 where others followed it meanwhile. */
  silentForMs(engineId: string, fence: Fence | undefined): number {
    return this.#observations.silentForMs(engineId, fence);
  }

  /** Takes in what this server just changed, before the feed tells it; nothing where the feed was faster. */
  apply(change: Exclude<Change, { kind: 'reset' }>): void {
    if (change.version > this.#follower.version) this.#apply(change);
  }

  /**
   * Counts with a reservation that is being made, so that whoever decides meanwhile does not choose the same engine for
   * the same reasons. It is no record: only snapshots show it, until the returned function is called.
   */
  assume(reservation: NewReservation): () => void {
    const { id, engineId } = reservation;
    const value = { ...reservation, state: 'reserved', isAssumed: true } as const;
    this.#assumed.put({ id, version: 0, value });
    this.#snapshots.exchange(engineId, undefined, value);
    return () => {
      this.#assumed.remove(id);
      this.#snapshots.exchange(engineId, value, undefined);
    };
  }

  #apply(change: Exclude<Change, { kind: 'reset' }>): void {
    if (change.kind === 'engine') this.#applyEngine(change);
    if (change.kind === 'reservation') this.#applyReservation(change);
    if (change.kind === 'observation') this.#applyObservation(change);
    if (change.kind === 'service') this.services.apply(change);
    if (change.kind === 'service-status') this.#applyStatus(change);
    if (change.kind === 'job') this.jobs.apply(change);
    if (change.kind === 'job-run') this.#applyRun(change);
    if (change.kind === 'rebalance') this.rebalances.apply(change);
    if (change.kind === 'server') this.servers.apply(change);
    if (change.kind === 'container') this.#applyContainer(change);
    if (change.kind === 'start-failures') this.startFailures.apply(change);
    if (!quietKinds.has(change.kind)) this.changes.tell();
  }

  #applyEngine({ id, version, value }: EngineChange): void {
    if ((this.#engines.get(id)?.version ?? 0) > version) return;
    const wasThere = this.#engines.has(id);
    if (value) this.#engines.set(id, { id, version, value });
    else {
      this.#engines.delete(id);
      const before = this.observation(id);
      this.#observations.forget(id);
      this.containers.forget(id);
      this.#observationChanged(id, before);
    }
    this.#seenTimes.see(`engine/${id}`, value?.condition === 'down' ? [value.since] : []);
    if (wasThere !== this.#engines.has(id)) this.#snapshots.enginesChanged();
    this.#snapshots.changed(id);
  }

  #applyReservation({ id, version, value }: ReservationChange): void {
    const known = this.#reservations.get(id);
    if ((known?.version ?? 0) > version) return;
    if (value) this.#reservations.put({ id, version, value });
    else this.#reservations.remove(id);
    const engineId = value?.engineId ?? known?.value.engineId;
    if (engineId !== undefined) this.#snapshots.exchange(engineId, known?.value, value);
    if (value?.state === 'bound') this.containers.presume(value);
    const containerId = known?.value.containerId;
    if (value || containerId === undefined || this.reservationsOf(containerId).length > 0) return;
    this.containers.released(known?.value.engineId ?? '', containerId);
  }

  #applyContainer(change: Extract<Change, { kind: 'container' }>): void {
    // Of an engine that is gone: whoever followed it was the last to know.
    if (change.value && !this.hasEngine(change.value.engineId)) return;
    this.containers.apply(change);
  }

  /** Replicas and tasks have somebody who waits for them. */
  #containerChanged(containerId: string): void {
    if (this.reservationsOf(containerId).some(({ replica, task }) => replica || task)) this.changes.tell();
  }

  #applyStatus(change: StatusChange): void {
    this.serviceStatuses.apply(change);
    const { replicas = {}, waiting = {} } = this.serviceStatuses.get(change.id)?.value ?? {};
    const marked = Object.values(replicas).map(({ since }) => since);
    const waits = Object.values(waiting).map(({ until }) => until);
    this.#seenTimes.see(`service-status/${change.id}`, [...marked, ...waits]);
  }

  /** `isRead`: it may be older than this process, and is as old as it says by the store's clock. */
  #applyRun(change: RunChange, isRead = false): void {
    this.jobRuns.apply(change);
    const { attempts = [], waiting = {}, endedAt } = this.jobRuns.get(change.id)?.value ?? {};
    const waits = Object.values(waiting).map(({ until }) => until);
    const times = attempts.map(({ startedAt, end }) => end?.at ?? startedAt);
    this.#seenTimes.see(`job-run/${change.id}`, endedAt === undefined ? [...times, ...waits] : [], (time) =>
      isRead ? Math.max(0, this.#clock.now() - Date.parse(time)) : 0,
    );
  }

  #applyObservation(change: ObservationChange): void {
    const before = this.observation(change.id);
    if (this.#observations.apply(change)) this.#observationChanged(change.id, before);
  }

  /** One that tells nothing new but the time changes no snapshot, and wakes nobody. */
  #observationChanged(engineId: string, before: Observation): void {
    const { images, swarm } = this.observation(engineId);
    const others = this.#swarmPorts.put(engineId, swarm);
    if (others.length === 0 && isSameSet(images, before.images)) return;
    for (const id of [engineId, ...others]) this.#snapshots.changed(id);
    this.changes.tell();
  }

  #makeSnapshot(engineId: string): EngineSnapshot {
    const { value: engine, version } = this.engine(engineId);
    const holders = [...this.#reservations.on(engineId), ...this.#assumed.on(engineId)];
    const { images } = this.observation(engineId);
    const { count: failures = 0 } = this.startFailures.of(engineId) ?? {};
    const external = this.#swarmPorts.holdersOn(engineId);
    return snapshotEngine({ engine, version, holders, images, overcommit: this.#overcommit, failures, external });
  }

  async #load(): Promise<void> {
    const engines = await this.#store.list('engine');
    const observations = await this.#store.list('observation');
    const reservations = await this.#store.reservations();
    const containers = await this.#store.list('container');
    const services = await this.#store.list('service');
    const statuses = await this.#store.list('service-status');
    const jobs = await this.#store.list('job');
    const runs = await this.#store.list('job-run');
    const rebalances = await this.#store.list('rebalance');
    const servers = await this.#store.list('server');
    const startFailures = await this.#store.list('start-failures');
    const documents = [this.services, this.serviceStatuses, this.jobs, this.jobRuns, this.rebalances, this.servers];
    for (const each of [this.startFailures, this.#engines, this.#reservations, this.#snapshots, ...documents])
      each.clear();
    this.#observations.renew();
    this.#seenTimes.renew(() => {
      for (const engine of engines) this.#applyEngine({ kind: 'engine', ...engine });
      for (const observation of observations) this.#applyObservation({ kind: 'observation', ...observation });
      // Before the records: each of them tells of its container.
      this.containers.renew(containers.filter(({ value }) => this.hasEngine(value.engineId)));
      for (const reservation of reservations) this.#applyReservation({ kind: 'reservation', ...reservation });
      for (const service of services) this.#apply({ kind: 'service', ...service });
      for (const status of statuses) this.#apply({ kind: 'service-status', ...status });
      for (const job of jobs) this.#apply({ kind: 'job', ...job });
      for (const run of runs) this.#applyRun({ kind: 'job-run', ...run }, true);
      for (const rebalance of rebalances) this.#apply({ kind: 'rebalance', ...rebalance });
      for (const server of servers) this.#apply({ kind: 'server', ...server });
      for (const failures of startFailures) this.#apply({ kind: 'start-failures', ...failures });
    });
    this.#loads += 1;
  }
}

function isSameSet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return some.size === others.size && [...some].every((each) => others.has(each));
}
