import type { ImageConfig } from './image-config.ts';
import type { SlotWait } from './service.ts';

export const concurrencyPolicies = ['forbid', 'allow', 'replace'] as const;

/** What is to run to its end, and when. The names are those of the API. */
export interface JobSpec extends RunSpec {
  /** A cron expression; left out: whoever wants a run asks for it. */
  readonly schedule?: string;
  /** IANA's name of it. */
  readonly time_zone: string;
  /** What becomes of a run whose time comes while another one is under way. */
  readonly concurrency: (typeof concurrencyPolicies)[number];
  /** How many runs are kept once they ended. */
  readonly keep: number;
}

/** What of a job a run is made of; a later change of the job does not change it. */
export interface RunSpec {
  readonly image: ImageConfig;
  /** How many tasks have to end with exit code 0. */
  readonly completions: number;
  /** How many of them run at the same time. */
  readonly parallelism: number;
  /** How often a task that failed is tried again. */
  readonly retries: number;
  /** Seconds that one try may take. */
  readonly timeout?: number;
}

/** A job as the store keeps it. */
export interface JobRecord {
  /** Random: a later job of the same name is another one. */
  readonly id: string;
  readonly spec: JobSpec;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The number of the last run; they count from 1. */
  readonly runs: number;
  /** RFC 3339. Scheduled times up to this one have had their run, or never will. */
  readonly handledTo: string;
  /** The last of the scheduled times that had no run. */
  readonly missed?: MissedTime;
  /** To be gone once its containers are. */
  readonly isRemoved: boolean;
  /** RFC 3339, by the store's clock: when it was made again from the labels of its containers, after the store was lost. */
  readonly restoredAt?: string;
  /** Of the request that created it under an `Idempotency-Key`. */
  readonly operationId?: string;
}

export interface MissedTime {
  /** RFC 3339. */
  readonly time: string;
  readonly reason: string;
}

/** Which try at which task of a run a container is. */
export interface Task {
  readonly job: string;
  /** Its record's. */
  readonly jobId: string;
  readonly run: number;
  /** From 1 to the run's `completions`. */
  readonly slot: number;
  /** From 1. */
  readonly attempt: number;
}

/** One run, and all that is known of it beyond what the ledger tells. How it is doing follows from its attempts. */
export interface JobRun {
  readonly job: string;
  readonly jobId: string;
  readonly number: number;
  readonly cause: 'create' | 'schedule' | 'request';
  /** RFC 3339; of a schedule. */
  readonly scheduledFor?: string;
  readonly createdAt: string;
  readonly spec: RunSpec;
  readonly attempts: readonly TaskAttempt[];
  /** Why tasks were not started yet, by slot. */
  readonly waiting: Readonly<Record<string, SlotWait>>;
  /** Somebody wants it ended. */
  readonly cancel?: Cancel;
  /** Nothing of it runs any more, or will. */
  readonly endedAt?: string;
  /** As of its job. */
  readonly restoredAt?: string;
  /** Of the request that asked for it under an `Idempotency-Key`. */
  readonly operationId?: string;
}

export interface Cancel {
  readonly at: string;
  readonly reason: string;
}

export interface TaskAttempt {
  readonly slot: number;
  readonly attempt: number;
  /** RFC 3339; when it was first seen to be there. */
  readonly startedAt: string;
  /** Left out: there was none, it could not be started. */
  readonly engineId?: string;
  readonly containerId?: string;
  /** It is to be stopped, or killed where it took too long. */
  readonly stop?: Cancel & { readonly isKill: boolean };
  readonly end?: AttemptEnd;
}

export interface AttemptEnd {
  readonly at: string;
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  /** Left out: nobody could find out. */
  readonly exitCode?: number;
  readonly reason?: string;
  /** The end of what it wrote is kept. */
  readonly hasLog: boolean;
}

/** The end of what one try wrote. Apart from the run, so that every server need not hold all of it in memory. */
export interface TaskLog {
  readonly text: string;
}

export function taskLogId(run: string, { slot, attempt }: Pick<TaskAttempt, 'slot' | 'attempt'>): string {
  return `${run}@${slot}@${attempt}`;
}

/** The id under which a run is kept. No name has an `@`. */
export function runId(job: string, number: number): string {
  return `${job}@${number}`;
}
