/** A pull whose layers can be copied to other engines: at most one per image and platform, while its lease runs. */
export interface ImageShare {
  /** Random id of the pull. */
  readonly id: string;
  /** The engine that pulls from the registry. */
  readonly engine: string;
  readonly state: 'pulling' | 'pulled' | 'failed';
  /** RFC 3339, by the store's clock. */
  readonly startedAt: string;
  /** RFC 3339. A running pull extends it; afterwards, no engine waits for the pull. */
  readonly expiresAt: string;
  /** The id of the pulled image. */
  readonly imageId?: string;
  /** The previous pull, for waiters that have not seen its end yet. */
  readonly previous?: { readonly id: string; readonly imageId: string };
}
