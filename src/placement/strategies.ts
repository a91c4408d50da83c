import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { StrategyName } from '../model/image-config.ts';

/** What a score may depend on. `turn` counts placements: it moves `round-robin` on and seeds `random`. */
export interface Ranking {
  /** What is to be placed, in thousandths of a CPU and in MiB. */
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly turn: number;
  readonly engineCount: number;
}

/** Higher is better; equal scores go to the engine with the smaller id. `index`: the engine's place by id. */
export type Strategy = (engine: EngineSnapshot, ranking: Ranking, index: number) => number;

export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  /** The fullest engine that still has room. citadel's score: the mean of CPU and memory in percent, once placed. */
  binpack: percentUsed,
  /** The engine with the fewest containers; among equals the emptiest. */
  spread: (engine, ranking) => -engine.holders.length - percentUsed(engine, ranking) / 1000,
  /** One engine after the other, in the order of their ids. */
  'round-robin': (_engine, { turn, engineCount }, index) =>
    -((index - (turn % engineCount) + engineCount) % engineCount),
  random: (engine, { turn }) => hash(`${turn}/${engine.id}`),
};

function percentUsed(engine: EngineSnapshot, { cpuMilli, memoryMiB }: Ranking): number {
  const cpu = (engine.usedCpuMilli + cpuMilli) / engine.cpuMilli;
  const memory = (engine.usedMemoryMiB + memoryMiB) / engine.memoryMiB;
  return (cpu + memory) * 50;
}

/** FNV-1a with a final mix (Fowler, Noll, Vo; murmur3's finalizer): even over ids that differ in one digit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
