import type { Cluster } from '../../src/cluster/cluster.ts';
import { placeNow } from '../../src/cluster/plan-container.ts';
import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import type { Candidate, Placement } from '../../src/placement/place.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { median, percentile } from '../statistics.ts';
import { type Cell, cellsFor } from './cells.ts';
import { buildFleet, type Fleet, type FleetSize } from './fleet.ts';
import { loadMirror, reserveOne } from './load-mirror.ts';

export interface PlaceOptions {
  readonly size: FleetSize;
  /** Placements of each scheduler type with each strategy. */
  readonly n: number;
}

const targetMs = 1;
const warmUpPlacements = 200;

/**
 * How long a decision takes: `place()` and taking its best candidate, through the call that the server makes. Its peer
 * is a loop that looks at each engine once and decides nothing. Every cell is warmed up before the first is measured,
 * so that the compiler knows all schedulers, as in a server.
 */
export async function measurePlace({ size, n }: PlaceOptions, progress: Progress): Promise<Figure[]> {
  progress.say(`${size.engines} engines with ${size.containers} containers in memory`);
  const fleet = buildFleet(size);
  const bench = new PlaceBench(fleet, progress);
  const cells = cellsFor(fleet.engines.map(({ id }) => id));
  for (const cell of cells) await bench.measure(cell, Math.min(n, warmUpPlacements));
  const figures: Figure[] = [];
  for (const cell of cells) {
    progress.say(cell.name);
    figures.push(await bench.measure(cell, n));
  }
  return figures;
}

class PlaceBench {
  readonly #fleet: Fleet;
  readonly #cluster: Cluster;
  readonly #progress: Progress;

  constructor(fleet: Fleet, progress: Progress) {
    this.#fleet = fleet;
    const settings = { strategy: 'binpack', overcommit: 1, leaseMs: 30_000, observeIntervalMs: 10_000 } as const;
    // What a decision needs of a cluster.
    this.#cluster = { mirror: loadMirror(fleet), settings } as Cluster;
    this.#progress = progress;
  }

  async measure(cell: Cell, n: number): Promise<Figure> {
    const { mirror } = this.#cluster;
    const placing: number[] = [];
    const undisturbed: number[] = [];
    const looking: number[] = [];
    let placed = 0;
    for (let turn = 0; turn < n; turn++) {
      const engines = mirror.snapshots();
      looking.push(timed(() => countUp(engines)));
      if (cell.isAfterChange) this.#change(turn);
      const image = cell.images[turn % cell.images.length] as Cell['images'][0];
      const switches = preemptions();
      const elapsedMs = timed(
        () => (placed += best(placeNow(this.#cluster, { image, schedulers: cell.schedulers, turn })) ? 1 : 0),
      );
      placing.push(elapsedMs);
      if (preemptions() === switches) undisturbed.push(elapsedMs);
      // Lets Ctrl-C through.
      if (turn % 100 === 0) await this.#progress.breathe();
    }
    const p50Ms = median(placing);
    return {
      name: `${cell.name}, p99`,
      unit: 'ms',
      value: percentile(placing, 99),
      target: targetMs,
      facts: {
        'p50 ms': p50Ms,
        'p99 ms unless preempted': percentile(undisturbed, 99),
        'per second': (1000 * n) / placing.reduce((sum, each) => sum + each, 0),
        'times a bare loop': p50Ms / median(looking),
        'placed %': (100 * placed) / n,
      },
    };
  }

  #change(turn: number): void {
    const { reservations } = this.#fleet;
    const like = reservations[(turn * 7919) % reservations.length];
    if (like) reserveOne(this.#cluster.mirror, like, turn + 2);
  }
}

function best(placement: Placement): Candidate | undefined {
  return placement.candidates[0];
}

function countUp(engines: readonly EngineSnapshot[]): number {
  let up = 0;
  for (const engine of engines) if (engine.status === 'ok') up++;
  return up;
}

/** How often the kernel took the CPU from this process for another one. */
function preemptions(): number {
  return process.resourceUsage().involuntaryContextSwitches;
}

function timed(action: () => void): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}
