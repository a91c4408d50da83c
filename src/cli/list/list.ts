import type { Column } from '../table-column.ts';

/** A column of a list: the source of its tables, `-o wide`, `--format` and error messages. */
export interface ListColumn<Row> extends Column {
  /** Its name in `--format`: docker's, if docker has the column. */
  readonly field: string;
  readonly value: (row: Row) => string;
  /** `wide`: only in the table of `-o wide`. `format`: in no table. */
  readonly only?: 'wide' | 'format';
}

/** A key of `--filter`. */
export interface ListFilter<Row> {
  readonly matches: (row: Row, value: string) => boolean;
  /** The valid values. */
  readonly values?: readonly string[];
  /** If the key is given twice, both values have to match. */
  readonly isEvery?: boolean;
}

/** The definition of a list. */
export interface List<Row> {
  readonly columns: readonly ListColumn<Row>[];
  /** For `-o name`. */
  readonly nameOf: (row: Row) => string;
  /** For `-q`: `what` is shown in the help. Ids are shortened as in the table. */
  readonly quiet: { readonly what: string; readonly of: (row: Row) => string; readonly areIds?: boolean };
  readonly filters: Readonly<Record<string, ListFilter<Row>>>;
  /** Maps that `--format` can read by key, as in `{{.Label "com.example.team"}}`. */
  readonly maps?: Readonly<Record<string, (row: Row) => Readonly<Record<string, string>>>>;
}

/** A filter by substring, like docker's `name`. */
export function contains<Row>(textOf: (row: Row) => string): ListFilter<Row> {
  return { matches: (row, value) => textOf(row).includes(value) };
}

/** A filter by exact text. */
export function equals<Row>(textOf: (row: Row) => string, values?: readonly string[]): ListFilter<Row> {
  return { matches: (row, value) => textOf(row) === value, ...(values && { values }) };
}

/** A filter by labels like `ssd` or `zone=eu-1`: the whole label, or its key. All given labels have to be present. */
export function labelled<Row>(labelsOf: (row: Row) => readonly string[]): ListFilter<Row> {
  const isOf = (label: string, value: string) => label === value || label.startsWith(`${value}=`);
  return { matches: (row, value) => labelsOf(row).some((label) => isOf(label, value)), isEvery: true };
}
