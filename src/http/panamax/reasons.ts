/** What is told of engines that refused: each reason, and how many engines had it. */
interface Explained {
  readonly counts: readonly { readonly message: string; readonly engines: number }[];
}

/** A sentence with its reasons: to a Panamax agent there is nothing but `message`. */
export function withReasons(sentence: string, details: unknown): string {
  if (!isExplained(details) || details.counts.length === 0) return sentence;
  const reasons = details.counts.map(({ message, engines }) => `${message} (${engines})`);
  return `${sentence}: ${reasons.join(', ')}`;
}

function isExplained(details: unknown): details is Explained {
  return typeof details === 'object' && details !== null && 'counts' in details && Array.isArray(details.counts);
}
