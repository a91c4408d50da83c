import type { BoundPorts } from '../../model/container.ts';
import type { ReplicaMark } from '../../model/service.ts';

/** The result of a check. There is none while it is too early to tell. */
export type Finding =
  | {
      readonly phase: 'ready';
      readonly ports: BoundPorts;
      readonly isSettled: boolean;
      /** Set if it does not answer any more: the reason. */
      readonly silent?: string;
    }
  | Failure;

/** `log`: the end of its container's log. */
export interface Failure {
  readonly phase: 'failed';
  readonly reason: string;
  readonly log?: string;
}

export function failed(reason: string): Failure {
  return { phase: 'failed', reason };
}

/** The mark that is recorded for a replica after a check. */
export function markOf(finding: Finding, before: ReplicaMark | undefined, now: string): ReplicaMark {
  if (finding.phase === 'failed') return { ...finding, since: now };
  if (before?.phase !== 'ready') return { ...finding, since: now };
  const { silent = finding.silent } = before;
  const isSettled = finding.isSettled || before.isSettled;
  // The first reason is kept: later reasons may differ with every check, and each would be a write.
  return { ...finding, isSettled, since: before.since, ...(finding.silent !== undefined && { silent }) };
}
