/** Something measured, as a rule against a peer in the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: 'x' | 'ms' | 'µs' | '/s' | '%' | 'MiB';
  readonly value: number;
  /** At most this much, or at least. Left out: it is told, not judged; a control for instance. */
  readonly target?: number;
  readonly isAtLeast?: boolean;
  /** What else was seen, by name. */
  readonly facts: Readonly<Record<string, number>>;
}

/** Undefined where nothing is asked of it. */
export function isMet({
  value,
  target,
  isAtLeast = false,
}: Pick<Figure, 'value' | 'target' | 'isAtLeast'>): boolean | undefined {
  if (target === undefined) return undefined;
  return isAtLeast ? value >= target : value <= target;
}
