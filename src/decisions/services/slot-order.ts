import { compareSlots, isFit, type ReplicaView } from './replica-view.ts';

/** What is known about the slots of a service. */
export interface SlotFacts {
  readonly replicas: readonly ReplicaView[];
  /** The service's template; see isFit. */
  readonly template: number;
  /** Slots for which a replica is being started. */
  readonly starting?: ReadonlySet<string> | undefined;
  /** Slots that wait before they are tried again, with their consecutive failures. */
  readonly waits: ReadonlyMap<string, { readonly failures: number }>;
  /** How full an engine is after this number of the service's replicas has left it. */
  readonly fullness: (engineId: string, departures: number) => number;
}

interface RankedSlot {
  readonly slot: string;
  readonly readiness: number;
  /** The creation time of its best replica. A slot without a replica counts as youngest. */
  readonly createdAt: number;
  /** Grows with `createdAt`; equal for replicas that were started together. */
  age: number;
  readonly engineId: string | undefined;
  fullness: number;
}

/** Replicas created with smaller gaps than this were started together, and count as equally old. */
const togetherMs = 5_000;

/** Higher values for slots that serve, lower ones for slots that may serve soon. */
const readiness = {
  ...{ settledFit: 7, settled: 6, unsettled: 5, failedLately: 4 },
  ...{ starting: 3, startingAgain: 2, unreachable: 1, none: 0 },
} as const;

/**
 * Chooses the slots of a service with `count` replicas: those in use, filled up with free numbers from 1. If too many
 * are in use, those of least worth are left out. Depends on the current state only, so every server chooses the same at
 * any time. Pure.
 */
export function chooseSlots(count: number, facts: SlotFacts): string[] {
  const numbered = (index: number) => String(index + 1);
  const regular = Array.from({ length: count }, (_, index) => numbered(index));
  const used = usedSlots(facts);
  const isRegular = new Set(regular);
  if (used.every((slot) => isRegular.has(slot))) return regular;
  if (used.length >= count)
    return orderSlots(used, facts, 'highest first')
      .slice(used.length - count)
      .sort(compareSlots);
  const chosen = new Set(used);
  for (let index = 0; chosen.size < count; index++) chosen.add(numbered(index));
  return [...chosen].sort(compareSlots);
}

/** Sorts slots by worth, the least first: the order in which replicas are removed or replaced. Pure. */
export function orderSlots(
  slots: readonly string[],
  facts: SlotFacts,
  ties: 'lowest first' | 'highest first' = 'lowest first',
): string[] {
  const bySlot = groupBySlot(facts.replicas.filter(isThere));
  const ranked = slots.map((slot) => rankSlot(slot, bySlot.get(slot) ?? [], facts));
  groupByAge(ranked);
  const sign = ties === 'lowest first' ? 1 : -1;
  const bySlotName = (a: RankedSlot, b: RankedSlot) => sign * compareSlots(a.slot, b.slot);
  const byAge = (a: RankedSlot, b: RankedSlot) => a.readiness - b.readiness || b.age - a.age;
  ranked.sort((a, b) => byAge(a, b) || bySlotName(a, b));
  // Each replica that leaves makes its engine emptier for the next.
  const departures = new Map<string, number>();
  for (const each of ranked) {
    if (each.engineId === undefined) continue;
    const before = departures.get(each.engineId) ?? 0;
    each.fullness = facts.fullness(each.engineId, before);
    departures.set(each.engineId, before + 1);
  }
  return ranked.sort((a, b) => byAge(a, b) || b.fullness - a.fullness || bySlotName(a, b)).map(({ slot }) => slot);
}

function groupByAge(ranked: readonly RankedSlot[]): void {
  let age = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const each of ranked.toSorted((a, b) => a.createdAt - b.createdAt)) {
    if (each.createdAt > last + togetherMs) age += 1;
    each.age = age;
    last = each.createdAt;
  }
}

export function groupBySlot(replicas: readonly ReplicaView[]): ReadonlyMap<string, readonly ReplicaView[]> {
  const groups = new Map<string, ReplicaView[]>();
  for (const replica of replicas) {
    const group = groups.get(replica.slot);
    if (group) group.push(replica);
    else groups.set(replica.slot, [replica]);
  }
  return groups;
}

function usedSlots({ replicas, starting = new Set(), waits }: SlotFacts): string[] {
  const used = new Set([...starting, ...waits.keys()]);
  for (const replica of replicas) if (isThere(replica)) used.add(replica.slot);
  return [...used];
}

function isThere({ state }: ReplicaView): boolean {
  return state !== 'retiring';
}

function rankSlot(slot: string, inSlot: readonly ReplicaView[], facts: SlotFacts): RankedSlot {
  const hasFailed = (facts.waits.get(slot)?.failures ?? 0) > 0;
  let best: ReplicaView | undefined;
  let most: number = facts.starting?.has(slot) ? startingOf(hasFailed) : readiness.none;
  for (const replica of inSlot) {
    const its = readinessOf(replica, facts.template, hasFailed);
    if (best && (its < most || (its === most && replica.createdAt >= best.createdAt))) continue;
    best = replica;
    most = Math.max(most, its);
  }
  const createdAt = best?.createdAt ?? Number.MAX_VALUE;
  return { slot, readiness: most, createdAt, age: 0, engineId: best?.engineId, fullness: 0 };
}

function readinessOf(replica: ReplicaView, template: number, hasFailed: boolean): number {
  if (replica.state === 'starting') return startingOf(hasFailed);
  if (replica.state === 'unreachable' || replica.state === 'moving') return readiness.unreachable;
  if (replica.state !== 'ready') return readiness.none;
  if (hasFailed) return readiness.failedLately;
  if (!replica.isSettled) return readiness.unsettled;
  return isFit(replica, template) ? readiness.settledFit : readiness.settled;
}

function startingOf(hasFailed: boolean): number {
  return hasFailed ? readiness.startingAgain : readiness.starting;
}
