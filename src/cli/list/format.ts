import { formatTable, idLength } from '../table.ts';
import type { List } from './list.ts';
import { parseTemplate, renderTemplate, type Template } from './template.ts';

/** `--format`: a line for each row, or a table with tab-separated columns. */
export interface ListFormat {
  readonly isTable: boolean;
  /** Undefined: the default table. */
  readonly template: Template | undefined;
}

/** The field names for `--format`. */
export function fieldsOf<Row>({ columns, maps = {} }: List<Row>): string[] {
  return [...columns.map(({ field }) => field), ...Object.keys(maps).map((each) => `${each} "key"`)];
}

/** As in docker, `json` and `table` alone are formats, too. Throws `invalid`, also for unknown fields. */
export function parseFormat<Row>(list: List<Row>, text: string): ListFormat {
  if (text.trim() === 'table') return { isTable: true, template: undefined };
  if (text.trim() === 'json') return { isTable: false, template: parseTemplate('{{json .}}') };
  const [, isTable, rest = text] = /^(table)\s+(.*)$/s.exec(text) ?? [];
  const template = parseTemplate(rest);
  // Validates the fields before the server is asked.
  renderTemplate(template, headerOf(list));
  return { isTable: isTable !== undefined, template };
}

export function formatRows<Row>(
  list: List<Row>,
  rows: readonly Row[],
  { isTable, template = [] }: ListFormat,
  { isWhole }: { readonly isWhole: boolean },
): string {
  const lines = rows.map((row) => renderTemplate(template, valuesOf(list, row, isWhole)));
  if (!isTable) return lines.map((each) => `${each}\n`).join('');
  const [header = [], ...cells] = [renderTemplate(template, headerOf(list)), ...lines].map((each) => each.split('\t'));
  return formatTable({ columns: header, rows: cells }, { isWhole: true });
}

/** The header of a table; a map accepts any key. */
function headerOf<Row>({ columns, maps = {} }: List<Row>): object {
  return {
    ...Object.fromEntries(columns.map(({ field, title }) => [field, title])),
    ...Object.fromEntries(Object.keys(maps).map((name) => [name, hidden(new Map())])),
  };
}

/** `{{json .}}` prints the columns, without the maps. */
function valuesOf<Row>({ columns, maps = {} }: List<Row>, row: Row, isWhole: boolean): object {
  const fields = columns.map(({ field, kind, value }): [string, string] => {
    const text = value(row);
    return [field, kind === 'id' && !isWhole ? text.slice(0, idLength) : text];
  });
  const byKey = Object.entries(maps).map(([name, of]) => [name, hidden(new Map(Object.entries(of(row))))]);
  return { ...Object.fromEntries(fields), ...Object.fromEntries(byKey) };
}

/** Hides a map from JSON. */
function hidden<T extends Map<string, string>>(map: T): T {
  return Object.assign(map, { toJSON: () => undefined });
}
