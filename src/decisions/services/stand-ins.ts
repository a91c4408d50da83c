import type { ServiceRecord, ServiceStatus, SlotWait } from '../../model/service.ts';
import type { ReplicaView } from './replica-view.ts';

/** By slot, the template that last proved itself there, where that is another one than the service's stand-in. */
export type Proven = Readonly<Record<string, number>>;

type Known = Pick<ServiceStatus, 'rollout' | 'proven' | 'waiting'>;

/**
 * The template that an empty slot gets while no replica is exchanged: the one that last proved itself in that slot. Where
 * that fails again and again, it takes turns with the one that was last brought out whole.
 */
export function standInFor(slot: string, record: Pick<ServiceRecord, 'template'>, status: Known): number {
  const general = generalStandIn(record, status);
  const hasFailedAgain = isEven(status.waiting[slot]);
  return hasFailedAgain ? general : (status.proven?.[slot] ?? general);
}

/** What has proved itself by now, of the slots that are wanted. */
export function provenNow(
  record: Pick<ServiceRecord, 'template'>,
  status: Known,
  { slots, replicas }: { readonly slots: readonly string[]; readonly replicas: readonly ReplicaView[] },
): Proven {
  const general = generalStandIn(record, status);
  const settled = new Map<string, ReplicaView>();
  for (const each of replicas) {
    const known = settled.get(each.slot);
    // Generation 0 is of no template that the store knows.
    if (each.isSettled && each.generation > 0 && (!known || isLater(each, known))) settled.set(each.slot, each);
  }
  const entries = slots.flatMap((slot) => {
    const template = settled.get(slot)?.generation ?? status.proven?.[slot];
    return template === undefined || template === general ? [] : [[slot, template] as const];
  });
  return Object.fromEntries(entries);
}

/** Of the service: the last template that was brought out whole; the present one where none was. */
function generalStandIn({ template }: Pick<ServiceRecord, 'template'>, { rollout }: Known): number {
  return rollout?.stable?.template ?? template;
}

/** The second failure in a row, the fourth, and so on. */
function isEven(wait: SlotWait | undefined): boolean {
  return wait !== undefined && wait.failures > 0 && wait.failures % 2 === 0;
}

function isLater(a: ReplicaView, b: ReplicaView): boolean {
  return a.generation > b.generation || (a.generation === b.generation && a.copy > b.copy);
}
