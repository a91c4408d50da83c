/** Maximum number of engines whose failure reason is kept. */
const maxFailures = 50;
const maxFailureLength = 300;

/** Limits the failure reasons by engine that are stored in a document. */
export function boundedFailures(failures: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const first = Object.entries(failures).slice(0, maxFailures);
  return Object.fromEntries(first.map(([engine, reason]) => [engine, reason.slice(0, maxFailureLength)]));
}
