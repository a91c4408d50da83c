import type { ImageConfig } from './image-config.ts';
import type { SlotWait } from './service.ts';

export const concurrencyPolicies = ['forbid', 'allow', 'replace'] as const;

/** What to run to completion, and when. Fields are named as in the API. */
export interface JobSpec extends RunSpec {
  /** A cron expression. Absent: runs are started on request only. */
  readonly schedule?: string;
  /** IANA name. */
  readonly time_zone: string;
  /** What happens to a run that is due while another one is active. */
  readonly concurrency: (typeof concurrencyPolicies)[number];
  /** How many ended runs are kept. */
  readonly keep: number;
}

/** The part of a job that a run copies; later changes of the job do not affect the run. */
export interface RunSpec {
  readonly image: ImageConfig;
  /** How many tasks have to exit with code 0. */
  readonly completions: number;
  /** How many tasks run at the same time. */
  readonly parallelism: number;
  /** How often a failed task is retried. */
  readonly retries: number;
  /** Seconds that one attempt may take. */
  readonly timeout?: number;
}

/** A job as the store keeps it. */
export interface JobRecord {
  /** Random: a later job with the same name has another id. */
  readonly id: string;
  readonly spec: JobSpec;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The number of the last run, starting at 1. */
  readonly runs: number;
  /** RFC 3339. Scheduled times up to this one are handled: they had their run, or are skipped. */
  readonly handledTo: string;
  /** The last scheduled time without a run. */
  readonly missed?: MissedTime;
  /** Marked for deletion; deleted after its containers are gone. */
  readonly isRemoved: boolean;
  /** RFC 3339, by the store's clock: when the job was recreated from container labels after a loss of the store. */
  readonly restoredAt?: string;
  /** The operation of the request that created it with an `Idempotency-Key`. */
  readonly operationId?: string;
}

export interface MissedTime {
  /** RFC 3339. */
  readonly time: string;
  readonly reason: string;
}

/** Identifies a job's container by run, task and attempt. */
export interface Task {
  readonly job: string;
  /** The id of the job's record. */
  readonly jobId: string;
  readonly run: number;
  /** From 1 to the run's `completions`. */
  readonly slot: number;
  /** From 1. */
  readonly attempt: number;
}

/** One run, with all data that is not in the ledger. Its state is derived from its attempts. */
export interface JobRun {
  readonly job: string;
  readonly jobId: string;
  readonly number: number;
  readonly cause: 'create' | 'schedule' | 'request';
  /** RFC 3339; present for scheduled runs. */
  readonly scheduledFor?: string;
  readonly createdAt: string;
  readonly spec: RunSpec;
  readonly attempts: readonly TaskAttempt[];
  /** Why tasks are not started yet, by slot. */
  readonly waiting: Readonly<Record<string, SlotWait>>;
  /** Present if a user cancelled the run. */
  readonly cancel?: Cancel;
  /** When its last task ended; no more will start. */
  readonly endedAt?: string;
  /** As in its job. */
  readonly restoredAt?: string;
  /** The operation of the request that started it with an `Idempotency-Key`. */
  readonly operationId?: string;
}

export interface Cancel {
  readonly at: string;
  readonly reason: string;
}

export interface TaskAttempt {
  readonly slot: number;
  readonly attempt: number;
  /** RFC 3339; when its container was first seen. */
  readonly startedAt: string;
  /** Absent: no container could be started. */
  readonly engineId?: string;
  readonly containerId?: string;
  /** Present if the container is to be stopped; `isKill`: killed, because of the timeout. */
  readonly stop?: Cancel & { readonly isKill: boolean };
  readonly end?: AttemptEnd;
}

export interface AttemptEnd {
  readonly at: string;
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  /** Absent: unknown. */
  readonly exitCode?: number;
  readonly reason?: string;
  /** The last lines of its output are kept. */
  readonly hasLog: boolean;
}

/** The last lines of one attempt's output. A document of its own, so that servers need not hold it in memory. */
export interface TaskLog {
  readonly text: string;
}

export function taskLogId(run: string, { slot, attempt }: Pick<TaskAttempt, 'slot' | 'attempt'>): string {
  return `${run}@${slot}@${attempt}`;
}

/** The document id of a run. Job names contain no `@`. */
export function runId(job: string, number: number): string {
  return `${job}@${number}`;
}
