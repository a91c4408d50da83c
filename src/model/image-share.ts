/** A pull whose layers other engines may be given: at most one for an image and a platform, while its lease runs. */
export interface ImageShare {
  /** Of the pull; random. */
  readonly id: string;
  /** The one that asks the registry. */
  readonly engine: string;
  readonly state: 'pulling' | 'pulled' | 'failed';
  /** RFC 3339, by the store's clock. */
  readonly startedAt: string;
  /** RFC 3339. A pull that goes on moves this on; after it nobody waits for the pull any more. */
  readonly expiresAt: string;
  /** Of the image that was pulled. */
  readonly imageId?: string;
  /** The pull before this one, for those that have not heard of its end yet. */
  readonly previous?: { readonly id: string; readonly imageId: string };
}
