import { Budget } from './budget.ts';
import { isFit, type ReplicaView } from './replica-view.ts';
import type { Situation } from './situation.ts';
import { groupBySlot, orderSlots, type SlotFacts } from './slot-order.ts';

export interface Start {
  readonly slot: string;
  /** The template's generation. */
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
  /** Every slot has its settled replica, and there are no others. */
  readonly isWhole: boolean;
}

/** How long an empty slot waits for the removal of its old replica, which may hold the port that the new one needs. */
const removalMs = 30_000;

/**
 * Decides what to do next, slot by slot. Level-triggered: it depends on the current state only, so it can be repeated
 * at any time. Pure.
 *
 * - A slot belongs to the latest copy that has the template and is ready; all other replicas in it are retired.
 * - Failed replicas are retired and their slots filled again. Replicas on lost engines are retired once a successor is
 * ready.
 * - Replicas of another template are replaced, a limited number at a time, those that serve least first. Replicas that
 * must move to another engine are replaced, too, but never before their successor is ready.
 */
export function decide(situation: Situation): Decision {
  const { record, replicas } = situation;
  const desiredSlots = record.isRemoved ? [] : situation.slots;
  const bySlot = groupBySlot(replicas);
  const isSelected = new Set(desiredSlots);
  const surplus = replicas.filter(({ slot, state }) => !isSelected.has(slot) && !isKept(state));
  const exchangeable = desiredSlots.filter((slot) => !situation.held.has(slot));
  const budget = new Budget(situation, exchangeable, bySlot);
  const filled = new Map(
    exchangeOrder({ ...situation, template: record.template }, desiredSlots).map((slot) => [
      slot,
      situation.held.has(slot)
        ? keep(situation, slot, bySlot.get(slot) ?? [], budget)
        : fill(situation, slot, bySlot.get(slot) ?? [], budget),
    ]),
  );
  const outcomes = desiredSlots.flatMap((slot) => filled.get(slot) ?? []);
  const reason = record.isRemoved ? 'the service is removed' : 'scaled down';
  const retirements = [...surplus.map((replica) => ({ replica, reason })), ...outcomes.flatMap(({ retire }) => retire)];
  return {
    starts: outcomes.flatMap(({ start }) => (start ? [start] : [])),
    // A replica that is being created cannot be removed yet.
    retirements: retirements.filter(({ replica }) => replica.containerId !== undefined),
    isWhole: surplus.every(isReplacedOnLostEngine) && outcomes.every(({ isWhole }) => isWhole),
  };
}

/** Spends the budget on the slots of least worth first, so that fewer serving replicas are affected. */
export function exchangeOrder(facts: SlotFacts, slots: readonly string[]): readonly string[] {
  if (facts.replicas.every((each) => isFit(each, facts.template))) return slots;
  return orderSlots(slots, facts);
}

interface SlotOutcome {
  readonly start?: Start | undefined;
  readonly retire: readonly Retirement[];
  readonly isWhole: boolean;
}

/** Retires as if no update were active, and starts nothing. The service counts as whole without this slot. */
function keep(situation: Situation, slot: string, inSlot: readonly ReplicaView[], budget: Budget): SlotOutcome {
  const { retire } = fill({ ...situation, isUpdating: false }, slot, inSlot, budget);
  return { retire, isWhole: true };
}

function fill(situation: Situation, slot: string, inSlot: readonly ReplicaView[], budget: Budget): SlotOutcome {
  const { record, isUpdating, fallbackTemplate, starting, now } = situation;
  const { template, spec } = record;
  if (situation.moving?.has(slot)) return { retire: [], isWhole: false };
  const live = inSlot.filter(({ state }) => !isKept(state));
  const failed = live.filter(({ state }) => state === 'failed');
  const usable = live.filter(({ state }) => state !== 'failed' && state !== 'lost').sort(laterFirst);
  // A failed replica is kept until the reason of its failure is known.
  const retire: Retirement[] = failed.flatMap((replica) =>
    replica.reason ? [{ replica, reason: replica.reason }] : [],
  );
  const isOurs = (replica: ReplicaView) => isFit(replica, template);

  const serving = usable.filter(({ state, isDisplaced }) => state === 'ready' && !isDisplaced);
  // While no update is active, a replica of another template can hold the slot, so that there are not two.
  const holder = serving.find(isOurs) ?? (isUpdating ? undefined : serving[0]);
  if (holder) {
    const others = live.filter((each) => each !== holder && each.state !== 'failed');
    const isLater = (each: ReplicaView) => isOurs(each) && laterFirst(each, holder) < 0;
    const behind = others.filter((each) => each.state === 'lost' || !isLater(each));
    // Serving replicas stay until the holder is settled.
    const going = behind.filter((each) => holder.isSettled || each.state !== 'ready' || isOurs(each));
    retire.push(...going.map((replica) => ({ replica, reason: removalReason(replica, holder) })));
    const isAlone = live.every((each) => each === holder || isReplacedOnLostEngine(each));
    return { retire, isWhole: isOurs(holder) && holder.isSettled && isAlone };
  }
  if (starting.has(slot) || usable.some((each) => isOurs(each) && each.state === 'starting')) {
    return { retire, isWhole: false };
  }
  // It serves no client and never will. Only one start per slot is active, however fast templates follow each other.
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
    const isBlocked = inSlot.some((each) => each.isReachable && isBeingRemoved(each, now)) || failed.length > 0;
    return {
      start: isBlocked ? undefined : start(isUpdating ? template : fallbackTemplate(slot)),
      retire,
      isWhole: false,
    };
  }
  // A replica that is only unreachable may come back, so it is not replaced.
  if (isOurs(old) || !(isUpdating || old.isDisplaced) || !budget.take()) return { retire, isWhole: false };
  const successor = old.isDisplaced && !isUpdating ? old.generation : template;
  if (spec.update.order === 'start-first' || old.isDisplaced)
    return { start: start(successor), retire, isWhole: false };
  retire.push(...usable.map((replica) => ({ replica, reason: 'superseded' })));
  return { retire, isWhole: false };
}

/** It is already retiring, or held until its move is over. */
function isKept(state: ReplicaView['state']): boolean {
  return state === 'retiring' || state === 'moving';
}

function isBeingRemoved({ state, since = 0 }: ReplicaView, now: number): boolean {
  return state === 'retiring' && now < since + removalMs;
}

/** It cannot be removed before its engine is back, and need not be: its successor is ready. */
function isReplacedOnLostEngine({ state, containerId }: ReplicaView): boolean {
  return state === 'lost' && containerId === undefined;
}

function removalReason(replica: ReplicaView, holder: ReplicaView): string {
  if (replica.state === 'lost') return `its engine was lost: ${replica.reason}`;
  if (replica.isDisplaced) return `it was moved to engine ${holder.engineId}`;
  return replica.generation === holder.generation ? 'there is a later copy of it' : 'superseded';
}

/** Later generations first, then later copies. The id makes the order total. */
function laterFirst(a: ReplicaView, b: ReplicaView): number {
  return b.generation - a.generation || b.copy - a.copy || (a.id < b.id ? -1 : 1);
}
