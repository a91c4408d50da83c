/** The reasons why engines were rejected, with the number of engines. */
interface Explained {
  readonly counts: readonly { readonly message: string; readonly engines: number }[];
}

/** Appends the reasons to the message, because a Panamax agent shows nothing else. */
export function withReasons(sentence: string, details: unknown): string {
  if (!isExplained(details) || details.counts.length === 0) return sentence;
  const reasons = details.counts.map(({ message, engines }) => `${message} (${engines})`);
  return `${sentence}: ${reasons.join(', ')}`;
}

function isExplained(details: unknown): details is Explained {
  return typeof details === 'object' && details !== null && 'counts' in details && Array.isArray(details.counts);
}
