export interface Column {
  readonly title: string;
  /**
   * `id`: the first 12 characters do. `state`: in its colour. `detail`: cut before other columns are. `words`: goes on in the
   * next line where there is no room; one in a table.
   */
  readonly kind?: 'id' | 'state' | 'detail' | 'words';
  /** Left out where there is no room, first where it is empty. */
  readonly isOptional?: boolean;
}
