import { visibleText } from '../model/visible-text.ts';

interface Report {
  readonly engine: string;
  readonly message: string;
}

/** An Explanation, a line for each engine; nothing for other details, which a message has said already. */
export function reasonLines(details: unknown): string[] {
  if (typeof details !== 'object' || details === null || !('engines' in details)) return [];
  const { engines } = details as { readonly engines: readonly Report[] };
  return engines.map(({ engine, message }) => visibleText(`${engine}: ${message}`));
}
