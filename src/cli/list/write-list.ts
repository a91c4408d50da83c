import { SatsumaError } from '../../model/errors.ts';
import type { Io } from '../io.ts';
import { line } from '../line.ts';
import { type Text, writeJson, writeText } from '../output.ts';
import { idLength, type Table } from '../table.ts';
import { formatRows } from './format.ts';
import type { List } from './list.ts';
import { isSelected, type ListFlags } from './list-options.ts';

/** Loaded on demand: the YAML library is large. */
const yaml = () => import('yaml');

export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** The data of `-o json`, if it is not the rows themselves. */
  readonly data?: unknown;
  /** Printed above the table. */
  readonly headline?: string;
}

/** Prints a list according to its options. Throws `invalid`. */
export async function writeList<Row>(io: Io, list: List<Row>, listed: Listed<Row>, flags: ListFlags): Promise<void> {
  const { json, output = json ? 'json' : undefined, format, quiet, trunc: isCut = true, filter } = flags;
  const rows = listed.rows.filter((row) => isSelected(list, filter, row));
  const write = (names: readonly string[]) =>
    io.stdout(names.flatMap((name) => (name === '' ? [] : line`${name}`)).join(''));
  if (output === 'json') return writeJson(io, documentOf(listed, rows, flags));
  if (output === 'yaml') return io.stdout((await yaml()).stringify(documentOf(listed, rows, flags)));
  if (output === 'name') return write(rows.map(list.nameOf));
  const { of: wordOf, areIds } = list.quiet;
  if (quiet) return write(rows.map(wordOf).map((word) => (areIds && isCut ? word.slice(0, idLength) : word)));
  if (format?.template) return io.stdout(formatRows(list, rows, format, { isWhole: !isCut }));
  const isWide = output === 'wide';
  const text: Text = [...(listed.headline === undefined ? [] : [listed.headline]), tableOf(list, rows, isWide)];
  writeText(io, text, { trunc: isCut, isWide });
}

/** The default table of a list. */
export function tableOf<Row>({ columns }: List<Row>, rows: readonly Row[], isWide = false): Table {
  const shown = columns.filter(({ only }) => only === undefined || (only === 'wide' && isWide));
  return { columns: shown, rows: rows.map((row) => shown.map(({ value }) => value(row))) };
}

/** Rows cannot be filtered inside a larger document. */
function documentOf<Row>({ data, rows }: Listed<Row>, selected: readonly Row[], { filter }: ListFlags): unknown {
  if (data === undefined || data === rows) return selected;
  if (filter === undefined) return data;
  throw new SatsumaError('invalid', '--filter chooses rows of the table; JSON and YAML are the whole document here');
}
