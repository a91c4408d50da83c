import type { SwarmView } from './swarm.ts';

/**
 * The operator's intent for an engine. `maintenance`: nothing new is placed on it. `draining`: in addition, service
 * replicas are moved away. `lost`: in addition, it is given up without waiting for it.
 */
export type EngineIntent = 'active' | 'maintenance' | 'draining' | 'lost';

/** The last observed condition of an engine. `pending`: never reached yet. */
export type EngineCondition = 'pending' | 'ok' | 'down';

/** The status in answers: the intent if it is not `active`, otherwise the condition. */
export type EngineStatus = EngineCondition | Exclude<EngineIntent, 'active'>;

/** What the daemon reports about itself. `cpus` and `memory` (MiB) are those of the machine. */
export interface DaemonInfo {
  readonly id: string;
  readonly version: string;
  readonly cpus: number;
  readonly memory: number;
  /** Like `linux/x86_64`, in the daemon's spelling. Absent: not reported, or not queried yet. */
  readonly platform?: string;
  /**
   * The negotiated minor version of API 1. Absent: an older server reached the engine last, which did not record it.
   */
  readonly api?: number;
}

/** One Docker daemon as the store keeps it. */
export interface EngineRecord {
  readonly id: string;
  /** `https://host:port`, `tcp://host:port` (both TLS) or `unix:///path`. */
  readonly addr: string;
  /** Schedulable CPUs; a decimal number. */
  readonly cpus: number;
  /** Schedulable memory in MiB. */
  readonly memory: number;
  readonly labels: readonly string[];
  /** Custom resources by name: `gpu`, licences. Whole numbers. */
  readonly resources?: Readonly<Record<string, number>>;
  readonly intent: EngineIntent;
  readonly condition: EngineCondition;
  /** RFC 3339; when `condition` last changed. For an engine that is down: when it was last seen. */
  readonly since: string;
  /**
   * For an engine that is down: how many milliseconds it had been silent when that was detected, by the clock of the
   * server that follows it. A duration, because the wall clocks of servers differ.
   */
  readonly silentMs?: number;
  /**
   * For an engine that is down: at least half of the active engines answered after it went down, so the fault is its
   * own. Without this, nothing on it is given up.
   */
  readonly isLossConfirmed?: true;
  /** For an engine that is down: it went down by giving no answer, and not by breaking its connections, as it does when it restarts. */
  readonly isSilent?: true;
  /** Why the condition is `down`. */
  readonly error?: string;
  readonly daemon?: DaemonInfo;
  /** The operation of the request that registered it with an `Idempotency-Key`. */
  readonly operationId?: string;
}

/** The last observation of an engine, apart from its containers. */
export interface EngineObservation {
  /** RFC 3339. */
  readonly observedAt: string;
  /** Canonical names of the images on the engine, sorted. */
  readonly images: readonly string[];
  /** Present if the engine is in Swarm mode. */
  readonly swarm?: SwarmView;
  /** Why some of its containers or images are unknown. */
  readonly unclear?: string;
}

/** Recent failures to start containers on an engine that were the engine's fault. */
export interface StartFailures {
  /** Consecutive failures: a successful start resets it. */
  readonly count: number;
  /** RFC 3339; the first and the last failure. */
  readonly since: string;
  readonly last: string;
  /** The engine's error for the last failure. */
  readonly reason: string;
}

export function statusOf(engine: Pick<EngineRecord, 'intent' | 'condition'>): EngineStatus {
  return engine.intent === 'active' ? engine.condition : engine.intent;
}
