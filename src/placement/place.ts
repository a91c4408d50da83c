import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { Fleet } from '../model/fleet.ts';
import type { ImageConfig, StrategyName } from '../model/image-config.ts';
import type { EngineCheck, Refusal, Scheduler } from '../model/scheduler.ts';
import { bestRows } from './best-rows.ts';
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
  /** How many candidates are wanted, `defaultLimit` unless said otherwise: each further one makes the decision dearer. */
  readonly limit?: number;
}

/** Who was refused by this many in a row decides anew, on what is known by then. */
const defaultLimit = 8;

export interface Candidate {
  readonly engine: EngineSnapshot;
  readonly score: number;
}

export interface EngineRefusal extends Refusal {
  readonly engine: EngineSnapshot;
}

/** Where an image config can go. */
export interface Placement {
  /** Best first; no more than the limit. */
  readonly candidates: readonly Candidate[];
  /** All that can, those beyond the limit included. */
  readonly candidateCount: number;
  readonly refusedCount: number;
  /** The first reason of each engine that cannot, by engine id; worked out when it is asked for. */
  refusals(): EngineRefusal[];
}

/** Decides where an image config can run. Pure: equal input gives equal output, whatever becomes of the fleet later. */
export function place(request: PlaceRequest): Placement {
  const { image, schedulers, fleet, isOpen, strategy, turn, limit = defaultLimit } = request;
  const { engines } = fleet;
  const excluded = scratchFor(fleet);
  for (const scheduler of schedulers) exclude(scheduler, image, fleet, excluded);
  const closedCount = isOpen ? close(engines, isOpen, excluded) : 0;
  const score = strategies[strategy];
  const ranking = { cpuMilli: Math.round((image.cpus ?? 0) * 1000), memoryMiB: image.memory ?? 0, turn };
  const { count, best } = bestRows(excluded, limit, (row) => score(fleet, ranking, row));
  return {
    candidates: best.map(({ row, score }) => ({ engine: engines[row] as EngineSnapshot, score })),
    candidateCount: count,
    refusedCount: engines.length - closedCount - count,
    refusals: () => refusalsOf(image, schedulers, isOpen ? engines.filter(isOpen) : engines),
  };
}

let scratch = new Uint8Array();

/** One array for all decisions, which follow each other: new ones at each would be ten megabytes a second to collect. */
function scratchFor({ unwell }: Fleet): Uint8Array {
  if (scratch.length !== unwell.length) scratch = new Uint8Array(unwell.length);
  scratch.set(unwell);
  return scratch;
}

/** Gives how many engines are out of the question. */
function close(
  engines: readonly EngineSnapshot[],
  isOpen: (engine: EngineSnapshot) => boolean,
  excluded: Uint8Array,
): number {
  let count = 0;
  for (const [row, engine] of engines.entries()) {
    if (isOpen(engine)) continue;
    excluded[row] = 1;
    count++;
  }
  return count;
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
