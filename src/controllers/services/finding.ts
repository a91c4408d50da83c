import type { BoundPorts } from '../../model/container.ts';
import type { ReplicaMark } from '../../model/service.ts';

/** What a check found. Nothing where it is too early to say. */
export type Finding =
  | {
      readonly phase: 'ready';
      readonly ports: BoundPorts;
      readonly isSettled: boolean;
      /** It does not answer any more, and why. */
      readonly silent?: string;
    }
  | Failure;

/** `log`: the end of what its container wrote. */
export interface Failure {
  readonly phase: 'failed';
  readonly reason: string;
  readonly log?: string;
}

export function failed(reason: string): Failure {
  return { phase: 'failed', reason };
}

/** What is on record of a replica after a check. */
export function markOf(finding: Finding, before: ReplicaMark | undefined, now: string): ReplicaMark {
  if (finding.phase === 'failed') return { ...finding, since: now };
  if (before?.phase !== 'ready') return { ...finding, since: now };
  const { silent = finding.silent } = before;
  const isSettled = finding.isSettled || before.isSettled;
  // The first reason stays: the later ones may be another each time.
  return { ...finding, isSettled, since: before.since, ...(finding.silent !== undefined && { silent }) };
}
