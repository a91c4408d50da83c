import type { SwarmView } from './swarm.ts';

/**
 * What the operator wants of an engine. `maintenance`: nothing new is placed there. `draining`: and what services run
 * there is moved. `lost`: and it is given up without waiting for it.
 */
export type EngineIntent = 'active' | 'maintenance' | 'draining' | 'lost';

/** What was last observed of an engine. `pending`: never reached yet. */
export type EngineCondition = 'pending' | 'ok' | 'down';

/** What an answer shows: the intent where it is not `active`, otherwise the condition. */
export type EngineStatus = EngineCondition | Exclude<EngineIntent, 'active'>;

/** What the daemon says of itself. `cpus` and `memory` (MiB) are the machine's own. */
export interface DaemonInfo {
  readonly id: string;
  readonly version: string;
  readonly cpus: number;
  readonly memory: number;
  /** Like `linux/x86_64`, in the daemon's own words; left out: it does not tell, or was not asked yet. */
  readonly platform?: string;
  /** The minor version of API 1 that is spoken with it. Left out: it was last reached by a server that did not note it. */
  readonly api?: number;
}

/** One Docker daemon as the store keeps it. */
export interface EngineRecord {
  readonly id: string;
  /** `https://host:port`, `tcp://host:port` (both TLS) or `unix:///path`. */
  readonly addr: string;
  /** CPUs that may be promised; a decimal number. */
  readonly cpus: number;
  /** MiB that may be promised. */
  readonly memory: number;
  readonly labels: readonly string[];
  /** What the operator counts there, by name: `gpu`, licences. Whole numbers. */
  readonly resources?: Readonly<Record<string, number>>;
  readonly intent: EngineIntent;
  readonly condition: EngineCondition;
  /** RFC 3339; when `condition` last changed: of one that is down, when it was last seen. */
  readonly since: string;
  /**
   * Of one that is down: how many milliseconds it had been silent when it was found so, by the clock of the server that
   * follows it. A duration, because wall clocks of servers differ.
   */
  readonly silentMs?: number;
  /**
   * Of one that is down: half of the engines in use answered after it was found so, which makes the fault its own. Without
   * that nothing on it is given up.
   */
  readonly isLossConfirmed?: true;
  /** Why the condition is `down`. */
  readonly error?: string;
  readonly daemon?: DaemonInfo;
  /** Of the request that registered it under an `Idempotency-Key`. */
  readonly operationId?: string;
}

/** What was last seen on an engine, besides its containers. */
export interface EngineObservation {
  /** RFC 3339. */
  readonly observedAt: string;
  /** Canonical names of the images that are there, sorted. */
  readonly images: readonly string[];
  /** Of one in Docker's Swarm mode. */
  readonly swarm?: SwarmView;
  /** Why some of its containers or images are not known. */
  readonly unclear?: string;
}

/** That containers could not be started there lately, for the engine's own reasons. */
export interface StartFailures {
  /** In a row: one that starts ends it. */
  readonly count: number;
  /** RFC 3339; the first and the last of them. */
  readonly since: string;
  readonly last: string;
  /** What the engine said to the last one. */
  readonly reason: string;
}

export function statusOf(engine: Pick<EngineRecord, 'intent' | 'condition'>): EngineStatus {
  return engine.intent === 'active' ? engine.condition : engine.intent;
}
