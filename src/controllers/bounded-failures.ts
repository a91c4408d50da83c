/** Of what failed on engines, the reasons of so many are kept. */
const mostFailures = 50;
const longestFailure = 300;

/** What a document keeps of reasons, by engine. */
export function boundedFailures(failures: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const first = Object.entries(failures).slice(0, mostFailures);
  return Object.fromEntries(first.map(([engine, reason]) => [engine, reason.slice(0, longestFailure)]));
}
