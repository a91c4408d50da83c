import type { EngineStatus, StartFailures } from '../model/engine.ts';

/** The five fields of clementine's README, wherever an engine is returned. */
export interface EngineSummary {
  readonly id: string;
  readonly addr: string;
  readonly cpus: number;
  /** MB. */
  readonly memory: number;
  readonly labels: readonly string[];
}

/** An engine with its custom resources. */
export interface NewEngine extends EngineSummary {
  readonly resources?: Readonly<Record<string, number>>;
}

/** An engine with its current state. */
export interface Engine extends NewEngine {
  readonly status: EngineStatus;
  /** RFC 3339. */
  readonly since?: string | undefined;
  /** Docker's version. */
  readonly version?: string | undefined;
  readonly observed_at?: string | undefined;
  readonly error?: string | undefined;
  readonly reserved_cpus: number;
  readonly reserved_memory: number;
  readonly reserved_resources?: Readonly<Record<string, number>> | undefined;
  /** The number of running containers, including those that Satsuma did not start. */
  readonly containers: number;
  /** Recent failed starts. */
  readonly failures?: StartFailures | undefined;
  readonly unclear?: string | undefined;
}

/** What is promised on an engine to containers that the caller may not see, largest first. */
export interface OthersOnEngine {
  readonly engine: string;
  readonly sizes: readonly {
    readonly cpus: number;
    /** MB. */
    readonly memory: number;
  }[];
}

/** The body of POST /apiv1/engine. Absent fields are read from the engine. */
export interface NewEngineBody {
  readonly id: string;
  readonly addr: string;
  readonly cpus?: number;
  /** MB. */
  readonly memory?: number;
  readonly labels?: readonly string[];
  readonly resources?: Readonly<Record<string, number>>;
}

/** Statuses that PATCH can set. */
export const engineIntents = ['ok', 'maintenance', 'lost'] as const;

/** The body of PATCH /apiv1/engine/{id}. */
export interface EngineChangesBody extends Partial<Omit<NewEngineBody, 'id'>> {
  readonly status?: (typeof engineIntents)[number];
}
