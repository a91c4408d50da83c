import type { JobRun } from '../../model/job.ts';
import type { Fence, Versioned } from '../../store/store.ts';
import { Separately } from '../separately.ts';
import { JobWorker } from './job-worker.ts';
import type { HandsContext } from './task-hands.ts';

/**
 * The jobs' part of the converging loop: a worker for each. They stay when another server leads: what they have under way
 * must not be begun again should this one lead anew before it is over.
 */
export class JobWorkers {
  readonly #context: HandsContext;
  readonly #separately: Separately;
  /** By the record's id. */
  readonly #workers = new Map<string, JobWorker>();

  constructor(context: HandsContext) {
    this.#context = context;
    this.#separately = new Separately(context.cluster);
  }

  isBusy(withinMs: number): boolean {
    return [...this.#workers.values()].some((worker) => worker.isBusy(withinMs));
  }

  async pass(fence: Fence): Promise<void> {
    const { cache } = this.#context.cluster;
    const jobs = cache.jobs.all();
    const ids = new Set(jobs.map(({ value }) => value.id));
    for (const id of this.#workers.keys()) if (!ids.has(id)) this.#workers.delete(id);
    const runs = this.#runsByJob();
    for (const job of jobs) {
      const worker = this.#workerOf(job.value.id);
      await this.#separately.run(`job ${job.id}`, () => worker.pass(job, runs.get(job.id) ?? [], fence));
    }
    this.#separately.keep('job ', new Set(jobs.map(({ id }) => `job ${id}`)));
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

  #workerOf(id: string): JobWorker {
    const known = this.#workers.get(id);
    if (known) return known;
    const worker = new JobWorker(this.#context);
    this.#workers.set(id, worker);
    return worker;
  }
}
