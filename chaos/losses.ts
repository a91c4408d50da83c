import type { JournalRun, Loss } from './request-journal.ts';

/** A request, by its tag: each time it was sent, in order. */
export type Attempts = ReadonlyMap<string, readonly JournalRun[]>;

export function attemptsOf(runs: readonly JournalRun[]): Attempts {
  const attempts = new Map<string, JournalRun[]>();
  for (const run of runs) attempts.set(run.tag, [...(attempts.get(run.tag) ?? []), run]);
  return attempts;
}

/**
 * How often all that was on record may have been lost between two attempts: what came of the earlier one is known no more by
 * the key, and the later one runs another container.
 */
export function lossesBetween(
  losses: readonly Loss[],
  earlier: JournalRun | undefined,
  later: JournalRun | undefined,
): number {
  if (!earlier || !later || earlier === later) return 0;
  return losses.filter(({ fromMs, toMs }) => earlier.askedMs < toMs && later.answeredMs > fromMs).length;
}
