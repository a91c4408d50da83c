import type { FailedStart, Start } from '../../decisions/jobs/settle-run.ts';
import { failureOfStart } from '../../decisions/services/waits.ts';
import { removeReplica } from '../../execution/remove-replica.ts';
import { runContainer } from '../../execution/run-container.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { hasLocalVolume } from '../../model/image-config.ts';
import type { JobRun, Task, TaskAttempt } from '../../model/job.ts';
import { pause } from '../../runtime/pause.ts';
import type { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { TaskReservation } from '../../state/reservation-index.ts';
import type { Fence } from '../../store/store.ts';

/** Delay before a failed stop is retried. */
const againMs = 1_000;

export interface ExecutorContext {
  readonly cluster: Cluster;
  /** Limits concurrent starts and removals over all services and jobs. */
  readonly semaphore: Semaphore;
  /** Requests another pass. */
  readonly wake: () => void;
}

/** Starts, stops and removes containers as recorded. Every operation is idempotent: two servers may both do it. */
export class TaskExecutor {
  readonly #context: ExecutorContext;
  /** By run number: slots that are being started. */
  readonly #starting = new Map<number, Set<number>>();
  readonly #failedStarts = new Map<number, FailedStart[]>();
  /** Ids of containers. */
  readonly #stopping = new Set<string>();
  /** Ids of reservations. */
  readonly #removing = new Set<string>();

  constructor(context: ExecutorContext) {
    this.#context = context;
  }

  get isBusy(): boolean {
    return this.#stopping.size + this.#removing.size > 0 || [...this.#starting.values()].some(({ size }) => size > 0);
  }

  starting(run: number): ReadonlySet<number> {
    return this.#startingOf(run);
  }

  /** Returns the starts that failed since the last call. */
  takeFailedStarts(run: number): readonly FailedStart[] {
    const taken = this.#failedStarts.get(run) ?? [];
    this.#failedStarts.delete(run);
    return taken;
  }

  start(run: JobRun, { slot, attempt }: Start, lease: Fence): void {
    const { cluster, semaphore, wake } = this.#context;
    const { job, jobId, number } = run;
    const { image } = run.spec;
    const starting = this.#startingOf(number);
    starting.add(slot);
    const task = { job, jobId, run: number, slot, attempt };
    const environment = { ...taskEnvironment(run, task), ...image.environment };
    void semaphore
      .run(() => runContainer(cluster, { ...image, environment }, { task, lease, avoid: failedOn(run, slot) }))
      .catch(async (error: unknown) => {
        if (!isSatsumaError(error)) throw error;
        // The cache must not show the undone reservation any more: otherwise the pass would see a vanished container
        // instead of a failed start.
        await cluster.cache.catchUp().catch((cause: unknown) => cluster.logger.debug({ err: cause }, 'store not read'));
        const failed = { slot, attempt, error: failureOfStart(error) };
        this.#failedStarts.set(number, [...(this.#failedStarts.get(number) ?? []), failed]);
      })
      .catch((error: unknown) => cluster.logger.error({ err: error, ...task }, 'task not started'))
      .finally(() => {
        starting.delete(slot);
        wake();
      });
  }

  stop({ engineId, containerId, stop }: TaskAttempt): void {
    const { cluster, semaphore } = this.#context;
    if (engineId === undefined || containerId === undefined || !stop || this.#stopping.has(containerId)) return;
    if (!cluster.cache.hasEngine(engineId)) return;
    this.#stopping.add(containerId);
    const client = cluster.pool.client(cluster.cache.engine(engineId).value);
    void semaphore
      .run(() => (stop.isKill ? client.killContainer(containerId) : client.stopContainer(containerId)))
      .catch(async (error: unknown) => {
        // It ended meanwhile.
        if (isSatsumaError(error, 'wrong_state', 'no_such_container')) return;
        cluster.logger.warn({ err: error, engineId, containerId }, 'task not stopped yet');
        await pause(againMs, AbortSignal.timeout(againMs));
      })
      .finally(() => this.#doneWith(this.#stopping, containerId));
  }

  remove(reservation: TaskReservation, reason: string): void {
    const { cluster, semaphore } = this.#context;
    const { id, engineId } = reservation;
    const { containerId } = reservation;
    if (containerId === undefined || this.#removing.has(id)) return;
    this.#removing.add(id);
    void semaphore
      .run(() => removeReplica(cluster, { id, engineId, containerId, reason }))
      .catch((error: unknown) => cluster.logger.error({ err: error, engineId, containerId }, 'task not removed'))
      .finally(() => this.#doneWith(this.#removing, id));
  }

  #startingOf(run: number): Set<number> {
    const known = this.#starting.get(run) ?? new Set();
    this.#starting.set(run, known);
    return known;
  }

  #doneWith(set: Set<string>, id: string): void {
    set.delete(id);
    this.#context.wake();
  }
}

/** Engines on which earlier attempts at the slot failed, the latest first. The next attempt avoids them if it can. */
function failedOn({ attempts, spec }: JobRun, slot: number): readonly string[] {
  if (hasLocalVolume(spec.image)) return [];
  const failed = attempts.filter((each) => each.slot === slot && each.end?.state === 'failed');
  return [...new Set(failed.flatMap(({ engineId }) => engineId ?? []).reverse())];
}

/** Tells a task which part of the work is its own: `SATSUMA_TASK` of `SATSUMA_TASKS`. */
function taskEnvironment({ spec }: JobRun, { job, run, slot, attempt }: Task): Record<string, string> {
  return {
    SATSUMA_JOB: job,
    SATSUMA_RUN: String(run),
    SATSUMA_TASK: String(slot),
    SATSUMA_TASKS: String(spec.completions),
    SATSUMA_ATTEMPT: String(attempt),
  };
}
