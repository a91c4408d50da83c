import type { JournalRun, Loss } from './request-journal.ts';

/** The attempts of each request by tag, in order. */
type Attempts = ReadonlyMap<string, readonly JournalRun[]>;

export function attemptsOf(runs: readonly JournalRun[]): Attempts {
  const attempts = new Map<string, JournalRun[]>();
  for (const run of runs) attempts.set(run.tag, [...(attempts.get(run.tag) ?? []), run]);
  return attempts;
}

/**
 * How often all data may have been lost between two attempts: then the key of the earlier one is unknown, and the later
 * one runs another container.
 */
export function lossesBetween(
  losses: readonly Loss[],
  earlier: JournalRun | undefined,
  later: JournalRun | undefined,
): number {
  if (!earlier || !later || earlier === later) return 0;
  return losses.filter(({ fromMs, toMs }) => earlier.askedMs < toMs && later.answeredMs > fromMs).length;
}
