/** A measured value, usually compared with a peer in the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: 'x' | 'ms' | 'µs' | '/s' | '%' | 'KiB' | 'MiB';
  readonly value: number;
  /** An upper limit, or a lower one. Absent: reported without a judgement, for example a control. */
  readonly target?: number;
  readonly isAtLeast?: boolean;
  /** Additional values by name. */
  readonly facts: Readonly<Record<string, number>>;
}

/** Undefined if there is no target. */
export function isMet({
  value,
  target,
  isAtLeast = false,
}: Pick<Figure, 'value' | 'target' | 'isAtLeast'>): boolean | undefined {
  if (target === undefined) return undefined;
  return isAtLeast ? value >= target : value <= target;
}
