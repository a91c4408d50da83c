import { text } from '../texts.ts';

export interface DrawnMove {
  /** What moves, like `web.1`. */
  readonly what: string;
  readonly from: string;
  /** Undefined: nowhere. */
  readonly to: string | undefined;
  readonly state: 'planned' | 'moving' | 'done' | 'failed';
  readonly why?: string;
}

/** In pixels of the drawing. */
const rowHeight = 28;
const width = 720;
const sideWidth = 270;

/** From the engines on the left to those on the right; and as sentences for whoever cannot see it. */
export function MovesDrawing({ moves }: { readonly moves: readonly DrawnMove[] }) {
  const sorted = [...moves].sort((a, b) => a.from.localeCompare(b.from) || a.what.localeCompare(b.what));
  const targets = [...new Set(sorted.map(({ to }) => to))].sort((a, b) => (a ?? '').localeCompare(b ?? ''));
  const arriving = targets.flatMap((to) => sorted.filter((each) => each.to === to));
  const height = rowHeight * Math.max(sorted.length, 1) + rowHeight;
  const middle = (row: number) => rowHeight * (row + 1.5);
  return (
    <figure class="moves">
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <text x="0" y={rowHeight * 0.6} class="head">
          {text('movesFrom')}
        </text>
        <text x={width - sideWidth} y={rowHeight * 0.6} class="head">
          {text('movesTo')}
        </text>
        {sorted.map((move, row) => {
          const end = arriving.indexOf(move);
          const [x1, x2, y1, y2] = [sideWidth, width - sideWidth, middle(row), middle(end)];
          return (
            <g key={`${move.what} ${move.from}`} class={move.to === undefined ? 'failed' : move.state}>
              <text x="0" y={y1 + 5}>
                {short(`${move.from}: ${move.what}`)}
              </text>
              <path d={`M ${x1} ${y1} C ${x1 + 60} ${y1}, ${x2 - 60} ${y2}, ${x2 - 8} ${y2}`} />
              <path class="tip" d={`M ${x2} ${y2} l -8 -5 v 10 z`} />
              <text x={width - sideWidth + 8} y={y2 + 5}>
                {short(move.to ?? text('nowhere'))}
              </text>
            </g>
          );
        })}
      </svg>
      <figcaption>
        <ul class="replicas">
          {sorted.map(({ what, from, to, state, why = '' }) => (
            <li key={`${what} ${from}`} class={to === undefined || state === 'failed' ? 'problem' : ''}>
              {what}: {from} → {to ?? text('nowhere')} ({text(`move_${state}`)}) {why}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

/** As much as there is room for: the whole name is below. */
function short(name: string): string {
  return name.length > 30 ? `${name.slice(0, 29)}…` : name;
}
