import type { BoundPorts, ContainerCheck } from '../../model/container.ts';
import type { RestartPolicy } from '../../model/image-config.ts';
import type { HealthCheck } from '../../model/service.ts';

/**
 * Delay after an engine gave no answer. It doubles each time: while a start hangs, Docker blocks inspects of that
 * container.
 */
export const silentMs = { shortest: 1_000, longest: 15_000 };
/** Extra time beyond its retries before a health check without a result counts as failed. */
const leewayMs = 1_000;
/** Time that a manual restart may take between the stop and the start of the container. */
const byHandMs = 5_000;

/** What the checks of one replica have found. Times are on this server's monotonic clock. */
export interface Probe {
  dueAt: number;
  /** Consecutive failures that count. */
  failures: number;
  /** When the next failure counts: at most one per interval, so a replica always has `retries` intervals. */
  countsAt: number;
  /** When the last successful check was sent. */
  goodAt: number;
  isRunning: boolean;
  /** The engine is being asked why the replica does not answer. */
  isInspecting: boolean;
  /** The next delay, if there is no answer. */
  silentMs: number;
  /** The last start that was observed, and when. */
  start: { readonly at: string; readonly seenMs: number } | undefined;
  /** Since when it has been observed as stopped, after that start. */
  endedMs: number | undefined;
  /** Its host ports as the engine reported them, for the next check. */
  ports: BoundPorts | undefined;
}

export function newProbe(dueAt: number, now: number): Probe {
  return {
    ...{ dueAt, failures: 0, countsAt: 0, goodAt: now, isRunning: false, isInspecting: false },
    ...{ silentMs: silentMs.shortest, start: undefined, endedMs: undefined, ports: undefined },
  };
}

/**
 * Dates the start by this server's own clock, when it is first observed: the engine's clock may be wrong. After a
 * change of leader the start is observed again, which only lengthens the start period.
 */
export function noteStart(probe: Probe, { startedAt, isRunning }: ContainerCheck, now: number): void {
  if (probe.start?.at !== startedAt) {
    if (probe.start) probe.failures = 0;
    probe.start = { at: startedAt, seenMs: now };
    probe.endedMs = undefined;
  }
  if (!isRunning) probe.endedMs ??= now;
}

/**
 * Whether a stopped container may start again without action of ours. If its engine should have kept it running, it was
 * stopped by hand, and `docker restart` starts it right after. Before a replica is settled, every end counts as a
 * failure.
 */
export function mayRestart(
  { endedMs = Number.NEGATIVE_INFINITY }: Probe,
  { isRestarting }: ContainerCheck,
  { isSettled, policy, now }: { readonly isSettled: boolean; readonly policy: RestartPolicy; readonly now: number },
): boolean {
  if (isRestarting) return isSettled;
  return (policy.name === 'always' || policy.name === 'unless-stopped') && now < endedMs + byHandMs;
}

/** Within the start period, failures do not count. */
export function isStartingUp({ start }: Probe, health: HealthCheck, now: number): boolean {
  return start === undefined || now < start.seenMs + health.start_period * 1000;
}

/** Counts a failed check that was sent at `askedAt`. True: the replica has reached `retries` failures. */
export function countFailure(probe: Probe, { interval, retries }: HealthCheck, askedAt: number): boolean {
  if (askedAt >= probe.countsAt) {
    probe.failures += 1;
    probe.countsAt = askedAt + interval * 1000;
  }
  return probe.failures >= retries;
}

/** When a replica whose checks fail counts as silent, even if the last check has not returned. */
export function overdueAt({ failures, goodAt }: Probe, { interval, retries }: HealthCheck): number {
  return failures === 0 ? Number.POSITIVE_INFINITY : goodAt + interval * 1000 * retries + leewayMs;
}
