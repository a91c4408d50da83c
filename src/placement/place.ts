import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { Fleet } from '../model/fleet.ts';
import type { ImageConfig, StrategyName } from '../model/image-config.ts';
import type { EngineCheck, Refusal, Scheduler } from '../model/scheduler.ts';
import { bestFirst } from './best-first.ts';
import { strategies } from './strategies.ts';

export interface PlaceRequest {
  readonly image: ImageConfig;
  readonly schedulers: readonly Scheduler[];
  readonly strategy: StrategyName;
  readonly fleet: Fleet;
  /** Counts placements; see strategies.ts. */
  readonly turn: number;
  /** Engines that are out of the question from the start; they are neither candidates nor refused. */
  readonly isOpen?: ((engine: EngineSnapshot) => boolean) | undefined;
}

export interface Candidate {
  readonly engine: EngineSnapshot;
  readonly score: number;
}

export interface EngineRefusal extends Refusal {
  readonly engine: EngineSnapshot;
}

/** Where an image config can go. What costs time at size is worked out when it is asked for. */
export interface Placement {
  readonly candidateCount: number;
  readonly refusedCount: number;
  /** Best first. */
  candidates(): Iterable<Candidate>;
  /** The first reason of each engine that cannot, by engine id. */
  refusals(): EngineRefusal[];
}

/** Decides where an image config can run. Pure: equal input gives equal output, whatever becomes of the fleet later. */
export function place(request: PlaceRequest): Placement {
  const { image, schedulers, fleet, isOpen } = request;
  const { engines } = fleet;
  const excluded = fleet.unwell.slice();
  for (const scheduler of schedulers) exclude(scheduler, image, fleet, excluded);
  let closedCount = 0;
  if (isOpen) {
    for (const [row, engine] of engines.entries()) {
      if (isOpen(engine)) continue;
      excluded[row] = 1;
      closedCount++;
    }
  }
  const scores = new Float64Array(engines.length);
  const candidateCount = scoreRows(request, excluded, scores);
  return {
    candidateCount,
    refusedCount: engines.length - closedCount - candidateCount,
    *candidates() {
      for (const row of bestFirst(scores, excluded)) {
        yield { engine: engines[row] as EngineSnapshot, score: scores[row] as number };
      }
    },
    refusals: () => refusalsOf(image, schedulers, isOpen ? engines.filter(isOpen) : engines),
  };
}

/** By columns where the scheduler can, otherwise engine by engine. */
function exclude(scheduler: Scheduler, image: ImageConfig, fleet: Fleet, excluded: Uint8Array): void {
  if (scheduler.exclude) {
    scheduler.exclude(image, fleet, excluded);
    return;
  }
  const check = scheduler.prepare(image);
  if (!check) return;
  for (const [row, engine] of fleet.engines.entries()) if (excluded[row] === 0 && check(engine)) excluded[row] = 1;
}

/** Writes the score of each row that is left, and gives how many there are. */
function scoreRows({ image, strategy, fleet, turn }: PlaceRequest, excluded: Uint8Array, scores: Float64Array): number {
  const score = strategies[strategy];
  const ranking = { cpuMilli: Math.round((image.cpus ?? 0) * 1000), memoryMiB: image.memory ?? 0, turn };
  let count = 0;
  for (let row = 0; row < scores.length; row++) {
    if (excluded[row] !== 0) continue;
    scores[row] = score(fleet, ranking, row);
    count++;
  }
  return count;
}

function refusalsOf(
  image: ImageConfig,
  schedulers: readonly Scheduler[],
  engines: readonly EngineSnapshot[],
): EngineRefusal[] {
  const checks = schedulers.map((each) => each.prepare(image)).filter((check) => check !== undefined);
  return engines.flatMap((engine) => {
    const refusal = refusalOf(engine, checks);
    return refusal ? [{ ...refusal, engine }] : [];
  });
}

function refusalOf(engine: EngineSnapshot, checks: readonly EngineCheck[]): Refusal | undefined {
  if (engine.status !== 'ok') return { code: `engine_${engine.status}`, message: `the engine is ${engine.status}` };
  for (const check of checks) {
    const refusal = check(engine);
    if (refusal) return refusal;
  }
  return undefined;
}
