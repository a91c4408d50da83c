import type { Conditions } from './conditions.ts';
import { type Figure, isMet } from './figure.ts';

/** A report for people: the conditions, and one line per figure. */
export function report(figures: readonly Figure[], conditions: Conditions): string {
  const rows = figures.map((figure) => [
    figure.name,
    figure.target === undefined ? '' : `${figure.isAtLeast ? '>=' : '<='} ${quantity(figure.target, figure.unit)}`,
    quantity(figure.value, figure.unit),
    verdict(figure),
    Object.entries(figure.facts)
      .map(([name, value]) => `${name} ${round(value)}`)
      .join(', '),
  ]);
  const lines = Object.entries(conditions).map(([name, value]) => `${name}: ${value}`);
  return `${table([['figure', 'target', 'measured', '', 'seen'], ...rows])}\n\n${lines.join(', ')}\n`;
}

function verdict(figure: Figure): string {
  const met = isMet(figure);
  if (met === undefined) return '';
  return met ? 'met' : 'NOT MET';
}

const digits = { x: 3, ms: 2, µs: 1, '/s': 0, '%': 1, KiB: 1, MiB: 0 } as const satisfies Record<
  Figure['unit'],
  number
>;

function quantity(value: number, unit: Figure['unit']): string {
  return `${value.toFixed(digits[unit])} ${unit}`;
}

function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 3);
}

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
