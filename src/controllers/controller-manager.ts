import { setImmediate as nextTurn } from 'node:timers/promises';
import { isRebalancing } from '../decisions/rebalance/under-way.ts';
import { repairQuotas } from '../engine-sync/repair-ledger.ts';
import { uncountReplaced } from '../execution/quota-room.ts';
import { removeOldRecordings } from '../execution/recordings/remove-old-recordings.ts';
import { isSatsumaError } from '../model/errors.ts';
import type { ServiceRecord } from '../model/service.ts';
import { isCopyOf, isMoveOver } from '../model/service-move.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { pause } from '../runtime/pause.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence, Versioned } from '../store/store.ts';
import { AbandonedCopies } from './abandoned-copies.ts';
import { endDrains } from './end-drains.ts';
import { IsolatedRunner } from './isolated-runner.ts';
import { JobController } from './jobs/job-controller.ts';
import { MeshKeeper } from './keep-mesh.ts';
import { RouterKeeper } from './keep-routers.ts';
import type { Leadership } from './leadership.ts';
import { continueRebalance } from './rebalance/continue-rebalance.ts';
import { OwnerCleanup } from './remove-leftovers.ts';
import { LossConfirmations } from './services/confirm-losses.ts';
import { Failover } from './services/failover.ts';
import { ServiceMover } from './services/moves/service-mover.ts';
import { PassSchedule } from './services/pass-schedule.ts';
import { ServiceReconciler } from './services/service-reconciler.ts';

/** Maximum number of containers started or removed concurrently. */
const atOnce = 32;
/** Maximum number of services reconciled concurrently. */
const servicesAtOnce = 16;
/** Maximum wait between two passes while work is in progress, and while there is none. */
const busyMs = 250;
const quietMs = 2_000;
/** Minimum wait between two passes, to batch changes; grows with the work of the pass up to `maxGatherMs`. */
const minGatherMs = 1;
const maxGatherMs = 250;
/** Interval between removals of expired recordings. */
const betweenTrimsMs = 600_000;
/** Intervals between recounts: of quota held by lost containers, and of all quota totals. */
const betweenUncountsMs = 5_000;
const betweenRecountsMs = 60_000;
/** Interval between the checks that scan all engines and all containers. */
const betweenRoundsMs = 500;

/**
 * The control loop that reconciles services and runs jobs. One server runs it: the holder of the lease. A pass
 * reconciles the services that changed and those whose next check is due.
 */
export class ControllerManager {
  readonly #cluster: Cluster;
  readonly #leadership: Leadership;
  readonly #semaphore = new Semaphore(atOnce);
  readonly #losses: LossConfirmations;
  readonly #failover: Failover;
  readonly #leftovers: OwnerCleanup;
  readonly #copies: AbandonedCopies;
  readonly #jobs: JobController;
  readonly #mesh: MeshKeeper;
  readonly #routers: RouterKeeper;
  readonly #runner: IsolatedRunner;
  readonly #reconcilers = new Map<string, ServiceReconciler>();
  /** By service: slots for which a replica is being started. Starts outlive the reconcilers. */
  readonly #starting = new Map<string, Set<string>>();
  /** By service: the mover of its volumes. Movers outlive the reconcilers, too. */
  readonly #movers = new Map<string, ServiceMover>();
  readonly #stopping = new AbortController();
  readonly #schedule: PassSchedule;
  #lastRound = Number.NEGATIVE_INFINITY;
  #lastTrim = Number.NEGATIVE_INFINITY;
  #lastUncount = Number.NEGATIVE_INFINITY;
  #lastRecount = Number.NEGATIVE_INFINITY;
  #token: number | undefined;
  #loop: Promise<void> | undefined;

  constructor(cluster: Cluster, leadership: Leadership) {
    this.#cluster = cluster;
    this.#leadership = leadership;
    this.#schedule = new PassSchedule(cluster.cache.changes);
    this.#losses = new LossConfirmations(cluster, this.#wake);
    this.#failover = new Failover(cluster, this.#semaphore, this.#wake);
    this.#leftovers = new OwnerCleanup(cluster, this.#semaphore, this.#wake);
    this.#copies = new AbandonedCopies(cluster);
    this.#mesh = new MeshKeeper(cluster);
    this.#routers = new RouterKeeper(cluster, this.#wake);
    this.#runner = new IsolatedRunner(cluster);
    this.#jobs = new JobController({ cluster, semaphore: this.#semaphore, wake: this.#wake });
  }

  start(): void {
    this.#loop = this.#repeat();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#stopping;
    const { changes } = this.#cluster.cache;
    while (!signal.aborted) {
      const { count } = changes;
      const before = performance.eventLoopUtilization();
      const fence = this.#leadership.fence();
      if (fence) await this.#timedPass(fence);
      else this.#forget();
      const isBusy = !fence || this.#jobs.isBusy(quietMs) || isRebalancing(this.#cluster);
      // Changes come in bursts. The wait is proportional to the work during the last pass, so that passes use a bounded
      // share of the server's time. A wait for the disk is no work.
      const workedMs = performance.eventLoopUtilization(before).active;
      await pause(Math.min(maxGatherMs, Math.max(minGatherMs, 4 * workedMs)), signal);
      const dueInMs = this.#schedule.dueInMs(this.#cluster.clock.steadyMs());
      await changes.next(count, Math.min(isBusy ? busyMs : quietMs, dueInMs), signal);
      // Lets other waiters of the same change apply their results first, so that one pass covers them.
      await nextTurn();
    }
  }

  async #timedPass(fence: Fence): Promise<void> {
    const began = performance.now();
    let isOk = true;
    try {
      await this.#pass(fence);
    } catch (error) {
      isOk = false;
      this.#giveUp(error);
    } finally {
      this.#cluster.timings.note({ of: 'pass', tookMs: performance.now() - began, isOk });
    }
  }

  async #pass(fence: Fence): Promise<void> {
    const { cache } = this.#cluster;
    if (fence.token !== this.#token) {
      // Applies everything that the previous leader wrote.
      await cache.catchUp();
      this.#forget();
      this.#token = fence.token;
    }
    this.#losses.pass(fence);
    const services = cache.services.all();
    const keys = new Set(services.map(keyOf));
    for (const key of this.#reconcilers.keys()) if (!keys.has(key)) this.#reconcilers.delete(key);
    for (const key of this.#movers.keys()) if (!keys.has(key)) this.#movers.delete(key);
    for (const [key, starting] of this.#starting) if (!keys.has(key) && starting.size === 0) this.#starting.delete(key);
    // Each waits for the disk: those that are written at the same time share the wait.
    await inParallel(services, servicesAtOnce, ({ id }) => this.#look(id, fence));
    this.#schedule.keep(new Set(services.map(({ id }) => id)));
    this.#runner.keep('service ', new Set(services.map(({ id }) => `service ${id}`)));
    if (performance.now() < this.#lastRound + betweenRoundsMs) return;
    this.#lastRound = performance.now();
    await this.#runner.run('failover', () => this.#failover.pass(fence));
    await this.#jobs.pass(fence);
    await this.#runner.run('leftovers', () => this.#leftovers.pass());
    const moves = services.flatMap(({ value: { move } }) => (move && !isMoveOver(move) ? [move] : []));
    this.#copies.pass((id) => moves.some((move) => isCopyOf(move, id)));
    void this.#mesh.pass(fence);
    await this.#runner.run('routers', () => this.#routers.pass(fence));
    await this.#trimRecordings();
    await this.#countQuotas();
    await endDrains(this.#cluster, fence, this.#runner);
    await this.#runner.run('rebalance', () => continueRebalance(this.#cluster, fence));
  }

  async #trimRecordings(): Promise<void> {
    const now = performance.now();
    if (now < this.#lastTrim + betweenTrimsMs) return;
    this.#lastTrim = now;
    await this.#runner.run('recordings', async () => void (await removeOldRecordings(this.#cluster)));
  }

  async #countQuotas(): Promise<void> {
    const now = this.#cluster.clock.steadyMs();
    if (now >= this.#lastUncount + betweenUncountsMs) {
      this.#lastUncount = now;
      await this.#runner.run('quotas of lost containers', () => uncountReplaced(this.#cluster));
    }
    if (now < this.#lastRecount + betweenRecountsMs) return;
    this.#lastRecount = now;
    await this.#runner.run('quota totals', () => repairQuotas(this.#cluster));
  }

  /** Its record may have changed since the pass began: the one that is reconciled is the one that is counted. */
  async #look(id: string, fence: Fence): Promise<void> {
    const { cache, clock } = this.#cluster;
    const service = cache.services.get(id);
    if (!service || !this.#schedule.isDue(service, clock.steadyMs())) return;
    const count = this.#schedule.countOf(service);
    const reconciler = this.#reconcilerOf(service);
    await this.#runner.run(`service ${service.id}`, () => reconciler.pass(service.value, fence));
    this.#schedule.passed(service, count, reconciler, clock.steadyMs());
  }

  #forget(): void {
    this.#reconcilers.clear();
    this.#schedule.clear();
  }

  #reconcilerOf(service: Versioned<ServiceRecord>): ServiceReconciler {
    const key = keyOf(service);
    const known = this.#reconcilers.get(key);
    if (known) return known;
    const starting = this.#starting.get(key) ?? new Set<string>();
    this.#starting.set(key, starting);
    const wake = () => this.#cluster.cache.changes.notify(`upkeep/${service.id}`);
    const mover = this.#movers.get(key) ?? new ServiceMover(service.id, this.#cluster, wake);
    this.#movers.set(key, mover);
    const context = { cluster: this.#cluster, semaphore: this.#semaphore, wake, starting, mover };
    const reconciler = new ServiceReconciler(service.id, context);
    this.#reconcilers.set(key, reconciler);
    return reconciler;
  }

  /** The next pass reads all state again, if this server still leads. */
  #giveUp(error: unknown): void {
    this.#token = undefined;
    const level = isSatsumaError(error, 'reservation_lost') ? 'info' : 'warn';
    this.#cluster.logger[level]({ err: error }, 'controller pass failed');
  }

  /** Requests a pass for a change that belongs to no service. */
  readonly #wake = (): void => this.#cluster.cache.changes.notify('reservations');
}

/** Includes the id: a new service may reuse the name of a removed one. */
function keyOf({ id: name, value }: Versioned<ServiceRecord>): string {
  return `${name} ${value.id ?? ''}`;
}
