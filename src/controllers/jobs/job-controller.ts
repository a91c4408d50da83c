import type { JobRun } from '../../model/job.ts';
import type { Fence, Versioned } from '../../store/store.ts';
import { IsolatedRunner } from '../isolated-runner.ts';
import { JobReconciler } from './job-reconciler.ts';
import type { ExecutorContext } from './task-executor.ts';

/**
 * The jobs' part of the controller loop: one reconciler per job. Reconcilers survive a loss of leadership: if this
 * server leads again soon, it must not repeat work that is still in progress.
 */
export class JobController {
  readonly #context: ExecutorContext;
  readonly #runner: IsolatedRunner;
  /** By the id of the job's record. */
  readonly #reconcilers = new Map<string, JobReconciler>();

  constructor(context: ExecutorContext) {
    this.#context = context;
    this.#runner = new IsolatedRunner(context.cluster);
  }

  isBusy(withinMs: number): boolean {
    return [...this.#reconcilers.values()].some((reconciler) => reconciler.isBusy(withinMs));
  }

  async pass(fence: Fence): Promise<void> {
    const { cache } = this.#context.cluster;
    const jobs = cache.jobs.all();
    const ids = new Set(jobs.map(({ value }) => value.id));
    for (const id of this.#reconcilers.keys()) if (!ids.has(id)) this.#reconcilers.delete(id);
    const runs = this.#runsByJob();
    for (const job of jobs) {
      const reconciler = this.#reconcilerOf(job.value.id);
      await this.#runner.run(`job ${job.id}`, () => reconciler.pass(job, runs.get(job.id) ?? [], fence));
    }
    this.#runner.keep('job ', new Set(jobs.map(({ id }) => `job ${id}`)));
  }

  #runsByJob(): ReadonlyMap<string, readonly Versioned<JobRun>[]> {
    const runs = new Map<string, Versioned<JobRun>[]>();
    for (const run of this.#context.cluster.cache.jobRuns.all()) {
      const others = runs.get(run.value.job);
      if (others) others.push(run);
      else runs.set(run.value.job, [run]);
    }
    for (const each of runs.values()) each.sort((a, b) => a.value.number - b.value.number);
    return runs;
  }

  #reconcilerOf(id: string): JobReconciler {
    const known = this.#reconcilers.get(id);
    if (known) return known;
    const reconciler = new JobReconciler(this.#context);
    this.#reconcilers.set(id, reconciler);
    return reconciler;
  }
}
