import type { AttemptEnd, JobRecord, JobRun, JobSpec } from '../model/job.ts';
import type { ImageRequest } from '../model/saved-image.ts';

/** The body of POST /apiv1/job. */
export interface NewJobBody extends Partial<Omit<JobSpec, 'image'>> {
  readonly name: string;
  readonly image?: ImageRequest;
  /** The name of a saved image config, used unchanged. */
  readonly from?: string;
}

/** The body of PUT /apiv1/job/{name}: absent fields stay unchanged. */
export interface JobChangesBody extends Partial<Omit<NewJobBody, 'schedule' | 'timeout'>> {
  /** Null: it runs on request only. */
  readonly schedule?: string | null;
  /** Null: no time limit. */
  readonly timeout?: number | null;
}

export type RunOutcome = 'succeeded' | 'failed' | 'cancelled';
export type RunState = 'running' | RunOutcome;

/** The job's spec, flat; its state is in `status`. */
export interface Job extends JobSpec {
  readonly name: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly status: {
    readonly state: 'idle' | 'running' | 'removing';
    /** The numbers of its active runs. */
    readonly running: readonly number[];
    readonly last_run: Run | null;
    readonly next_run: string | null;
    readonly missed: NonNullable<JobRecord['missed']> | null;
  };
}

export interface Run {
  readonly job: string;
  readonly run: number;
  readonly state: RunState;
  /** The outcome that it is about to reach. */
  readonly ending?: RunOutcome | undefined;
  readonly reason?: string;
  readonly cause: JobRun['cause'];
  readonly scheduled_for: string | null;
  readonly created_at: string;
  readonly ended_at: string | null;
  readonly completions: number;
  readonly succeeded: number;
  readonly failures: number;
}

/** A run with all attempts, and the reasons why tasks were not started yet. */
export interface WholeRun extends Run {
  readonly tasks: readonly Task[];
  readonly waiting: readonly TaskWait[];
}

export interface Task {
  readonly slot: number;
  readonly attempt: number;
  readonly state: 'running' | AttemptEnd['state'];
  readonly reason?: string;
  readonly engine: string | null;
  readonly container: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly exit_code: number | null;
  /** The last lines of its output. */
  readonly log: string;
}

export interface TaskWait {
  readonly slot: number;
  readonly since: string;
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}
