import type { ListedContainer } from '../../src/api/container.ts';
import type { Group, ShownEngine } from './groups.ts';

interface MapBlock {
  readonly container: ListedContainer;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Of others: nothing is said of it but how large it is. */
type NamelessBlock = Omit<MapBlock, 'container'>;

interface MapCell extends ShownEngine {
  readonly x: number;
  readonly y: number;
  readonly blocks: readonly MapBlock[];
  readonly nameless: readonly NamelessBlock[];
}

export interface MapLayout {
  readonly cells: readonly MapCell[];
  readonly titles: readonly { readonly text: string; readonly y: number }[];
  readonly height: number;
  /** Cells in a row. */
  readonly columns: number;
}

export const cellSize = { width: 150, height: 84, gap: 8, title: 16, pad: 4 } as const;
export const blockHeight = 9;
const blockGap = 1;
const minWidth = 4;
const titleHeight = 26;
/** The memory of an engine is so many rows of blocks; what is beyond the cell is not drawn. */
const rows = 5;

/** Where each engine and each of its containers is drawn, on a map so wide. */
export function layoutOf(groups: readonly Group[], width: number): MapLayout {
  const step = { x: cellSize.width + cellSize.gap, y: cellSize.height + cellSize.gap };
  const columns = Math.max(1, Math.floor((width + cellSize.gap) / step.x));
  const cells: MapCell[] = [];
  const titles: { text: string; y: number }[] = [];
  let top = 0;
  for (const { name, engines } of groups) {
    if (groups.length > 1) {
      titles.push({ text: name, y: top });
      top += titleHeight;
    }
    engines.forEach((each, at) => {
      const x = (at % columns) * step.x;
      const y = top + Math.floor(at / columns) * step.y;
      cells.push({ ...each, x, y, ...blocksOf(each, x, y) });
    });
    top += Math.ceil(engines.length / columns) * step.y;
  }
  return { cells, titles, height: top, columns };
}

/** As wide as its share of the memory, one behind the other; those of others come last. */
function blocksOf(
  { engine, containers, others = [] }: ShownEngine,
  left: number,
  top: number,
): Pick<MapCell, 'blocks' | 'nameless'> {
  const inside = cellSize.width - 2 * cellSize.pad;
  const last = top + cellSize.height - cellSize.pad - blockHeight;
  let x = 0;
  let y = top + cellSize.title + cellSize.pad;
  /** Undefined: beyond the cell. */
  const placed = (memory: number): NamelessBlock | undefined => {
    const share = engine.memory > 0 ? memory / engine.memory : 0;
    const width = Math.min(inside, Math.max(minWidth, Math.round(share * inside * rows)));
    if (x + width > inside) {
      x = 0;
      y += blockHeight + blockGap;
    }
    if (y > last) return undefined;
    const block = { x: left + cellSize.pad + x, y, width };
    x += width + blockGap;
    return block;
  };
  const blocks: MapBlock[] = [];
  for (const container of containers) {
    const block = placed(container.image.memory ?? 0);
    if (!block) break;
    blocks.push({ container, ...block });
  }
  const nameless: NamelessBlock[] = [];
  for (const { memory } of others) {
    const block = placed(memory);
    if (!block) break;
    nameless.push(block);
  }
  return { blocks, nameless };
}

export interface Found {
  readonly cell: MapCell;
  readonly block?: MapBlock;
}

/** What is at a place of the map. */
export function findAt({ cells }: MapLayout, x: number, y: number): Found | undefined {
  const cell = cells.find((each) => isWithin(x, y, each, cellSize));
  if (!cell) return undefined;
  const block = cell.blocks.find((each) => isWithin(x, y, each, { width: each.width, height: blockHeight }));
  return { cell, ...(block && { block }) };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function isWithin(x: number, y: number, at: { readonly x: number; readonly y: number }, { width, height }: Size) {
  return x >= at.x && x < at.x + width && y >= at.y && y < at.y + height;
}
