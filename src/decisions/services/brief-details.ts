import type { Explanation, RejectionReport } from '../../placement/explain.ts';

const maximumCounts = 20;
const maximumEngines = 5;
const maximumHolders = 10;
const longestMessage = 500;
/** JSON of other details. */
const longestOther = 2_000;

/**
 * What is kept on record of the details of an error: of an Explanation the counts, and the reasons of the first engines.
 * A slot of a large cluster would keep a table of all engines otherwise.
 */
export function briefDetails(details: unknown): unknown {
  if (isExplanation(details)) {
    return {
      counts: details.counts
        .slice(0, maximumCounts)
        .map(({ message, engines }) => ({ message: message.slice(0, longestMessage), engines })),
      engines: details.engines.slice(0, maximumEngines).map(briefReport),
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
