import { visibleText } from '../model/visible-text.ts';

/** Columns aligned with two spaces between them, the header first, a new line after each row; nothing for no rows. Each cell is made visible. */
export function formatTable(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(visibleText));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => width(row[column] ?? ''))),
  );
  const lines = rows.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0)).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** In characters as a person counts them. */
function width(text: string): number {
  return [...text].length;
}

function padded(cell: string, columnWidth: number): string {
  return cell + ' '.repeat(columnWidth - width(cell));
}
