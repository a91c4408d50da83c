import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { Fleet } from '../model/fleet.ts';
import type { ImageConfig, StrategyName } from '../model/image-config.ts';
import { RowSet } from '../model/row-set.ts';
import type { EngineCheck, FilterRejection, Scheduler } from '../model/scheduler.ts';
import type { FleetIndex } from './fleet-index.ts';
import { type Penalties, type PreferredRows, preferred } from './preferred.ts';
import { strategies } from './strategies.ts';

export interface PlaceRequest {
  readonly image: ImageConfig;
  readonly schedulers: readonly Scheduler[];
  readonly strategy: StrategyName;
  readonly fleet: FleetIndex;
  /** The number of the placement; see strategies.ts. */
  readonly turn: number;
  /** Removes rows that are excluded from the start; they are neither candidates nor refused. */
  readonly filter?: ((fleet: Fleet, rows: RowSet) => void) | undefined;
  /** Engines that rank last, like engines with recent start failures. */
  readonly avoid?: readonly string[] | undefined;
  /** The service that the container belongs to. */
  readonly service?: string | undefined;
  /** The maximum number of candidates; default: `defaultLimit`. More make the decision slower. */
  readonly limit?: number;
}

/** After so many failures in a row, the caller decides again on current data. */
const defaultLimit = 8;

export interface Candidate {
  readonly engine: EngineSnapshot;
  /** The strategy's score; it ranks engines with equal penalties. */
  readonly score: number;
  /** The engine's penalties, by scheduler with a preference. */
  readonly penalties?: Penalties;
  /** Recent failed starts: the engine ranks after all engines without. */
  readonly failures?: number;
}

export interface EngineRejection extends FilterRejection {
  readonly engine: EngineSnapshot;
}

/** The engines for an image config. */
export interface Placement {
  /** Best first; at most the limit. */
  readonly candidates: readonly Candidate[];
  /** All feasible engines, including those beyond the limit. */
  readonly candidateCount: number;
  readonly refusedCount: number;
  /** The first reason of each refused engine, by engine id; computed on demand. */
  rejections(): EngineRejection[];
}

/**
 * Decides where an image config can run. Pure: equal input gives equal output, and later changes of the fleet do not
 * affect the result.
 */
export function place(request: PlaceRequest): Placement {
  const { image, schedulers, fleet, filter, strategy, turn, limit = defaultLimit } = request;
  const { pages } = fleet;
  const rows = everyRow(pages.length);
  filter?.(fleet, rows);
  const open = filter ? rows.clone() : undefined;
  rows.retain(fleet.wellRows);
  for (const scheduler of schedulers) exclude(scheduler, image, fleet, rows);
  const ask = { cpuMilli: Math.round((image.cpus ?? 0) * 1000), memoryMiB: image.memory ?? 0 };
  const candidateCount = rows.count();
  const candidates: Candidate[] = [];
  for (const group of inOrder(request, rows)) {
    const left = limit - candidates.length;
    const ranked = strategies[strategy]({ rows: group.rows, load: fleet.load, ask, turn, limit: left });
    for (const { row, score } of ranked) candidates.push(candidateOf(pages.at(row), score, group));
    if (candidates.length >= limit) break;
  }
  return {
    candidates,
    candidateCount,
    refusedCount: (open?.count() ?? pages.length) - candidateCount,
    rejections: () => rejectionsOf(image, schedulers, open ? pages.all.filter((_, row) => open.has(row)) : pages.all),
  };
}

/** Failing and avoided engines rank last, regardless of preferences and scores. */
function* inOrder(request: PlaceRequest, rows: RowSet): Generator<PreferredRows> {
  const { fleet, avoid = [] } = request;
  if (fleet.failingRows.isEmpty && avoid.length === 0) return yield* preferred(request, rows);
  const last = rows.shared(fleet.failingRows);
  for (const id of avoid) {
    const row = fleet.row(id);
    if (row !== undefined && rows.has(row)) last.add(row);
  }
  rows.subtract(last);
  if (rows.next(0) !== -1) yield* preferred(request, rows);
  if (last.next(0) !== -1) yield* preferred(request, last);
}

function candidateOf(engine: EngineSnapshot, score: number, { shown }: PreferredRows): Candidate {
  return { engine, score, ...shown, ...(engine.failures > 0 && { failures: engine.failures }) };
}

let scratch = new RowSet(0);

/** One set for all decisions, which are sequential and do not retain it. */
function everyRow(rowCount: number): RowSet {
  if (scratch.rowCount !== rowCount) scratch = new RowSet(rowCount);
  scratch.addAll();
  return scratch;
}

/** By row sets if the scheduler supports it, otherwise engine by engine. */
function exclude(scheduler: Scheduler, image: ImageConfig, fleet: FleetIndex, rows: RowSet): void {
  if (scheduler.exclude) {
    scheduler.exclude(image, fleet, rows);
    return;
  }
  const check = scheduler.prepare(image);
  if (!check) return;
  for (let row = rows.next(0); row !== -1; row = rows.next(row + 1)) {
    if (check(fleet.engine(row))) rows.delete(row);
  }
}

function rejectionsOf(
  image: ImageConfig,
  schedulers: readonly Scheduler[],
  engines: readonly EngineSnapshot[],
): EngineRejection[] {
  const checks = checksOf(image, schedulers);
  return engines.flatMap((engine) => {
    const rejection = rejectionOf(engine, checks);
    return rejection ? [{ ...rejection, engine }] : [];
  });
}

/** The checks that apply to the image config. */
export function checksOf(image: ImageConfig, schedulers: readonly Scheduler[]): readonly EngineCheck[] {
  return schedulers.map((each) => each.prepare(image)).filter((check) => check !== undefined);
}

/** Undefined: the engine can run it. */
export function rejectionOf(engine: EngineSnapshot, checks: readonly EngineCheck[]): FilterRejection | undefined {
  const byStatus = rejectionByStatus(engine);
  if (byStatus) return byStatus;
  for (const check of checks) {
    const rejection = check(engine);
    if (rejection) return rejection;
  }
  return undefined;
}

/** Nothing is placed on an engine that is not `ok`. */
export function rejectionByStatus({ status }: Pick<EngineSnapshot, 'status'>): FilterRejection | undefined {
  return status === 'ok' ? undefined : { code: `engine_${status}`, message: `the engine is ${status}` };
}
