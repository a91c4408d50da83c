/** A line of merged logs as JSON. */
export interface LogLine {
  /** RFC 3339, by the engine's clock; empty in what Satsuma itself has to say. */
  readonly at: string;
  readonly engine: string;
  /** Its name, and its id. */
  readonly container: string;
  readonly id: string;
  readonly stream: 'stdout' | 'stderr' | 'satsuma';
  /** Without its end. */
  readonly line: string;
  /** Of a line over 128 KiB, which is told in parts; the next part is the next line of the same container and stream. */
  readonly part?: 'begin' | 'middle' | 'end';
}
