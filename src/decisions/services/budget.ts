import { isFit, type ReplicaView } from './replica-view.ts';
import type { Situation } from './situation.ts';

/** Limits how many slots may be without a settled replica at the same time because of an update. */
export class Budget {
  #left: number;

  constructor(situation: Situation, slots: readonly string[], bySlot: ReadonlyMap<string, readonly ReplicaView[]>) {
    const { parallelism, delay } = situation.record.spec.update;
    const underWay = slots.filter((slot) => isUnderWay(situation, slot, bySlot.get(slot) ?? [])).length;
    const { template } = situation.record;
    const readySince = [...bySlot.values()].flat().map((each) => (isFit(each, template) && each.since) || 0);
    const isPausing = situation.now < Math.max(0, ...readySince) + delay * 1000;
    this.#left = isPausing ? 0 : (parallelism === 0 ? slots.length : parallelism) - underWay;
  }

  take(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }
}

function isUnderWay(situation: Situation, slot: string, inSlot: readonly ReplicaView[]): boolean {
  const { record, waits, starting, now } = situation;
  if (starting.has(slot)) return true;
  const fit = inSlot.filter((each) => isFit(each, record.template) && each.state !== 'retiring');
  if (fit.some(({ isSettled }) => isSettled)) return false;
  // Its old replica still serves: the update of this slot has not begun.
  if (fit.length === 0 && inSlot.some(({ state }) => state === 'ready')) return false;
  // The slot is empty and no engine has room. With start-first, other slots can be updated without loss.
  const isStuck = inSlot.length === 0 && (waits.get(slot)?.notBefore ?? 0) > now;
  return !(isStuck && record.spec.update.order === 'start-first');
}
