interface Report {
  readonly engine: string;
  readonly message: string;
}

/** An Explanation, a line for each engine; nothing for other details, which a message has said already. */
export function reasonLines(details: unknown): string[] {
  if (typeof details !== 'object' || details === null || !('engines' in details)) return [];
  const { engines } = details as { readonly engines: readonly Report[] };
  return engines.map(({ engine, message }) => `${engine}: ${message}`);
}

/** What comes from an engine or a container may have anything in it, and is to move no cursor. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant.
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ').trim();
}
