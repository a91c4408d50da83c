import type { Column } from '../table-column.ts';

/** A column of a list. Its table, `-o wide`, `--format` and its errors are all made from this. */
export interface ListColumn<Row> extends Column {
  /** Its name in `--format`: docker's, where docker has the column. */
  readonly field: string;
  readonly value: (row: Row) => string;
  /** `wide`: in no table but that of `-o wide`. `format`: in no table. */
  readonly only?: 'wide' | 'format';
}

/** A key of `--filter`. */
export interface ListFilter<Row> {
  readonly matches: (row: Row, value: string) => boolean;
  /** The values that there are; others are refused. */
  readonly values?: readonly string[];
  /** Of a key that is given twice: every value has to match, and not just one. */
  readonly isEvery?: boolean;
}

/** What a command lists. */
export interface List<Row> {
  readonly columns: readonly ListColumn<Row>[];
  /** For `-o name`. */
  readonly nameOf: (row: Row) => string;
  /** For `-q`: `what` is in its help. Ids are cut as in the table. */
  readonly quiet: { readonly what: string; readonly of: (row: Row) => string; readonly areIds?: boolean };
  readonly filters: Readonly<Record<string, ListFilter<Row>>>;
  /** Maps that `--format` can read by key, as in `{{.Label "com.example.team"}}`. */
  readonly maps?: Readonly<Record<string, (row: Row) => Readonly<Record<string, string>>>>;
}

/** A filter that takes a part of a text, as docker's `name`. */
export function contains<Row>(textOf: (row: Row) => string): ListFilter<Row> {
  return { matches: (row, value) => textOf(row).includes(value) };
}

/** A filter that takes exactly a text. */
export function equals<Row>(textOf: (row: Row) => string, values?: readonly string[]): ListFilter<Row> {
  return { matches: (row, value) => textOf(row) === value, ...(values && { values }) };
}

/** A filter for labels like `ssd` or `zone=eu-1`: the whole label, or its key. Of several, each has to be there. */
export function labelled<Row>(labelsOf: (row: Row) => readonly string[]): ListFilter<Row> {
  const isOf = (label: string, value: string) => label === value || label.startsWith(`${value}=`);
  return { matches: (row, value) => labelsOf(row).some((label) => isOf(label, value)), isEvery: true };
}
