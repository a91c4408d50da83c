import { visibleText } from '../model/visible-text.ts';

export interface Table {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Columns aligned with two spaces between them, the header first, a new line after each row. Each cell is made visible. */
export function formatTable({ titles, rows }: Table): string {
  const all = [titles, ...rows.map((row) => row.map(visibleText))];
  const widths = titles.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  const lines = all.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0)).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** In characters as a person counts them. */
function width(text: string): number {
  return [...text].length;
}

function padded(cell: string, columnWidth: number): string {
  return cell + ' '.repeat(columnWidth - width(cell));
}
