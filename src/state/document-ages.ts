import type { EngineRecord } from '../model/engine.ts';
import type { JobRun } from '../model/job.ts';
import type { ServiceStatus } from '../model/service.ts';
import type { Clock } from './clock.ts';
import type { Taken } from './kept-documents.ts';
import { SeenTimes } from './seen-times.ts';

/** For how long this server has known what engines, services and runs are like: by its own monotonic clock. */
export class DocumentAges {
  readonly #clock: Clock;
  readonly #seen: SeenTimes;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#seen = new SeenTimes(() => clock.steadyMs());
  }

  /** How long an engine that is down has been silent, as far as this server can tell: never more than it was. */
  downForMs({ id, since, silentMs = 0 }: EngineRecord): number {
    return this.#clock.steadyMs() - this.#seen.at(`engine/${id}`, since) + silentMs;
  }

  /** When this server first saw a time that the service's status carries; by its own monotonic clock. */
  seenInStatus(service: string, time: string): number {
    return this.#seen.at(`service-status/${service}`, time);
  }

  /** The same of the record of a job's run. */
  seenInRun(runId: string, time: string): number {
    return this.#seen.at(`job-run/${runId}`, time);
  }

  engineTaken({ id, value }: Taken<EngineRecord>): void {
    this.#seen.see(`engine/${id}`, value?.condition === 'down' ? [value.since] : []);
  }

  statusTaken({ id, value }: Taken<ServiceStatus>): void {
    const { replicas = {}, waiting = {} } = value ?? {};
    const marked = Object.values(replicas).map(({ since }) => since);
    const waits = Object.values(waiting).map(({ until }) => until);
    this.#seen.see(`service-status/${id}`, [...marked, ...waits]);
  }

  /** One that is read may be older than this process, and is as old as it says by the store's clock. */
  runTaken({ id, value, isRead }: Taken<JobRun>): void {
    const { attempts = [], waiting = {}, endedAt } = value ?? {};
    const waits = Object.values(waiting).map(({ until }) => until);
    const times = attempts.map(({ startedAt, end }) => end?.at ?? startedAt);
    this.#seen.see(`job-run/${id}`, endedAt === undefined ? [...times, ...waits] : [], (time) =>
      isRead ? Math.max(0, this.#clock.now() - Date.parse(time)) : 0,
    );
  }

  /** Everything is read anew by `read`, synchronously: what is still there keeps its age, the rest is forgotten. */
  renew(read: () => void): void {
    this.#seen.renew(read);
  }
}
