/** A server's sign of life, as the store keeps it. */
export interface ServerSign {
  /** RFC 3339, by the server's own wall clock. */
  readonly beat: string;
  /** By how many milliseconds that clock was ahead of the store's. Left out by older releases. */
  readonly aheadMs?: number;
}
