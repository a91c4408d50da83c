import type { Claim, ClaimSums } from './claim.ts';
import type { EngineStatus } from './engine.ts';
import { type ImageConfig, projectOf } from './image-config.ts';

/** One engine as input of a placement: frozen, and possibly out of date. The ledger decides. */
export interface EngineSnapshot {
  readonly id: string;
  readonly addr: string;
  readonly labels: readonly string[];
  readonly status: EngineStatus;
  /** The version of the engine's record. The ledger refuses claims that were made on another version. */
  readonly version: number;
  /** Schedulable capacity, including overcommit. */
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly usedCpuMilli: number;
  readonly usedMemoryMiB: number;
  /** Custom resources and their capacity. */
  readonly resources: ReadonlyMap<string, number>;
  /** The negotiated minor version of Docker's API, once it is known. */
  readonly dockerApi?: number | undefined;
  /** The sums of all claims, by claim key. */
  readonly sums: ClaimSums;
  /** Canonical names of the images on the engine. */
  readonly images: ReadonlySet<string>;
  /** Recent failed starts that were the engine's fault, since its last successful start. */
  readonly failures: number;
  /** The holders of the claims; used only to explain a refusal. */
  readonly holders: readonly ClaimHolder[];
  /** Holders that are not containers of the engine: Swarm services, whose ports every node binds. */
  readonly external: readonly ClaimHolder[];
}

export interface ClaimHolder {
  /** The container's name. */
  readonly name: string;
  readonly claims: readonly Claim[];
  /** The reservation is in progress, and may still be refused. */
  readonly isAssumed?: boolean;
  /** Tells its project. */
  readonly image?: Pick<ImageConfig, 'project'>;
  /** It was not started by Satsuma, and belongs to no project. */
  readonly isForeign?: boolean;
}

/** The containers on the engine that belong to the project. */
export function holdersOf({ holders }: EngineSnapshot, project: string): readonly ClaimHolder[] {
  return holders.filter(({ image, isForeign }) => image && !isForeign && projectOf(image) === project);
}
