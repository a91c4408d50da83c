import { Budget } from './budget.ts';
import { isFit, type ReplicaView } from './replica-view.ts';
import type { Situation } from './situation.ts';
import { groupBySlot, orderSlots, type SlotFacts } from './slot-order.ts';

export interface Start {
  readonly slot: string;
  /** The template's. */
  readonly generation: number;
  readonly copy: number;
}

export interface Retirement {
  readonly replica: ReplicaView;
  readonly reason: string;
}

export interface Decision {
  readonly starts: readonly Start[];
  readonly retirements: readonly Retirement[];
  /** Every slot has its settled replica, and nothing else. */
  readonly isWhole: boolean;
}

/** How long an empty slot waits for what was there to be stopped and removed; it may hold the port that is wanted. */
const removalMs = 30_000;

/**
 * What to do next, slot by slot. Level-triggered: it looks at what is, and not at how it came about, so that it may be
 * asked at any time, and again. Pure.
 *
 * - A slot belongs to the latest copy that is of the template and ready; whatever else is in it goes.
 * - Replicas that failed go, and their slot is filled anew. Those on lost engines go once another took over.
 * - Replicas of another template are exchanged, so many at a time, those first that serve least; those that are to run
 *   elsewhere are, too, and never before their successor is there.
 */
export function decide(situation: Situation): Decision {
  const { record, replicas } = situation;
  const wanted = record.isRemoved ? [] : situation.slots;
  const bySlot = groupBySlot(replicas);
  const isWanted = new Set(wanted);
  const surplus = replicas.filter(({ slot, state }) => !isWanted.has(slot) && !isKept(state));
  const exchangeable = wanted.filter((slot) => !situation.held.has(slot));
  const budget = new Budget(situation, exchangeable, bySlot);
  const filled = new Map(
    exchangeOrder({ ...situation, template: record.template }, wanted).map((slot) => [
      slot,
      situation.held.has(slot)
        ? keep(situation, slot, bySlot.get(slot) ?? [], budget)
        : fill(situation, slot, bySlot.get(slot) ?? [], budget),
    ]),
  );
  const outcomes = wanted.flatMap((slot) => filled.get(slot) ?? []);
  const reason = record.isRemoved ? 'the service is removed' : 'scaled down';
  const retirements = [...surplus.map((replica) => ({ replica, reason })), ...outcomes.flatMap(({ retire }) => retire)];
  return {
    starts: outcomes.flatMap(({ start }) => (start ? [start] : [])),
    // What is being created is let be until it can be removed.
    retirements: retirements.filter(({ replica }) => replica.containerId !== undefined),
    isWhole: surplus.every(isOutOfTheWay) && outcomes.every(({ isWhole }) => isWhole),
  };
}

/** The budget is for those first that are worth least: it costs fewer that serve. */
export function exchangeOrder(facts: SlotFacts, slots: readonly string[]): readonly string[] {
  if (facts.replicas.every((each) => isFit(each, facts.template))) return slots;
  return orderSlots(slots, facts);
}

interface SlotOutcome {
  readonly start?: Start | undefined;
  readonly retire: readonly Retirement[];
  readonly isWhole: boolean;
}

/** As if nothing were updated, and without a start. The service is whole without it. */
function keep(situation: Situation, slot: string, inSlot: readonly ReplicaView[], budget: Budget): SlotOutcome {
  const { retire } = fill({ ...situation, isUpdating: false }, slot, inSlot, budget);
  return { retire, isWhole: true };
}

function fill(situation: Situation, slot: string, inSlot: readonly ReplicaView[], budget: Budget): SlotOutcome {
  const { record, isUpdating, standInFor, starting, now } = situation;
  const { template, spec } = record;
  if (situation.moving?.has(slot)) return { retire: [], isWhole: false };
  const live = inSlot.filter(({ state }) => !isKept(state));
  const failed = live.filter(({ state }) => state === 'failed');
  const usable = live.filter(({ state }) => state !== 'failed' && state !== 'lost').sort(laterFirst);
  // Before it goes it is found out how it ended.
  const retire: Retirement[] = failed.flatMap((replica) =>
    replica.reason ? [{ replica, reason: replica.reason }] : [],
  );
  const isOurs = (replica: ReplicaView) => isFit(replica, template);

  const serving = usable.filter(({ state, isDisplaced }) => state === 'ready' && !isDisplaced);
  // While nothing is exchanged, a replica of another template is as good, and no reason to keep two.
  const holder = serving.find(isOurs) ?? (isUpdating ? undefined : serving[0]);
  if (holder) {
    const others = live.filter((each) => each !== holder && each.state !== 'failed');
    const isLater = (each: ReplicaView) => isOurs(each) && laterFirst(each, holder) < 0;
    const behind = others.filter((each) => each.state === 'lost' || !isLater(each));
    // What serves goes on until the holder has proved itself.
    const going = behind.filter((each) => holder.isSettled || each.state !== 'ready' || isOurs(each));
    retire.push(...going.map((replica) => ({ replica, reason: reasonToGo(replica, holder) })));
    const isAlone = live.every((each) => each === holder || isOutOfTheWay(each));
    return { retire, isWhole: isOurs(holder) && holder.isSettled && isAlone };
  }
  if (starting.has(slot) || usable.some((each) => isOurs(each) && each.state === 'starting')) {
    return { retire, isWhole: false };
  }
  // It serves nobody yet and never will: however fast templates follow each other, one starts at a time.
  const stale = usable.filter((each) => each.state === 'starting' && each.generation !== template);
  if (isUpdating && stale.length > 0) {
    retire.push(...stale.map((replica) => ({ replica, reason: 'superseded' })));
    return { retire, isWhole: false };
  }
  const start = (generation: number): Start | undefined => {
    if ((situation.waits.get(slot)?.notBefore ?? 0) > now) return undefined;
    return { slot, generation, copy: Math.max(0, ...inSlot.map(({ copy }) => copy)) + 1 };
  };
  const [old] = usable;
  if (!old) {
    const isBlocked = inSlot.some((each) => each.isReachable && isOnItsWay(each, now)) || failed.length > 0;
    return { start: isBlocked ? undefined : start(isUpdating ? template : standInFor(slot)), retire, isWhole: false };
  }
  // One that is merely unreachable may come back: there is nothing else to say against it.
  if (isOurs(old) || !(isUpdating || old.isDisplaced) || !budget.take()) return { retire, isWhole: false };
  const successor = old.isDisplaced && !isUpdating ? old.generation : template;
  if (spec.update.order === 'start-first' || old.isDisplaced)
    return { start: start(successor), retire, isWhole: false };
  retire.push(...usable.map((replica) => ({ replica, reason: 'superseded' })));
  return { retire, isWhole: false };
}

/** It goes already, or when its move is over. */
function isKept(state: ReplicaView['state']): boolean {
  return state === 'retiring' || state === 'moving';
}

function isOnItsWay({ state, since = 0 }: ReplicaView, now: number): boolean {
  return state === 'retiring' && now < since + removalMs;
}

/** Nobody can remove it before its engine is back, nor has to: another took over. */
function isOutOfTheWay({ state, containerId }: ReplicaView): boolean {
  return state === 'lost' && containerId === undefined;
}

function reasonToGo(replica: ReplicaView, holder: ReplicaView): string {
  if (replica.state === 'lost') return `its engine was lost: ${replica.reason}`;
  if (replica.isDisplaced) return `it was moved to engine ${holder.engineId}`;
  return replica.generation === holder.generation ? 'there is a later copy of it' : 'superseded';
}

/** The later generation first, then the later copy; of equals, which there should be none, always the same. */
function laterFirst(a: ReplicaView, b: ReplicaView): number {
  return b.generation - a.generation || b.copy - a.copy || (a.id < b.id ? -1 : 1);
}
