import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { nameOf } from '../live-cluster.ts';
import { text } from '../texts.ts';
import type { HueOf } from './colours.ts';
import { drawMap, type Look, lookOf } from './draw-map.ts';
import type { Group } from './groups.ts';
import { cellSize, type Found, findAt, layoutOf, type MapLayout } from './map-layout.ts';

interface MapProps {
  readonly groups: readonly Group[];
  readonly hueOf: HueOf;
  readonly chosen: string | undefined;
  readonly choose: (id: string) => void;
}

/**
 * Engines as bins, drawn: for so many that elements would be slow. What is pointed at is said in words beneath, as it is for the keyboard: the
 * arrows go from one engine to the next, Page Up and Down from one container to the next. The table of containers has all of it as text.
 */
export function ClusterMap({ groups, hueOf, chosen, choose }: MapProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 800, height: 500 });
  const [pointed, setPointed] = useState<{ readonly engine: string; readonly container?: string }>();
  const [look, setLook] = useState<Look>();
  const layout = useMemo(() => layoutOf(groups, size.width), [groups, size.width]);
  const found = useMemo(() => findAgain(layout, pointed), [layout, pointed]);
  useEffect(() => {
    const { current: at } = box;
    if (!at) return;
    const sizes = new ResizeObserver(() => setSize({ width: at.clientWidth, height: at.clientHeight }));
    sizes.observe(at);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const dress = () => setLook(lookOf(at));
    dress();
    scheme.addEventListener('change', dress);
    return () => {
      sizes.disconnect();
      scheme.removeEventListener('change', dress);
    };
  }, []);
  useEffect(() => {
    const { current: at } = box;
    const { current: sheet } = canvas;
    const context = sheet?.getContext('2d');
    if (!at || !sheet || !context || !look) return;
    let frame = 0;
    const { width, height } = size;
    const ratio = devicePixelRatio;
    sheet.width = width * ratio;
    sheet.height = height * ratio;
    sheet.style.width = `${width}px`;
    sheet.style.height = `${height}px`;
    context.scale(ratio, ratio);
    const draw = () => {
      frame = 0;
      drawMap(context, { layout, hueOf, look, top: at.scrollTop, width, height, pointed: found, chosen });
    };
    const drawSoon = () => {
      frame ||= requestAnimationFrame(draw);
    };
    draw();
    at.addEventListener('scroll', drawSoon, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      at.removeEventListener('scroll', drawSoon);
    };
  }, [layout, hueOf, look, size, found, chosen]);
  const point = (next: Found | undefined) => {
    const engine = next?.cell.engine.id;
    const container = next?.block?.container.id;
    if (engine === pointed?.engine && container === pointed?.container) return;
    setPointed(engine === undefined ? undefined : { engine, ...(container !== undefined && { container }) });
  };
  const placeOf = ({ clientX, clientY }: MouseEvent) => {
    const { left = 0, top = 0 } = canvas.current?.getBoundingClientRect() ?? {};
    return findAt(layout, clientX - left, clientY - top + (box.current?.scrollTop ?? 0));
  };
  const press = (event: KeyboardEvent) => {
    const next = event.key === 'Enter' ? undefined : nextOf(layout, found, event.key);
    if (event.key === 'Enter' && found?.block) choose(found.block.container.id);
    else if (next === undefined) return;
    else {
      point(next);
      showIn(box.current, next);
    }
    event.preventDefault();
  };
  return (
    <>
      <div
        ref={box}
        class="map"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrows work in it.
        tabIndex={0}
        aria-label={text('mapLabel', { engines: layout.cells.length })}
        aria-describedby="map-pointed"
        onKeyDown={press}
        onPointerMove={(event) => point(placeOf(event))}
        onPointerLeave={() => point(undefined)}
        onClick={(event) => {
          const { block } = placeOf(event) ?? {};
          if (block) choose(block.container.id);
        }}
      >
        <div style={{ height: `${layout.height}px` }}>
          <canvas ref={canvas} />
        </div>
      </div>
      <p id="map-pointed" class="pointed" aria-live="polite">
        {found ? wordsOf(found) : text('mapHint')}
      </p>
    </>
  );
}

function wordsOf({ cell: { engine, containers, others = [] }, block }: Found): string {
  if (block) {
    const { container } = block;
    const { image, status, state, stale } = container;
    const label = `${nameOf(container)}: ${image.name}, ${status ?? state}, ${engine.id}, ${image.project ?? 'default'}`;
    return stale ? `${label} (${text('stale')})` : label;
  }
  const cpus = `${Math.round(10 * engine.reserved_cpus) / 10}/${engine.cpus}`;
  const memory = `${Math.round(engine.reserved_memory)}/${Math.round(engine.memory)} MB`;
  const words = { engine: engine.id, status: engine.status, cpus, memory, count: containers.length };
  const besides = others.length > 0 ? text('othersPointed', { count: others.length }) : '';
  return [text('enginePointed', words), besides, engine.labels.join(', '), engine.error ?? '']
    .filter((each) => each)
    .join('; ');
}

/** The same thing on another layout. */
function findAgain(layout: MapLayout, at: { engine: string; container?: string } | undefined): Found | undefined {
  const cell = at && layout.cells.find(({ engine }) => engine.id === at.engine);
  if (!cell) return undefined;
  const block = cell.blocks.find(({ container }) => container.id === at.container);
  return { cell, ...(block && { block }) };
}

function nextOf({ cells, columns }: MapLayout, found: Found | undefined, key: string): Found | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  };
  const step = steps[key];
  const [first] = cells;
  if (step !== undefined) {
    const at = found ? cells.indexOf(found.cell) + step : 0;
    const cell = cells[Math.max(0, Math.min(cells.length - 1, at))];
    return cell && { cell };
  }
  const turn = key === 'PageDown' ? 1 : key === 'PageUp' ? -1 : 0;
  const cell = found?.cell ?? first;
  if (turn === 0 || !cell) return undefined;
  const at = found?.block ? cell.blocks.indexOf(found.block) + turn : 0;
  const block = cell.blocks[Math.max(0, Math.min(cell.blocks.length - 1, at))];
  return { cell, ...(block && { block }) };
}

function showIn(box: HTMLElement | null, { cell }: Found): void {
  if (!box) return;
  if (cell.y < box.scrollTop) box.scrollTop = cell.y;
  const below = cell.y + cellSize.height - box.clientHeight;
  if (below > box.scrollTop) box.scrollTop = below;
}
