/** Something measured, as a rule against a peer in the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: 'x' | 'ms' | 'µs';
  readonly value: number;
  /** At most this much. Left out: it is told, not judged; a control for instance. */
  readonly target?: number;
  /** What else was seen, by name. */
  readonly facts: Readonly<Record<string, number>>;
}

/** Undefined where nothing is asked of it. */
export function isMet({ value, target }: Pick<Figure, 'value' | 'target'>): boolean | undefined {
  return target === undefined ? undefined : value <= target;
}
