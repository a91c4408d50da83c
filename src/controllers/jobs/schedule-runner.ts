import { changesToBegin, runsOf } from '../../decisions/jobs/begin-run.ts';
import { type Due, due } from '../../decisions/jobs/due.ts';
import { readSchedule, type Schedule } from '../../decisions/jobs/schedule.ts';
import { lostLead } from '../../decisions/lost-lead.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { JobRecord } from '../../model/job.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Fence, Versioned } from '../../store/store.ts';

interface Known {
  /** What it was made from. */
  readonly key: string;
  readonly schedule: Schedule | undefined;
  readonly next: Date | undefined;
}

/**
 * Begins the runs of one job's schedule. The run and how far the schedule is seen to are one write, under the fence and
 * for that version of the record: of one scheduled time there is one run at most, whoever leads and however often.
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

  /** By the store's clock: every leader has the same, whatever its own wall clock says. */
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
    if (written.ok) logger.info({ job: job.id, time: found.time, missed: found.missed }, 'scheduled time came');
  }

  #changes(job: Versioned<JobRecord>, { time, missed, handledTo }: Due, now: Date): DocumentChange[] {
    const reason = time
      ? 'nobody was there at the time, and a later one stands for it'
      : 'nobody was there at the time';
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

  /** It was looked at before it was accepted; another version of the library may see it otherwise. */
  #parse(job: string, expression: string, timeZone: string): Schedule | undefined {
    try {
      return readSchedule(expression, timeZone);
    } catch (error) {
      this.#cluster.logger.error({ err: error, job }, 'schedule not understood');
      return undefined;
    }
  }
}
