import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { ImageConfig, StrategyName } from '../model/image-config.ts';
import type { EngineCheck, Refusal, Scheduler } from '../model/scheduler.ts';
import { bestFirst } from './best-first.ts';
import { strategies } from './strategies.ts';

export interface PlaceRequest {
  readonly image: ImageConfig;
  readonly schedulers: readonly Scheduler[];
  readonly strategy: StrategyName;
  /** Sorted by id: that is the order among equal scores. */
  readonly engines: readonly EngineSnapshot[];
  /** Counts placements; see strategies.ts. */
  readonly turn: number;
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

/** Decides where an image config can run. Pure: equal input gives equal output. */
export function place({ image, schedulers, strategy, engines, turn }: PlaceRequest): Placement {
  const checks = schedulers.map((each) => each.prepare(image)).filter((check) => check !== undefined);
  const score = strategies[strategy];
  const ranking = {
    cpuMilli: Math.round((image.cpus ?? 0) * 1000),
    memoryMiB: image.memory ?? 0,
    turn,
    engineCount: engines.length,
  };
  const fitting: EngineSnapshot[] = [];
  const scores = new Float64Array(engines.length);
  for (const [index, engine] of engines.entries()) {
    if (refusalOf(engine, checks)) continue;
    scores[fitting.length] = score(engine, ranking, index);
    fitting.push(engine);
  }
  return {
    candidateCount: fitting.length,
    refusedCount: engines.length - fitting.length,
    *candidates() {
      for (const index of bestFirst(scores, fitting.length)) {
        yield { engine: fitting[index] as EngineSnapshot, score: scores[index] as number };
      }
    },
    refusals: () =>
      engines.flatMap((engine) => {
        const refusal = refusalOf(engine, checks);
        return refusal ? [{ ...refusal, engine }] : [];
      }),
  };
}

function refusalOf(engine: EngineSnapshot, checks: readonly EngineCheck[]): Refusal | undefined {
  if (engine.status !== 'ok') return { code: `engine_${engine.status}`, message: `the engine is ${engine.status}` };
  for (const check of checks) {
    const refusal = check(engine);
    if (refusal) return refusal;
  }
  return undefined;
}
