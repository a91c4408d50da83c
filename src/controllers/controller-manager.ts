import { setImmediate as nextTurn } from 'node:timers/promises';
import { isRebalancing } from '../decisions/rebalance/under-way.ts';
import { repairQuotas } from '../engine-sync/repair-ledger.ts';
import { uncountReplaced } from '../execution/quota-room.ts';
import { removeOldRecordings } from '../execution/recordings/remove-old-recordings.ts';
import { isSatsumaError } from '../model/errors.ts';
import type { ServiceRecord } from '../model/service.ts';
import { isCopyOf, isMoveOver } from '../model/service-move.ts';
import { pause } from '../runtime/pause.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence, Versioned } from '../store/store.ts';
import { AbandonedCopies } from './abandoned-copies.ts';
import { endDrains } from './end-drains.ts';
import { JobController } from './jobs/job-controller.ts';
import { MeshKeeper } from './keep-mesh.ts';
import { RouterKeeper } from './keep-routers.ts';
import type { Leadership } from './leadership.ts';
import { continueRebalance } from './rebalance/continue-rebalance.ts';
import { Leftovers } from './remove-leftovers.ts';
import { Separately } from './separately.ts';
import { LossConfirmations } from './services/confirm-losses.ts';
import { Failover } from './services/failover.ts';
import { ServiceMover } from './services/moves/service-mover.ts';
import { PassSchedule } from './services/pass-schedule.ts';
import { ServiceReconciler } from './services/service-reconciler.ts';

/** Containers that are started and removed at the same time. */
const atOnce = 32;
/** Between two passes while something is under way, and while nothing is. */
const busyMs = 250;
const quietMs = 2_000;
/** Between two passes, whatever changes. */
const shortestGatherMs = 5;
const longestGatherMs = 250;
/** Between two removals of what is kept for a time. */
const betweenTrimsMs = 600_000;
/** Between two looks at what lost containers still hold of quotas, and at whether the totals of these are right. */
const betweenUncountsMs = 5_000;
const betweenRecountsMs = 60_000;
/** Between two looks at all engines and all containers there are. */
const betweenRoundsMs = 500;

/**
 * The loop that keeps services as they should be, and runs jobs. One of the servers runs it, by lease. A pass looks at the
 * services of which something changed and those whose time has come.
 */
export class ControllerManager {
  readonly #cluster: Cluster;
  readonly #leadership: Leadership;
  readonly #semaphore = new Semaphore(atOnce);
  readonly #losses: LossConfirmations;
  readonly #failover: Failover;
  readonly #leftovers: Leftovers;
  readonly #copies: AbandonedCopies;
  readonly #jobs: JobController;
  readonly #mesh: MeshKeeper;
  readonly #routers: RouterKeeper;
  readonly #separately: Separately;
  readonly #reconcilers = new Map<string, ServiceReconciler>();
  /** The slots for which a replica is being started, by service: they go on whatever becomes of the reconcilers. */
  readonly #starting = new Map<string, Set<string>>();
  /** What moves the data of services, by service: as above. */
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
    this.#leftovers = new Leftovers(cluster, this.#semaphore, this.#wake);
    this.#copies = new AbandonedCopies(cluster);
    this.#mesh = new MeshKeeper(cluster);
    this.#routers = new RouterKeeper(cluster, this.#wake);
    this.#separately = new Separately(cluster);
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
      const begin = performance.now();
      const fence = this.#leadership.fence();
      if (fence) await this.#timedPass(fence);
      else this.#forget();
      const isBusy = !fence || this.#jobs.isBusy(quietMs) || isRebalancing(this.#cluster);
      // Changes come in bursts; and however many there are, this is not all that the server does.
      await pause(Math.min(longestGatherMs, Math.max(shortestGatherMs, 4 * (performance.now() - begin))), signal);
      const dueInMs = this.#schedule.dueInMs(this.#cluster.clock.steadyMs());
      await changes.next(count, Math.min(isBusy ? busyMs : quietMs, dueInMs), signal);
      // What comes of the same change, by others who waited for it, is taken in by the same pass.
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
      // Everything that whoever led before has done is taken in first.
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
    for (const service of services) await this.#look(service, fence);
    this.#schedule.keep(new Set(services.map(({ id }) => id)));
    this.#separately.keep('service ', new Set(services.map(({ id }) => `service ${id}`)));
    if (performance.now() < this.#lastRound + betweenRoundsMs) return;
    this.#lastRound = performance.now();
    await this.#separately.run('failover', () => this.#failover.pass(fence));
    await this.#jobs.pass(fence);
    await this.#separately.run('leftovers', () => this.#leftovers.pass());
    const moves = services.flatMap(({ value: { move } }) => (move && !isMoveOver(move) ? [move] : []));
    this.#copies.pass((id) => moves.some((move) => isCopyOf(move, id)));
    void this.#mesh.pass(fence);
    await this.#separately.run('routers', () => this.#routers.pass(fence));
    await this.#trimRecordings();
    await this.#countQuotas();
    await endDrains(this.#cluster, fence, this.#separately);
    await this.#separately.run('rebalance', () => continueRebalance(this.#cluster, fence));
  }

  async #trimRecordings(): Promise<void> {
    const now = performance.now();
    if (now < this.#lastTrim + betweenTrimsMs) return;
    this.#lastTrim = now;
    await this.#separately.run('recordings', async () => void (await removeOldRecordings(this.#cluster)));
  }

  async #countQuotas(): Promise<void> {
    const now = this.#cluster.clock.steadyMs();
    if (now >= this.#lastUncount + betweenUncountsMs) {
      this.#lastUncount = now;
      await this.#separately.run('quotas of what is lost', () => uncountReplaced(this.#cluster));
    }
    if (now < this.#lastRecount + betweenRecountsMs) return;
    this.#lastRecount = now;
    await this.#separately.run('totals of quotas', () => repairQuotas(this.#cluster));
  }

  async #look(service: Versioned<ServiceRecord>, fence: Fence): Promise<void> {
    const { clock } = this.#cluster;
    if (!this.#schedule.isDue(service, clock.steadyMs())) return;
    const count = this.#schedule.countOf(service);
    const reconciler = this.#reconcilerOf(service);
    await this.#separately.run(`service ${service.id}`, () => reconciler.pass(service.value, fence));
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

  /** What is known is read anew by the next pass, should this server still lead then. */
  #giveUp(error: unknown): void {
    this.#token = undefined;
    const level = isSatsumaError(error, 'reservation_lost') ? 'info' : 'warn';
    this.#cluster.logger[level]({ err: error }, 'services not looked after');
  }

  /** Something other than a service is to be looked at soon. */
  readonly #wake = (): void => this.#cluster.cache.changes.notify('reservations');
}

/** Another service may get the name of one that is gone. */
function keyOf({ id: name, value }: Versioned<ServiceRecord>): string {
  return `${name} ${value.id ?? ''}`;
}
