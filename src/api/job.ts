import type { AttemptEnd, JobRecord, JobRun, JobSpec } from '../model/job.ts';
import type { ImageRequest } from '../model/saved-image.ts';

/** The body of POST /apiv1/job. */
export interface NewJobBody extends Partial<Omit<JobSpec, 'image'>> {
  readonly name: string;
  readonly image?: ImageRequest;
  /** A saved image config as it is. */
  readonly from?: string;
}

/** The body of PUT /apiv1/job/{name}: what is left out stays. */
export interface JobChangesBody extends Partial<Omit<NewJobBody, 'schedule' | 'timeout'>> {
  /** Null: it runs when asked only. */
  readonly schedule?: string | null;
  /** Null: a try may take as long as it likes. */
  readonly timeout?: number | null;
}

export type RunOutcome = 'succeeded' | 'failed' | 'cancelled';
export type RunState = 'running' | RunOutcome;

/** What was asked for, flat; and under `status` what there is. */
export interface Job extends JobSpec {
  readonly name: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly status: {
    readonly state: 'idle' | 'running' | 'removing';
    /** The numbers of its runs that have not ended. */
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
  /** What it is on its way to. */
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

/** With every try at every task, and why others were not started yet. */
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
  /** The end of what it wrote. */
  readonly log: string;
}

export interface TaskWait {
  readonly slot: number;
  readonly since: string;
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}
