import type { EngineStatus, StartFailures } from '../model/engine.ts';

/** The five fields of clementine's README, wherever an engine stands. */
export interface EngineSummary {
  readonly id: string;
  readonly addr: string;
  readonly cpus: number;
  /** MB. */
  readonly memory: number;
  readonly labels: readonly string[];
}

/** The five, and what its operator counts there. */
export interface NewEngine extends EngineSummary {
  readonly resources?: Readonly<Record<string, number>>;
}

/** The five, and what is known of the engine now. */
export interface Engine extends NewEngine {
  readonly status: EngineStatus;
  /** RFC 3339. */
  readonly since?: string | undefined;
  /** Docker's. */
  readonly version?: string | undefined;
  readonly observed_at?: string | undefined;
  readonly error?: string | undefined;
  readonly reserved_cpus: number;
  readonly reserved_memory: number;
  readonly reserved_resources?: Readonly<Record<string, number>> | undefined;
  /** How many run there, anybody's. */
  readonly containers: number;
  /** Of starts, lately. */
  readonly failures?: StartFailures | undefined;
  readonly unclear?: string | undefined;
}

/** The body of POST /apiv1/engine. What is left out is read from the engine. */
export interface NewEngineBody {
  readonly id: string;
  readonly addr: string;
  readonly cpus?: number;
  /** MB. */
  readonly memory?: number;
  readonly labels?: readonly string[];
  readonly resources?: Readonly<Record<string, number>>;
}

/** What PATCH can make of an engine. */
export const engineIntents = ['ok', 'maintenance', 'lost'] as const;

/** The body of PATCH /apiv1/engine/{id}. */
export interface EngineChangesBody extends Partial<Omit<NewEngineBody, 'id'>> {
  readonly status?: (typeof engineIntents)[number];
}
