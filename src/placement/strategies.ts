import type { Fleet } from '../model/fleet.ts';
import type { StrategyName } from '../model/image-config.ts';

/** What a score may depend on. `turn` counts placements: it moves `round-robin` on and seeds `random`. */
export interface Ranking {
  /** What is to be placed, in thousandths of a CPU and in MiB. */
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly turn: number;
}

/** The score of a row; higher is better, and equal scores go to the smaller row. */
export type Strategy = (fleet: Fleet, ranking: Ranking, row: number) => number;

export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  /** The fullest engine that still has room. citadel's score: the mean of CPU and memory in percent, once placed. */
  binpack: percentUsed,
  /** The engine with the fewest containers; among equals the emptiest. */
  spread: (fleet, ranking, row) => -at(fleet.containers, row) - percentUsed(fleet, ranking, row) / 1000,
  /** One engine after the other, in the order of their ids. */
  'round-robin': ({ engines: { length } }, { turn }, row) => -((row - (turn % length) + length) % length),
  random: ({ idHash }, { turn }, row) => mix(at(idHash, row) ^ Math.imul(turn + 1, 0x9e3779b1)),
};

function percentUsed(fleet: Fleet, { cpuMilli, memoryMiB }: Ranking, row: number): number {
  const cpu = (at(fleet.usedCpuMilli, row) + cpuMilli) / at(fleet.cpuMilli, row);
  const memory = (at(fleet.usedMemoryMiB, row) + memoryMiB) / at(fleet.memoryMiB, row);
  return (cpu + memory) * 50;
}

/** Rows come from the fleet: there is a number in each. */
function at(column: Float64Array | Uint32Array, row: number): number {
  return column[row] as number;
}

/** murmur3's finalizer (Appleby): even over inputs that differ in one bit. */
function mix(input: number): number {
  let value = Math.imul(input ^ (input >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
