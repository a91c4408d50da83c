import type { Claim, ClaimSums } from './claim.ts';
import type { EngineStatus } from './engine.ts';

/** One engine as a decision sees it: frozen, and maybe already out of date. The ledger has the last word. */
export interface EngineSnapshot {
  readonly id: string;
  readonly addr: string;
  readonly labels: readonly string[];
  readonly status: EngineStatus;
  /** The version of the engine's record; the ledger refuses a claim made on another one. */
  readonly version: number;
  /** What may be promised, overcommit included. */
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly usedCpuMilli: number;
  readonly usedMemoryMiB: number;
  /** How much there is of what the operator counts. */
  readonly resources: ReadonlyMap<string, number>;
  /** The minor version of Docker's API that is spoken with it, once it is known. */
  readonly dockerApi?: number | undefined;
  /** Everything promised, by claim key. */
  readonly sums: ClaimSums;
  /** Canonical names of the images that are there. */
  readonly images: ReadonlySet<string>;
  /** Starts that failed there lately, for its own reasons, since it last started something. */
  readonly failures: number;
  /** Who holds what; read only to explain a refusal. */
  readonly holders: readonly ClaimHolder[];
  /** What holds something there and is no container on it: services of a swarm, whose ports every node binds. */
  readonly external: readonly ClaimHolder[];
}

export interface ClaimHolder {
  /** The container's name. */
  readonly name: string;
  readonly claims: readonly Claim[];
  /** It is being reserved, and may still be refused. */
  readonly isAssumed?: boolean;
}
