import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import type { ImageConfig, StrategyName } from '../../src/model/image-config.ts';
import type { Scheduler } from '../../src/model/scheduler.ts';
import { plainPenalties } from './plain-penalties.ts';

interface PlainRequest {
  readonly image: ImageConfig;
  readonly schedulers: readonly Scheduler[];
  readonly strategy: StrategyName;
  /** Sorted by id. */
  readonly engines: readonly EngineSnapshot[];
  readonly isOpen: (engine: EngineSnapshot) => boolean;
  readonly avoid?: readonly string[];
  readonly service?: string | undefined;
  readonly turn: number;
  readonly limit: number;
}

export interface PlainPlacement {
  readonly candidates: readonly {
    readonly engine: EngineSnapshot;
    readonly score: number;
    readonly penalties?: Readonly<Record<string, number>>;
    readonly failures?: number;
  }[];
  readonly candidateCount: number;
  readonly refusedCount: number;
}

/** What place() means, engine by engine: check each, score each, sort all. Shares nothing with it but the schedulers. */
export function placePlainly(request: PlainRequest): PlainPlacement {
  const { engines, image, schedulers, strategy, isOpen, turn, limit } = request;
  const checks = schedulers.map((scheduler) => scheduler.prepare(image));
  const open = engines.filter(isOpen);
  const able = open.filter(
    (engine) => engine.status === 'ok' && checks.every((check) => check?.(engine) === undefined),
  );
  const rank = (some: readonly EngineSnapshot[]) =>
    strategy === 'random' ? drawAll(some, turn) : sortAll(some, scores[strategy], request);
  const isLast = ({ id, failures }: EngineSnapshot) => failures > 0 || request.avoid?.includes(id);
  const trusted = [able.filter((engine) => !isLast(engine)), able.filter(isLast)];
  const penaltiesOf = plainPenalties(image, request.service, engines);
  const scored = trusted.flatMap((some) => groupByScore(some, penaltiesOf));
  const ranked = scored.flatMap(({ some, penalties }) =>
    rank(some).map((each) => ({
      ...each,
      ...penalties,
      ...(each.engine.failures > 0 && { failures: each.engine.failures }),
    })),
  );
  return {
    candidates: ranked.slice(0, limit),
    candidateCount: able.length,
    refusedCount: open.length - able.length,
  };
}

type Penalties = ReturnType<ReturnType<typeof plainPenalties>>;

/** Those with the same penalty, the lowest penalty first. */
function groupByScore(able: readonly EngineSnapshot[], penaltiesOf: (engine: EngineSnapshot) => Penalties) {
  const order = ({ constraint = 0, spread = 0 }: Penalties) => constraint * 1_000_000 + spread;
  const judged = able.map((engine) => ({ engine, penalties: penaltiesOf(engine) }));
  const levels = [...new Set(judged.map(({ penalties }) => order(penalties)))].sort((a, b) => a - b);
  return levels.map((level) => {
    const group = judged.filter(({ penalties }) => order(penalties) === level);
    const penalties = group[0]?.penalties ?? {};
    const isNeutral = Object.keys(penalties).length === 0;
    return { some: group.map(({ engine }) => engine), penalties: isNeutral ? {} : { penalties } };
  });
}

type Ranked = PlainPlacement['candidates'];
type Score = (engine: EngineSnapshot, request: PlainRequest) => number;

function sortAll(able: readonly EngineSnapshot[], score: Score, request: PlainRequest): Ranked {
  return able
    .map((engine) => ({ engine, score: score(engine, request) }))
    .sort((a, b) => b.score - a.score || ties(a.engine, b.engine) || (a.engine.id < b.engine.id ? -1 : 1));

  function ties(a: EngineSnapshot, b: EngineSnapshot): number {
    return request.strategy === 'binpack' ? a.holders.length - b.holders.length : 0;
  }
}

const scores: Readonly<Record<Exclude<StrategyName, 'random'>, Score>> = {
  binpack: (engine, { image }) => percent(engine, image),
  spread: (engine, { image }) => -engine.holders.length - percent(engine, image) / 1000,
  'round-robin': (engine, { engines, turn }) =>
    -((engines.indexOf(engine) - (turn % engines.length) + engines.length) % engines.length),
};

/** Each draw takes one out of those that are left, by id. */
function drawAll(able: readonly EngineSnapshot[], turn: number): Ranked {
  const left = [...able];
  return able.flatMap((_, draw) => {
    const seed = Math.imul(turn + 1, 0x9e3779b1);
    return left.splice(murmur(seed ^ draw) % left.length, 1).map((engine) => ({ engine, score: -draw }));
  });
}

/** The mean of CPU and memory once placed; the same sums and products in the same order, so that the last bit agrees. */
function percent(engine: EngineSnapshot, { cpus = 0, memory = 0 }: ImageConfig): number {
  const perCpuMilli = engine.cpuMilli > 0 ? 50 / engine.cpuMilli : 0;
  const perMiB = engine.memoryMiB > 0 ? 50 / engine.memoryMiB : 0;
  const used = engine.usedCpuMilli * perCpuMilli + engine.usedMemoryMiB * perMiB;
  return used + Math.round(cpus * 1000) * perCpuMilli + memory * perMiB;
}

function murmur(input: number): number {
  let value = Math.imul(input ^ (input >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
