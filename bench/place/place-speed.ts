import { placeNow } from '../../src/execution/place-now.ts';
import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import type { Candidate, Placement } from '../../src/placement/place.ts';
import type { Cluster } from '../../src/state/cluster.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { median, percentile } from '../statistics.ts';
import { type Cell, cellsFor } from './cells.ts';
import { Collections, type Stretch } from './collections.ts';
import { buildFleet, type Fleet, type FleetSize } from './fleet.ts';
import { loadStateCache, reserveOne } from './load-state-cache.ts';

export interface PlaceOptions {
  readonly size: FleetSize;
  /** Placements per scheduler type and strategy. */
  readonly n: number;
}

const targetUs = 50;
const changeTargetUs = 20;
const warmUpPlacements = 200;

/**
 * The duration of a decision: `place()` and its best candidate, through the server's own call. The peer is a loop that
 * visits each engine once and decides nothing; it also displaces CPU caches, like a server's other work. All cells are
 * warmed up before the first is measured, so that all schedulers are compiled, as in a server. Preemption by the kernel
 * (`preempted`) and garbage collections are counted, and are included in the figures.
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
  figures.push(bench.measureChanges(n));
  bench.stop();
  return figures;
}

class PlaceBench {
  readonly #fleet: Fleet;
  readonly #cluster: Cluster;
  readonly #progress: Progress;
  readonly #collections = new Collections();

  constructor(fleet: Fleet, progress: Progress) {
    this.#fleet = fleet;
    const settings = { strategy: 'binpack', overcommit: 1, leaseMs: 30_000, observeIntervalMs: 10_000 } as const;
    // The parts of a cluster that a decision needs.
    this.#cluster = { cache: loadStateCache(fleet), settings } as Cluster;
    this.#progress = progress;
  }

  stop(): void {
    this.#collections.stop();
  }

  async measure(cell: Cell, n: number): Promise<Figure> {
    const { cache } = this.#cluster;
    const engines = cache.snapshots();
    const placing: Measured[] = [];
    const looking: number[] = [];
    let placed = 0;
    for (let turn = 0; turn < n; turn++) {
      looking.push(elapsedUs(measured(() => countUp(engines))));
      if (cell.isAfterChange) this.#change(turn);
      const image = cell.images[turn % cell.images.length] as Cell['images'][0];
      const asked = { image, schedulers: cell.schedulers, turn };
      placing.push(measured(() => (placed += best(placeNow(this.#cluster, asked)) ? 1 : 0)));
      // Lets Ctrl-C through.
      if (turn % 100 === 0) await this.#progress.breathe();
    }
    const times = placing.map(elapsedUs);
    const p50Us = median(times);
    return {
      name: `${cell.name}, p99`,
      unit: 'µs',
      value: percentile(times, 99),
      target: targetUs,
      facts: {
        'p50 µs': p50Us,
        'p99 µs of CPU time': percentile(
          placing.map(({ cpuUs }) => cpuUs),
          99,
        ),
        preempted: placing.filter(({ isPreempted }) => isPreempted).length,
        'hit by a collection': await this.#collections.hits(placing),
        'per second': (1e6 * n) / times.reduce((sum, each) => sum + each, 0),
        'times a bare loop': p50Us / median(looking),
        'placed %': (100 * placed) / n,
      },
    };
  }

  /** The cost of a reservation before the next decision: the snapshot and the row of its engine are rebuilt. */
  measureChanges(n: number): Figure {
    const { cache } = this.#cluster;
    const times: number[] = [];
    for (let turn = 0; turn < n; turn++) {
      const change = measured(() => {
        this.#change(turn);
        cache.fleet();
      });
      times.push(elapsedUs(change));
    }
    return {
      name: 'a reservation taken in, p50',
      unit: 'µs',
      value: median(times),
      target: changeTargetUs,
      facts: { 'p99 µs': percentile(times, 99) },
    };
  }

  #change(turn: number): void {
    const { reservations } = this.#fleet;
    const like = reservations[(turn * 7919) % reservations.length];
    if (like) reserveOne(this.#cluster.cache, like, turn + 2);
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

interface Measured extends Stretch {
  /** Of all threads of this process. */
  readonly cpuUs: number;
  /** The kernel preempted this process. */
  readonly isPreempted: boolean;
}

function measured(action: () => void): Measured {
  const before = process.resourceUsage();
  const start = performance.now();
  action();
  const end = performance.now();
  const after = process.resourceUsage();
  return {
    start,
    end,
    cpuUs: after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime,
    isPreempted: after.involuntaryContextSwitches > before.involuntaryContextSwitches,
  };
}

function elapsedUs({ start, end }: Stretch): number {
  return (end - start) * 1000;
}
