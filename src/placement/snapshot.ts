import { type ClaimSums, claimKeys } from '../model/claim.ts';
import { type EngineRecord, statusOf } from '../model/engine.ts';
import type { ClaimHolder, EngineSnapshot } from '../model/engine-snapshot.ts';

/** The sources of a snapshot. `overcommit` multiplies the schedulable CPUs. */
interface SnapshotParts {
  readonly engine: EngineRecord;
  readonly version: number;
  readonly holders: readonly ClaimHolder[];
  readonly images: ReadonlySet<string>;
  readonly overcommit: number;
  /** Default: 0. */
  readonly failures?: number;
  /** Default: none. */
  readonly external?: readonly ClaimHolder[];
}

/** A holder that was added, changed or removed. */
export interface HolderChange {
  readonly before: ClaimHolder | undefined;
  readonly now: ClaimHolder | undefined;
}

const nothing: ReadonlyMap<string, number> = new Map();

export function snapshotEngine({
  engine,
  version,
  holders,
  images,
  overcommit,
  failures = 0,
  external = [],
}: SnapshotParts): EngineSnapshot {
  const sums = sumClaims([...holders, ...external]);
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
    resources: engine.resources ? new Map(Object.entries(engine.resources)) : nothing,
    dockerApi: engine.daemon?.api,
    sums,
    images,
    failures,
    holders,
    external,
  });
}

/**
 * The snapshot after a change of one holder. Other holders are not visited: a hundred containers of one engine among
 * ten thousand are not in the CPU cache, and summing them takes longer than a decision.
 */
export function exchangeHolder(
  snapshot: EngineSnapshot,
  before: ClaimHolder | undefined,
  now: ClaimHolder | undefined,
): EngineSnapshot {
  return withHolders(snapshot, [{ before, now }], exchange(snapshot.holders, before, now));
}

/** The same for several changes: an engine may have ten thousand holders, which are copied only once. */
export function exchangeHolders(snapshot: EngineSnapshot, changes: readonly HolderChange[]): EngineSnapshot {
  const [first] = changes;
  if (first && changes.length === 1) return exchangeHolder(snapshot, first.before, first.now);
  const successors = new Map<ClaimHolder, ClaimHolder | undefined>();
  const added: ClaimHolder[] = [];
  for (const { before, now } of changes) {
    if (before) successors.set(before, now);
    else if (now) added.push(now);
    // It may have been present before.
    if (now) successors.delete(now);
  }
  const holders = new Set<ClaimHolder>();
  for (const holder of [...snapshot.holders, ...added]) {
    let last: ClaimHolder | undefined = holder;
    while (last && successors.has(last)) last = successors.get(last);
    if (last) holders.add(last);
  }
  return withHolders(snapshot, changes, [...holders]);
}

function withHolders(
  snapshot: EngineSnapshot,
  changes: readonly HolderChange[],
  holders: readonly ClaimHolder[],
): EngineSnapshot {
  const sums = new Map(snapshot.sums);
  for (const { before, now } of changes) {
    for (const { key, amount } of before?.claims ?? []) sums.set(key, (sums.get(key) ?? 0) - amount);
    for (const { key, amount } of now?.claims ?? []) sums.set(key, (sums.get(key) ?? 0) + amount);
  }
  for (const { before } of changes) {
    for (const { key } of before?.claims ?? []) if (sums.get(key) === 0) sums.delete(key);
  }
  return Object.freeze({
    ...snapshot,
    sums,
    usedCpuMilli: sums.get(claimKeys.cpu) ?? 0,
    usedMemoryMiB: sums.get(claimKeys.memory) ?? 0,
    holders,
  });
}

/** The new holder takes the position of the old one. */
function exchange(
  holders: readonly ClaimHolder[],
  before: ClaimHolder | undefined,
  now: ClaimHolder | undefined,
): readonly ClaimHolder[] {
  const index = before === undefined ? holders.length : holders.indexOf(before);
  const exchanged = holders.slice();
  exchanged.splice(index, 1, ...(now === undefined ? [] : [now]));
  return exchanged;
}

export function sumClaims(holders: readonly ClaimHolder[]): ClaimSums {
  const sums = new Map<string, number>();
  for (const { claims } of holders) {
    for (const { key, amount } of claims) sums.set(key, (sums.get(key) ?? 0) + amount);
  }
  return sums;
}
