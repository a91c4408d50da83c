/** A line of merged logs in JSON. */
export interface LogLine {
  /** RFC 3339, by the engine's clock; empty for messages of Satsuma itself. */
  readonly at: string;
  readonly engine: string;
  /** The container's name and id. */
  readonly container: string;
  readonly id: string;
  readonly stream: 'stdout' | 'stderr' | 'satsuma';
  /** Without the line break. */
  readonly line: string;
  /**
   * Set for a line over 128 KiB, which is sent in parts; the next part is the next line of the same container and
   * stream.
   */
  readonly part?: 'begin' | 'middle' | 'end';
}
