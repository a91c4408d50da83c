import type { BoundPorts, ContainerCheck } from '../../model/container.ts';
import type { RestartPolicy } from '../../model/image-config.ts';
import type { HealthCheck } from '../../model/service.ts';

/** Between two probes of one whose engine gave no answer: longer each time, as a hanging start keeps inspections waiting. */
export const silentMs = { shortest: 1_000, longest: 15_000 };
/** How much longer than its retries take a health check may leave it open how a replica is. */
const leewayMs = 1_000;
/** How long a restart by hand may take from the end of the container to its start. */
const byHandMs = 5_000;

/** What is known of one replica from its checks. Times are on this server's monotonic clock. */
export interface Probe {
  dueAt: number;
  /** Answers in a row that were none, of those that count. */
  failures: number;
  /** When the next such answer counts: `retries` of the health check's intervals are the time that a replica has. */
  countsAt: number;
  /** When it was last asked and was well. */
  goodAt: number;
  isRunning: boolean;
  /** Its engine is being asked why it is silent. */
  isInspecting: boolean;
  /** How long the next pause is if there is no answer. */
  silentMs: number;
  /** Its last start that was seen, and when that was. */
  start: { readonly at: string; readonly seenMs: number } | undefined;
  /** Since when it has been seen not to run, after that start. */
  endedMs: number | undefined;
  /** Where its engine says that it is bound; for the next time that it is asked. */
  ports: BoundPorts | undefined;
}

export function newProbe(dueAt: number, now: number): Probe {
  return {
    ...{ dueAt, failures: 0, countsAt: 0, goodAt: now, isRunning: false, isInspecting: false },
    ...{ silentMs: silentMs.shortest, start: undefined, endedMs: undefined, ports: undefined },
  };
}

/**
 * Its start is dated by this server's own clock, when it is first seen: the engine's clock may be an hour off. After a change
 * of leader it is seen anew: the time that a start has gets longer, and never shorter.
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
 * It does not run, and may again without our doing. What its engine keeps running was stopped by hand if it does not, and
 * whoever ran `docker restart` starts it right after. Before it was settled, an end is a failure, however it goes on.
 */
export function mayComeBack(
  { endedMs = Number.NEGATIVE_INFINITY }: Probe,
  { isRestarting }: ContainerCheck,
  { isSettled, policy, now }: { readonly isSettled: boolean; readonly policy: RestartPolicy; readonly now: number },
): boolean {
  if (isRestarting) return isSettled;
  return (policy.name === 'always' || policy.name === 'unless-stopped') && now < endedMs + byHandMs;
}

/** Failures do not count yet. */
export function isStartingUp({ start }: Probe, health: HealthCheck, now: number): boolean {
  return start === undefined || now < start.seenMs + health.start_period * 1000;
}

/** Takes in that it did not answer well, asked at that time. True: that was so often that it counts as not well. */
export function countFailure(probe: Probe, { interval, retries }: HealthCheck, askedAt: number): boolean {
  if (askedAt >= probe.countsAt) {
    probe.failures += 1;
    probe.countsAt = askedAt + interval * 1000;
  }
  return probe.failures >= retries;
}

/** When a replica that has failed to answer is silent, even if the last question is still open. */
export function overdueAt({ failures, goodAt }: Probe, { interval, retries }: HealthCheck): number {
  return failures === 0 ? Number.POSITIVE_INFINITY : goodAt + interval * 1000 * retries + leewayMs;
}
