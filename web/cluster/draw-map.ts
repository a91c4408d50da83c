import type { HueOf } from './colours.ts';
import { blockHeight, cellSize, type Found, type MapLayout } from './map-layout.ts';

export interface Look {
  readonly text: string;
  readonly line: string;
  readonly soft: string;
  readonly grave: string;
  readonly isDark: boolean;
}

/** Colours of the page, as it is now: light or dark. */
export function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  // Of a custom property, a page is told what was written, and not which colour it is.
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  return {
    text: style.color,
    ...(isDark
      ? { line: '#444', soft: '#222', grave: '#ff8a80' }
      : { line: '#d0d0d0', soft: '#f4f4f4', grave: '#b00020' }),
    isDark,
  };
}

interface Drawn {
  readonly layout: MapLayout;
  readonly hueOf: HueOf;
  readonly look: Look;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly pointed: Found | undefined;
  readonly chosen: string | undefined;
}

const colours = new Map<string, string>();

function colourOf(hue: number | undefined, isDark: boolean): string {
  const key = `${hue} ${isDark}`;
  const known = colours.get(key);
  if (known !== undefined) return known;
  const colour =
    hue === undefined ? (isDark ? '#666' : '#aaa') : isDark ? `hsl(${hue} 50% 42%)` : `hsl(${hue} 55% 60%)`;
  colours.set(key, colour);
  return colour;
}

/** What is seen of the map from `top` on, and nothing else. */
export function drawMap(
  context: CanvasRenderingContext2D,
  { layout, hueOf, look, top, width, height, pointed, chosen }: Drawn,
): void {
  context.clearRect(0, 0, width, height);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.fillStyle = look.text;
  for (const { text, y } of layout.titles)
    if (y + 26 > top && y < top + height) context.fillText(text === '' ? '-' : text, 2, y - top + 13);
  for (const cell of layout.cells) {
    const y = cell.y - top;
    if (y + cellSize.height < 0 || y > height) continue;
    const { id, status, memory, reserved_memory: promised } = cell.engine;
    const isOk = status === 'ok';
    context.setLineDash(isOk ? [] : [4, 3]);
    context.strokeStyle = cell === pointed?.cell ? look.text : look.line;
    if (!isOk) {
      context.fillStyle = look.soft;
      context.fillRect(cell.x, y, cellSize.width, cellSize.height);
    }
    context.strokeRect(cell.x + 0.5, y + 0.5, cellSize.width - 1, cellSize.height - 1);
    context.fillStyle = isOk ? look.text : look.grave;
    context.fillText(id.length > 20 ? `${id.slice(0, 19)}…` : id, cell.x + cellSize.pad, y + 10, cellSize.width - 8);
    context.fillStyle = look.text;
    const share = memory > 0 ? Math.min(1, promised / memory) : 0;
    context.fillRect(cell.x + 1, y + cellSize.height - 3, (cellSize.width - 2) * share, 2);
    context.setLineDash([]);
    context.fillStyle = look.line;
    for (const { x, y: blockY, width: blockWidth } of cell.nameless)
      context.fillRect(x, blockY - top, blockWidth, blockHeight);
    for (const { container, x, y: blockY, width: blockWidth } of cell.blocks) {
      const colour = colourOf(hueOf(container), look.isDark);
      context.globalAlpha = container.stale ? 0.4 : 1;
      if (container.state === 'running') {
        context.fillStyle = colour;
        context.fillRect(x, blockY - top, blockWidth, blockHeight);
      } else {
        context.strokeStyle = colour;
        context.strokeRect(x + 0.5, blockY - top + 0.5, blockWidth - 1, blockHeight - 1);
      }
      context.globalAlpha = 1;
      if (container.id !== chosen && container !== pointed?.block?.container) continue;
      context.strokeStyle = look.text;
      context.strokeRect(x - 0.5, blockY - top - 0.5, blockWidth + 1, blockHeight + 1);
    }
  }
}
