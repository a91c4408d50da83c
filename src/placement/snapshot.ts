import { type ClaimSums, claimKeys } from '../model/claim.ts';
import { type EngineRecord, statusOf } from '../model/engine.ts';
import type { ClaimHolder, EngineSnapshot } from '../model/engine-snapshot.ts';

/** What a snapshot is made of. `overcommit` multiplies the CPUs that may be promised. */
export interface SnapshotParts {
  readonly engine: EngineRecord;
  readonly version: number;
  readonly holders: readonly ClaimHolder[];
  readonly images: ReadonlySet<string>;
  readonly overcommit: number;
}

export function snapshotEngine({ engine, version, holders, images, overcommit }: SnapshotParts): EngineSnapshot {
  const sums = sumClaims(holders);
  return Object.freeze({
    id: engine.id,
    addr: engine.addr,
    labels: engine.labels,
    status: statusOf(engine),
    version,
    cpuMilli: Math.floor(engine.cpus * 1000 * overcommit),
    memoryMiB: engine.memory,
    usedCpuMilli: sums.get(claimKeys.cpu) ?? 0,
    usedMemoryMiB: sums.get(claimKeys.memory) ?? 0,
    sums,
    images,
    holders,
  });
}

export function sumClaims(holders: readonly ClaimHolder[]): ClaimSums {
  const sums = new Map<string, number>();
  for (const { claims } of holders) {
    for (const { key, amount } of claims) sums.set(key, (sums.get(key) ?? 0) + amount);
  }
  return sums;
}
