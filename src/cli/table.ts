import { visibleText } from '../model/visible-text.ts';
import type { Column } from './table-column.ts';
import { fittedTable, textWidth } from './table-fit.ts';

export interface Table {
  /** A string is a plain column. */
  readonly columns: readonly (string | Column)[];
  readonly rows: readonly (readonly string[])[];
}

interface TableStyle {
  /** The terminal's width. Absent: only ids are shortened, as for a pipe. */
  readonly width?: number | undefined;
  readonly hasColours?: boolean | undefined;
  /** Shortens nothing, not even ids. */
  readonly isWhole?: boolean | undefined;
}

/** Docker's length of short ids. */
export const idLength = 12;

/** Aligned columns, separated by two spaces, with a header; a newline after each row. Cells are sanitized. */
export function formatTable(table: Table, { width, hasColours = false, isWhole = false }: TableStyle = {}): string {
  const columns = table.columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  const rows = table.rows.map((row) =>
    columns.map(({ kind }, index) => {
      const cell = visibleText(row[index] ?? '');
      return kind === 'id' && !isWhole ? cell.slice(0, idLength) : cell;
    }),
  );
  const fitted = fittedTable({ columns, rows }, isWhole ? undefined : width);
  const header = fitted.columns.map(({ title }) => title);
  const lines = [header, ...fitted.rows].map((row, line) => {
    const cells = row.map((cell, index) => {
      const gap = ' '.repeat((fitted.widths[index] ?? 0) - textWidth(cell));
      const isState = hasColours && line > 0 && fitted.columns[index]?.kind === 'state';
      return (isState ? colouredState(cell) : cell) + gap;
    });
    return `${cells.join('  ').trimEnd()}\n`;
  });
  return lines.join('');
}

const green = ['ok', 'running', 'ready', 'succeeded', 'done'];
const yellow = [
  'warning',
  'pending',
  'starting',
  'updating',
  'waiting',
  'paused',
  'restarting',
  'retiring',
  'moving',
  'maintenance',
  'draining',
];
const red = ['problem', 'down', 'lost', 'failed', 'dead', 'unclear', 'unhealthy'];
const codes = new Map([
  ...green.map((word) => [word, 32] as const),
  ...yellow.map((word) => [word, 33] as const),
  ...red.map((word) => [word, 31] as const),
]);

/** Colours a state by its word, or by the one in parentheses: `running (unclear)`. */
function colouredState(text: string): string {
  const [, first = '', note = ''] = /^(\w+)(?: \((\w+)\))?/.exec(text) ?? [];
  const code = codes.get(note) ?? codes.get(first);
  return code === undefined ? text : `\x1b[${code}m${text}\x1b[0m`;
}
