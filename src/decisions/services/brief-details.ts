import type { Explanation, RejectionReport } from '../../placement/explain.ts';

const maximumCounts = 20;
/** Enough engines for `engine_lacks`, whose reasons are not computed again later. */
const maximumTried = 5;
const maximumHolders = 10;
const maxMessageLength = 500;
/** Maximum length of other details as JSON. */
const maxOtherLength = 2_000;

/**
 * The part of an error's details that is stored. Of an Explanation: the counts, and the reasons of the first engines.
 * For `unschedulable` one engine is enough, because the full table is computed on demand.
 */
export function briefDetails(details: unknown, code: string): unknown {
  if (isExplanation(details)) {
    return {
      counts: details.counts
        .slice(0, maximumCounts)
        .map(({ engines, ...reason }) => ({ ...briefMessages(reason), engines })),
      engines: details.engines.slice(0, code === 'unschedulable' ? 1 : maximumTried).map(briefReport),
    };
  }
  return (JSON.stringify(details)?.length ?? 0) > maxOtherLength ? undefined : details;
}

type Messages = Pick<RejectionReport, 'message' | 'scoped_message'>;

function briefMessages({ message, scoped_message: scoped }: Messages): Messages {
  return {
    message: message.slice(0, maxMessageLength),
    ...(scoped !== undefined && { scoped_message: scoped.slice(0, maxMessageLength) }),
  };
}

function briefReport({ held_by: holders, ...report }: RejectionReport): RejectionReport {
  return {
    ...report,
    ...briefMessages(report),
    ...(holders && { held_by: holders.slice(0, maximumHolders) }),
  };
}

function isExplanation(details: unknown): details is Explanation {
  const { counts, engines } = (details ?? {}) as Partial<Explanation>;
  return Array.isArray(counts) && Array.isArray(engines);
}
