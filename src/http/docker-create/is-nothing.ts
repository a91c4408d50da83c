/** As Go leaves out what is empty, all the way down: nothing is asked for. */
export function isNothing(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.values(value).every(isNothing) : !value;
}
