import { buildRegistry } from '../../schedulers/index.ts';
import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import { type ImageConfig, type StrategyName, strategyNames } from '../../src/model/image-config.ts';
import type { Scheduler } from '../../src/model/scheduler.ts';
import { type Candidate, place } from '../../src/placement/place.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { median, percentile } from '../statistics.ts';
import { buildFleet, type FleetSize } from './fleet.ts';
import { type BenchType, requestsFor, types } from './requests.ts';

export interface PlaceOptions {
  readonly size: FleetSize;
  /** Placements of each scheduler type with each strategy. */
  readonly n: number;
}

/** One scheduler type with one strategy, and the requests to measure it with. */
interface Cell {
  readonly type: BenchType;
  readonly strategy: StrategyName;
  readonly schedulers: readonly Scheduler[];
  readonly requests: readonly ImageConfig[];
}

const targetMs = 1;

/**
 * How long a decision takes: `place()` and taking its best candidate. Its peer is a loop that looks at each engine once
 * and decides nothing, and its target a limit. Every cell is warmed up before the first is measured, so that the
 * compiler knows all schedulers, as in a server.
 */
export async function measurePlace({ size, n }: PlaceOptions, progress: Progress): Promise<Figure[]> {
  progress.say(`${size.engines} engines with ${size.containers} containers in memory`);
  const engines = buildFleet(size);
  const cells = cellsFor(engines, Math.min(n, 100));
  for (const cell of cells) await measure(cell, engines, Math.min(n, 200), progress);
  const figures: Figure[] = [];
  for (const cell of cells) {
    progress.say(`type ${cell.type}, strategy ${cell.strategy}`);
    figures.push(await measure(cell, engines, n, progress));
  }
  return figures;
}

function cellsFor(engines: readonly EngineSnapshot[], requestCount: number): Cell[] {
  const registry = buildRegistry();
  const ids = engines.map(({ id }) => id);
  return types.flatMap((type) => {
    const [schedulers, requests] = [schedulersFor(type, registry), requestsFor(type, ids, requestCount)];
    return strategyNames.map((strategy) => ({ type, strategy, schedulers, requests }));
  });
}

async function measure(
  { type, strategy, schedulers, requests }: Cell,
  engines: readonly EngineSnapshot[],
  n: number,
  progress: Progress,
): Promise<Figure> {
  const placing: number[] = [];
  const looking: number[] = [];
  let placed = 0;
  for (let turn = 0; turn < n; turn++) {
    const image = requests[turn % requests.length] as ImageConfig;
    looking.push(timed(() => countUp(engines)));
    placing.push(timed(() => (placed += best({ image, schedulers, strategy, engines, turn }) ? 1 : 0)));
    // Lets Ctrl-C through.
    if (turn % 100 === 0) await progress.breathe();
  }
  const p50Ms = median(placing);
  return {
    name: `place, ${type}, ${strategy}, p99`,
    unit: 'ms',
    value: percentile(placing, 99),
    target: targetMs,
    facts: {
      'p50 ms': p50Ms,
      'per second': (1000 * n) / placing.reduce((sum, each) => sum + each, 0),
      'x of a bare loop': p50Ms / median(looking),
      'placed %': (100 * placed) / n,
    },
  };
}

function best(request: Parameters<typeof place>[0]): Candidate | undefined {
  for (const candidate of place(request).candidates()) return candidate;
  return undefined;
}

function countUp(engines: readonly EngineSnapshot[]): number {
  let up = 0;
  for (const engine of engines) if (engine.status === 'ok') up++;
  return up;
}

function timed(action: () => void): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}
