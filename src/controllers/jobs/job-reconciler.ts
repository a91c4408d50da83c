import { isDeepStrictEqual } from 'node:util';
import { forgetRun } from '../../decisions/jobs/forget-run.ts';
import { stateOf } from '../../decisions/jobs/run-state.ts';
import { type Finding, type SettledRun, settleRun, type TaskView } from '../../decisions/jobs/settle-run.ts';
import { lostLead } from '../../decisions/lost-lead.ts';
import { restoreWindowLeftMs } from '../../decisions/restore-window.ts';
import { defaultGraceMs, isLost } from '../../decisions/services/engine-failure-policy.ts';
import { isForRoom } from '../../decisions/services/waits.ts';
import { tombstoneChanges } from '../../decisions/tombstones.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { type JobRecord, type JobRun, type TaskAttempt, taskLogId } from '../../model/job.ts';
import { timestamp } from '../../state/clock.ts';
import type { TaskReservation } from '../../state/reservation-index.ts';
import type { DocumentChange, Fence, Versioned } from '../../store/store.ts';
import { PlacementRetries } from '../placement-retries.ts';
import { isReachable } from '../remove-leftovers.ts';
import { ScheduleRunner } from './schedule-runner.ts';
import { type ExecutorContext, TaskExecutor } from './task-executor.ts';
import { TaskProbes } from './task-probes.ts';

type Run = Versioned<JobRun>;

/**
 * Reconciles one job while this server leads. Each pass compares the actual with the desired state. Decisions are
 * written under the fence before they are carried out, so that a new leader continues from there.
 *
 * The result of an attempt is read from its container and written to the store before the container is removed. After a
 * crash in between, the result is read again or the container is removed again.
 */
export class JobReconciler {
  readonly #context: ExecutorContext;
  readonly #executor: TaskExecutor;
  readonly #probes: TaskProbes;
  readonly #schedule: ScheduleRunner;
  /** By run number. */
  readonly #roomTries = new Map<number, PlacementRetries>();
  #isUnsettled = true;
  #loads = -1;

  constructor(context: ExecutorContext) {
    this.#context = context;
    this.#executor = new TaskExecutor(context);
    this.#probes = new TaskProbes(context.cluster, context.wake);
    this.#schedule = new ScheduleRunner(context.cluster);
  }

  /** Whether a step that depends on time alone is due within `withinMs`. */
  isBusy(withinMs: number): boolean {
    return this.#isUnsettled || this.#executor.isBusy || this.#schedule.isDueWithin(withinMs);
  }

  /**
   * `runs` are the runs of this job, by number. Throws `reservation_lost` if another server leads now, and errors of
   * the store.
   */
  async pass(job: Versioned<JobRecord>, runs: readonly Run[], fence: Fence): Promise<void> {
    const findings = this.#probes.take();
    const after: JobRun[] = [];
    let isHeldBack = false;
    for (const run of runs.filter(({ value }) => value.jobId === job.value.id)) {
      const settled: JobRun = run.value.endedAt
        ? run.value
        : await this.#settle(
            run,
            {
              findings,
              isHeldBack: isHeldBack || this.#isComingBack(run.value),
              isRemoved: job.value.isRemoved,
            },
            fence,
          );
      after.push(settled);
      isHeldBack ||= job.value.spec.concurrency === 'replace' && stateOf(settled) === 'running';
    }
    for (const { number, endedAt } of after) if (endedAt) this.#roomTries.delete(number);
    const tasks = this.#tasksOf(job.id, job.value.id);
    this.#probe(after, tasks);
    for (const run of after) this.#clear(run, tasks);
    this.#isUnsettled = after.some((run) => isUnsettled(run, tasks));
    if (job.value.isRemoved) return await this.#forget(job, after, tasks, fence);
    await this.#prune(job.value, after, tasks, fence);
    await this.#schedule.pass(job, fence);
  }

  /** Missing tasks may be on engines that are not registered again yet. */
  #isComingBack({ restoredAt }: JobRun): boolean {
    return restoreWindowLeftMs(this.#context.cluster.clock, restoredAt) > 0;
  }

  /** Catches up with the store, so that an attempt that was started a moment ago is not taken as missing. */
  async #readAnew(): Promise<void> {
    const { cache } = this.#context.cluster;
    const { loads } = cache;
    await cache.catchUp();
    this.#loads = loads;
  }

  #tasksOf(job: string, jobId: string): TaskReservation[] {
    return this.#context.cluster.cache.tasks(job).filter(({ task }) => task.jobId === jobId);
  }

  async #settle(run: Run, seen: Seen, fence: Fence): Promise<JobRun> {
    const { job, jobId, number } = run.value;
    const { cache, clock } = this.#context.cluster;
    const downForMs = (engine: EngineRecord) => cache.ages.downForMs(engine);
    const rule = { downForMs, graceMs: defaultGraceMs };
    while (cache.loads !== this.#loads) await this.#readAnew();
    // Tasks and starts are read at the same moment: a slot that has neither was not started.
    const tasks = this.#tasksOf(job, jobId).filter(({ task }) => task.run === number);
    const failedStarts = this.#executor.takeFailedStarts(number);
    const tries = this.#roomTries.get(number) ?? new PlacementRetries();
    this.#roomTries.set(number, tries);
    if (failedStarts.some(({ error }) => isForRoom(error.code))) tries.failed(clock.steadyMs());
    const settled = settleRun({
      ...{ run: run.value, tasks: tasks.map(viewTask), findings: seen.findings },
      ...{ now: clock.now(), steadyNow: clock.steadyMs(), seenAt: (time) => cache.ages.seenInRun(run.id, time) },
      failedStarts,
      starting: new Set(this.#executor.starting(number)),
      isLost: (engineId) => {
        const engine = cache.hasEngine(engineId) ? cache.engine(engineId).value : undefined;
        // The result of a removed job is not waited for.
        return !engine || isLost(engine, rule) || (seen.isRemoved && engine.condition === 'down');
      },
      isHeldBack: seen.isHeldBack,
    });
    if (!(await this.#publish(run, settled, seen.findings, fence))) return run.value;
    const starts = tries.choose(settled.starts, {
      isWaiting: (slot) => isForRoom(settled.run.waiting[slot]?.code ?? ''),
      isStarting: (slot) => this.#executor.starting(number).has(Number(slot)),
      now: clock.steadyMs(),
    });
    for (const start of starts) this.#executor.start(settled.run, start, fence);
    for (const attempt of settled.run.attempts) if (attempt.stop && !attempt.end) this.#executor.stop(attempt);
    return settled.run;
  }

  /**
   * False: the record changed, for example because the run was cancelled. The next pass works with the new record and
   * probes again.
   */
  async #publish(run: Run, { run: after }: SettledRun, findings: Seen['findings'], fence: Fence): Promise<boolean> {
    if (isDeepStrictEqual(after, run.value)) return true;
    const { store, cache, logger } = this.#context.cluster;
    const logs = after.attempts.flatMap((attempt, index): DocumentChange[] => {
      const finding = findings.get(attempt.containerId ?? '');
      if (!attempt.end?.hasLog || run.value.attempts[index]?.end || !finding || finding === 'gone') return [];
      return [{ kind: 'task-log', id: taskLogId(run.id, attempt), value: { text: finding.log } }];
    });
    const changes: DocumentChange[] = [{ kind: 'job-run', id: run.id, value: after, ifVersion: run.version }, ...logs];
    const written = await store.write(changes, { lease: fence });
    if (!written.ok && written.conflict === 'lease') throw lostLead('jobs');
    if (!written.ok) {
      await cache.catchUp();
      this.#context.wake();
      return false;
    }
    cache.apply({ kind: 'job-run', id: run.id, version: written.version, value: after });
    if (after.endedAt) logger.info({ job: after.job, run: after.number, state: stateOf(after) }, 'run ended');
    return true;
  }

  /** Probes every container that is not known to have ended. */
  #probe(runs: readonly JobRun[], tasks: readonly TaskReservation[]): void {
    const { cache, clock } = this.#context.cluster;
    const running = new Set(tasks.flatMap((each) => (each.isAtRest ? [] : (each.containerId ?? []))));
    const open = runs.filter(({ endedAt }) => !endedAt).flatMap(({ attempts }) => attempts.filter(({ end }) => !end));
    const probed = open.flatMap(({ engineId, containerId, stop }) => {
      if (engineId === undefined || containerId === undefined || !cache.hasEngine(engineId)) return [];
      if (cache.engine(engineId).value.condition === 'down') return [];
      return [{ engineId, containerId, isEnding: stop !== undefined || !running.has(containerId) }];
    });
    this.#probes.begin(probed, clock.steadyMs());
  }

  /** Removes containers whose result is in the store, if their engine is reachable. */
  #clear(run: JobRun, tasks: readonly TaskReservation[]): void {
    const { cache } = this.#context.cluster;
    for (const reservation of tasks) {
      const { engineId, containerId, task } = reservation;
      if (task.run !== run.number) continue;
      const attempt = run.attempts.find(({ slot, attempt: number }) => slot === task.slot && number === task.attempt);
      const isDone = attempt?.end !== undefined || (attempt !== undefined && attempt.containerId !== containerId);
      if (!isDone || !cache.hasEngine(engineId) || cache.engine(engineId).value.condition === 'down') continue;
      this.#executor.remove(reservation, 'its result is recorded');
    }
  }

  /** Deletes the oldest runs beyond `keep`, once they have no containers left on any engine. */
  async #prune(
    { spec }: JobRecord,
    runs: readonly JobRun[],
    tasks: readonly TaskReservation[],
    fence: Fence,
  ): Promise<void> {
    const ended = runs.filter(({ endedAt }) => endedAt).sort((a, b) => b.number - a.number);
    const isLeft = new Set(tasks.map(({ task }) => task.run));
    const old = ended.slice(spec.keep).filter(({ number }) => !isLeft.has(number));
    for (const run of old) for (const changes of forgetRun(run)) await this.#write(changes, fence);
  }

  async #forget(
    job: Versioned<JobRecord>,
    runs: readonly JobRun[],
    tasks: readonly TaskReservation[],
    fence: Fence,
  ): Promise<void> {
    const { store, clock } = this.#context.cluster;
    // Containers on an engine that is down are removed when it is back.
    const isLeft = tasks.some(({ engineId }) => isReachable(this.#context.cluster, engineId));
    if (isLeft || runs.some(({ endedAt }) => !endedAt) || this.#executor.isBusy) return;
    for (const run of runs) for (const changes of forgetRun(run)) await this.#write(changes, fence);
    const { id, restoredAt } = job.value;
    const tombstones = await tombstoneChanges(store, {
      id,
      isNeeded: tasks.length > 0 || restoredAt !== undefined,
      now: timestamp(clock),
    });
    await this.#write([{ kind: 'job', id: job.id, ifVersion: job.version }, ...tombstones], fence);
    this.#context.cluster.logger.info({ job: job.id }, 'job removed');
  }

  async #write(changes: readonly DocumentChange[], lease: Fence): Promise<void> {
    const { store, cache } = this.#context.cluster;
    const written = await store.write(changes, { lease });
    if (!written.ok && written.conflict === 'lease') throw lostLead('jobs');
    await cache.catchUp();
  }
}

interface Seen {
  readonly findings: ReadonlyMap<string, Finding>;
  readonly isHeldBack: boolean;
  readonly isRemoved: boolean;
}

function viewTask(reservation: TaskReservation): TaskView {
  const { id, engineId, task, isAtRest = false } = reservation;
  const containerId = reservation.state === 'bound' ? reservation.containerId : undefined;
  return { id, slot: task.slot, attempt: task.attempt, engineId, containerId, isAtRest };
}

/** Whether the run needs passes. A running attempt does not: its end arrives as an event. */
function isUnsettled({ endedAt, attempts, waiting, spec }: JobRun, tasks: readonly TaskReservation[]): boolean {
  if (endedAt) return false;
  const open = attempts.filter(({ end }) => !end);
  const isChange = (attempt: TaskAttempt) => attempt.stop !== undefined || spec.timeout !== undefined;
  if (open.length === 0 || open.some(isChange) || Object.keys(waiting).length > 0) return true;
  return open.length < Math.min(spec.parallelism, spec.completions) || tasks.some(({ isAtRest }) => isAtRest);
}
