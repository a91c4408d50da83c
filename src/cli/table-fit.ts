import type { Column } from './table-column.ts';

interface Fitted {
  readonly columns: readonly Column[];
  /** A wrapped row becomes several. */
  readonly rows: readonly (readonly string[])[];
  readonly widths: readonly number[];
}

interface Sized extends Column {
  readonly cells: readonly string[];
  readonly width: number;
}

const gap = 2;
/** Minimum width of truncated columns, and of wrapped ones. */
const minWidth = 8;
const minWords = 16;

/**
 * Fits a table into the width, if possible: drops optional columns, empty ones first, then truncates text and wraps
 * words. Unchanged without a width.
 */
export function fittedTable(
  { columns, rows }: { readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] },
  width = Number.POSITIVE_INFINITY,
): Fitted {
  const sized = columns.map((column, index): Sized => {
    const cells = rows.map((row) => row[index] ?? '');
    return { ...column, cells, width: Math.max(textWidth(column.title), ...cells.map(textWidth)) };
  });
  const kept = cutColumns(withoutOptional(sized, width), width);
  const widths = kept.map((column) => column.width);
  const fitted = rows.flatMap((_, row) => {
    const cells = kept.map(({ cells: all, kind, width: room }) => {
      const cell = all[row] ?? '';
      return kind === 'words' ? wrapped(cell, room) : [cut(cell, room)];
    });
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ''));
  });
  return { columns: kept, rows: fitted, widths };
}

function withoutOptional(columns: readonly Sized[], width: number): readonly Sized[] {
  const optional = columns.filter(({ isOptional }) => isOptional).reverse();
  const isEmpty = ({ cells }: Sized) => cells.every((cell) => cell === '');
  let kept = columns;
  for (const each of [...optional.filter(isEmpty), ...optional.filter((column) => !isEmpty(column))]) {
    // Empty columns are dropped before words are wrapped.
    if ((isEmpty(each) ? total(kept) : minTotal(kept)) <= width) continue;
    kept = kept.filter((column) => column !== each);
  }
  return kept;
}

/** With wrapped columns at their minimum width. */
function minTotal(columns: readonly Sized[]): number {
  return total(columns.map((column) => (column.kind === 'words' ? { ...column, width: minWidthOf(column) } : column)));
}

function cutColumns(columns: readonly Sized[], width: number): readonly Sized[] {
  const hard = ({ width: room }: Sized) => Math.min(room, minWords);
  const passes = [
    { kinds: ['words'], least: minWidthOf },
    { kinds: ['detail'], least: minWidthOf },
    { kinds: [undefined, 'state'], least: minWidthOf },
    { kinds: ['words'], least: hard },
    { kinds: ['id'], least: minWidthOf },
  ];
  let fitted = columns;
  for (const { kinds, least } of passes) {
    while (total(fitted) > width) {
      const candidates = fitted.filter((each) => kinds.includes(each.kind) && each.width > least(each));
      const [widest] = candidates.sort((one, other) => other.width - one.width);
      if (!widest) break;
      fitted = fitted.map((each) => (each === widest ? { ...each, width: each.width - 1 } : each));
    }
  }
  return fitted;
}

/** A wrapped column is as wide as its longest word, within bounds, so that words are broken only as a last resort. */
function minWidthOf({ kind, title, cells, width }: Sized): number {
  if (kind !== 'words') return Math.min(width, Math.max(minWidth, textWidth(title)));
  const longest = Math.max(textWidth(title), ...cells.flatMap((cell) => cell.split(' ').map(textWidth)));
  return Math.min(width, Math.max(minWords, Math.min(longest, 2 * minWords)));
}

function total(columns: readonly Sized[]): number {
  return columns.reduce((sum, { width }) => sum + width + gap, -gap);
}

function cut(text: string, width: number): string {
  return textWidth(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}…`;
}

/** Wraps at spaces; breaks words that are longer than a line. */
export function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    const longer = last === '' ? word : `${last} ${word}`;
    if (textWidth(longer) <= width) {
      lines[lines.length - 1] = longer;
      continue;
    }
    if (last !== '') lines.push('');
    const letters = [...word];
    while (letters.length > width) lines.splice(-1, 0, letters.splice(0, width).join(''));
    lines[lines.length - 1] = letters.join('');
  }
  return lines;
}

/** In user-visible characters. */
export function textWidth(text: string): number {
  return [...text].length;
}
