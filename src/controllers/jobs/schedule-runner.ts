import { changesToBegin, runsOf } from '../../decisions/jobs/begin-run.ts';
import { type Due, due } from '../../decisions/jobs/due.ts';
import { readSchedule, type Schedule } from '../../decisions/jobs/schedule.ts';
import { lostLead } from '../../decisions/lost-lead.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { JobRecord } from '../../model/job.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Fence, Versioned } from '../../store/store.ts';

interface Known {
  /** The expression, time zone and `handledTo` that the rest was computed from. */
  readonly key: string;
  readonly schedule: Schedule | undefined;
  readonly next: Date | undefined;
}

/**
 * Starts the scheduled runs of one job. The run and `handledTo` are written together, under the fence and conditional
 * on the record's version: each scheduled time gets at most one run, even after a change of leader.
 */
export class ScheduleRunner {
  readonly #cluster: Cluster;
  #known: Known | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  isDueWithin(ms: number): boolean {
    return this.#known?.next !== undefined && this.#known.next.getTime() <= this.#cluster.clock.now() + ms;
  }

  /** Uses the store's clock, so that all servers agree whatever their own clocks say. */
  async pass(job: Versioned<JobRecord>, lease: Fence): Promise<void> {
    const { schedule, next } = this.#read(job);
    const { store, cache, clock, logger } = this.#cluster;
    const now = new Date(clock.now());
    const found = schedule && next && next <= now && due(schedule, new Date(job.value.handledTo), now);
    if (!found) return;
    const changes = this.#changes(job, found, now);
    const written = await store.write(changes, { lease });
    if (!written.ok && written.conflict === 'lease') throw lostLead('jobs');
    await cache.catchUp();
    if (written.ok) logger.info({ job: job.id, time: found.time, missed: found.missed }, 'scheduled time reached');
  }

  #changes(job: Versioned<JobRecord>, { time, missed, handledTo }: Due, now: Date): DocumentChange[] {
    const reason = time
      ? 'no server ran the schedule at that time; a later scheduled time got a run instead'
      : 'no server ran the schedule at that time';
    const record = {
      handledTo: handledTo.toISOString(),
      ...(missed && { missed: { time: missed.toISOString(), reason } }),
    };
    const unchanged = { kind: 'job', id: job.id, ifVersion: job.version } as const;
    if (!time) return [{ ...unchanged, value: { ...job.value, ...record } }];
    const scheduledFor = time.toISOString();
    try {
      const run = { cause: 'schedule', scheduledFor, now: now.toISOString(), record } as const;
      return changesToBegin(job, runsOf(this.#cluster, job.id, job.value), run);
    } catch (error) {
      if (!isSatsumaError(error, 'run_active')) throw error;
      const skipped = { time: scheduledFor, reason: error.message };
      return [{ ...unchanged, value: { ...job.value, ...record, missed: skipped } }];
    }
  }

  #read({ id, value }: Versioned<JobRecord>): Known {
    const { schedule: expression = '', time_zone } = value.spec;
    const key = JSON.stringify([expression, time_zone, value.handledTo]);
    if (this.#known?.key !== key) {
      const schedule = expression === '' ? undefined : this.#parse(id, expression, time_zone);
      this.#known = { key, schedule, next: schedule?.after(new Date(value.handledTo)) };
    }
    return this.#known;
  }

  /** The expression was validated when the job was created; another version of the library may reject it. */
  #parse(job: string, expression: string, timeZone: string): Schedule | undefined {
    try {
      return readSchedule(expression, timeZone);
    } catch (error) {
      this.#cluster.logger.error({ err: error, job }, 'invalid schedule');
      return undefined;
    }
  }
}
