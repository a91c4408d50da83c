export interface Column {
  readonly title: string;
  /**
   * `id`: shortened to 12 characters. `state`: coloured. `detail`: truncated before other columns. `words`: wrapped if
   * there is no room; one column per table.
   */
  readonly kind?: 'id' | 'state' | 'detail' | 'words';
  /** Dropped if there is no room, empty columns first. */
  readonly isOptional?: boolean;
}
