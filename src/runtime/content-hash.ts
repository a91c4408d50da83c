import { createHash } from 'node:crypto';

/** Equal for equal JSON values, independent of the order of fields. */
export function contentHash(content: unknown): string {
  const text = JSON.stringify(content, (_, value: unknown) => (isObject(value) ? sortedByName(value) : value));
  return createHash('sha256').update(text).digest('hex');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortedByName(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
