import { visibleText } from '../model/visible-text.ts';

interface Report {
  readonly engine: string;
  readonly message: string;
}

/** An Explanation as one line per engine; empty for other details, which the message contains. */
export function reasonLines(details: unknown): string[] {
  if (typeof details !== 'object' || details === null || !('engines' in details)) return [];
  const { engines } = details as { readonly engines: readonly Report[] };
  return engines.map(({ engine, message }) => visibleText(`${engine}: ${message}`));
}
