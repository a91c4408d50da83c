import type { EngineRecord } from '../model/engine.ts';
import type { JobRun } from '../model/job.ts';
import type { ServiceStatus } from '../model/service.ts';
import type { Clock } from './clock.ts';
import type { Taken } from './kept-documents.ts';
import { SeenTimes } from './seen-times.ts';

/** How long this server has known the state of engines, services and runs, by its own monotonic clock. */
export class DocumentAges {
  readonly #clock: Clock;
  readonly #seen: SeenTimes;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#seen = new SeenTimes(() => clock.steadyMs());
  }

  /** How long a down engine has been silent, as far as this server knows: a lower bound. */
  downForMs({ id, since, silentMs = 0 }: EngineRecord): number {
    return this.#clock.steadyMs() - this.#seen.at(`engine/${id}`, since) + silentMs;
  }

  /** When this server first saw a time in the service's status, by its own monotonic clock. */
  seenInStatus(service: string, time: string): number {
    return this.#seen.at(`service-status/${service}`, time);
  }

  /** The same for a job's run. */
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

  /** A loaded run may be older than this process: its age is taken from the store's clock. */
  runTaken({ id, value, isRead }: Taken<JobRun>): void {
    const { attempts = [], waiting = {}, endedAt } = value ?? {};
    const waits = Object.values(waiting).map(({ until }) => until);
    const times = attempts.map(({ startedAt, end }) => end?.at ?? startedAt);
    this.#seen.see(`job-run/${id}`, endedAt === undefined ? [...times, ...waits] : [], (time) =>
      isRead ? Math.max(0, this.#clock.now() - Date.parse(time)) : 0,
    );
  }

  /** Runs a synchronous reload: remaining times keep their age, others are dropped. */
  renew(read: () => void): void {
    this.#seen.renew(read);
  }
}
