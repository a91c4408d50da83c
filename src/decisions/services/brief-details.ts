import type { Explanation, RejectionReport } from '../../placement/explain.ts';

const maximumCounts = 20;
/** What engines were found to lack is told by nobody again. */
const maximumTried = 5;
const maximumHolders = 10;
const longestMessage = 500;
/** JSON of other details. */
const longestOther = 2_000;

/**
 * What is kept on record of the details of an error: of an Explanation the counts, and the first engines' reasons. Of a lack
 * of room one engine's will do: whoever wants the table of all engines has it worked out.
 */
export function briefDetails(details: unknown, code: string): unknown {
  if (isExplanation(details)) {
    return {
      counts: details.counts
        .slice(0, maximumCounts)
        .map(({ message, engines }) => ({ message: message.slice(0, longestMessage), engines })),
      engines: details.engines.slice(0, code === 'unschedulable' ? 1 : maximumTried).map(briefReport),
    };
  }
  return (JSON.stringify(details)?.length ?? 0) > longestOther ? undefined : details;
}

function briefReport({ message, held_by: holders, ...report }: RejectionReport): RejectionReport {
  return {
    ...report,
    message: message.slice(0, longestMessage),
    ...(holders && { held_by: holders.slice(0, maximumHolders) }),
  };
}

function isExplanation(details: unknown): details is Explanation {
  const { counts, engines } = (details ?? {}) as Partial<Explanation>;
  return Array.isArray(counts) && Array.isArray(engines);
}
