import type { ServiceRecord, ServiceStatus, SlotWait } from '../../model/service.ts';
import type { ReplicaView } from './replica-view.ts';

/** By slot: the template that last settled there, if it differs from the service's stable template. */
type SettledTemplates = Readonly<Record<string, number>>;

type Known = Pick<ServiceStatus, 'rollout' | 'proven' | 'waiting'>;

/**
 * The template for an empty slot while no update is active: the one that last settled in that slot. If that one fails
 * repeatedly, it alternates with the service's stable template.
 */
export function fallbackTemplate(slot: string, record: Pick<ServiceRecord, 'template'>, status: Known): number {
  const general = stableTemplate(record, status);
  const hasFailedAgain = isEven(status.waiting[slot]);
  return hasFailedAgain ? general : (status.proven?.[slot] ?? general);
}

/** The templates that have settled by now, for the desired slots. */
export function settledTemplates(
  record: Pick<ServiceRecord, 'template'>,
  status: Known,
  { slots, replicas }: { readonly slots: readonly string[]; readonly replicas: readonly ReplicaView[] },
): SettledTemplates {
  const general = stableTemplate(record, status);
  const settled = new Map<string, ReplicaView>();
  for (const each of replicas) {
    const known = settled.get(each.slot);
    // Generation 0 stands for a template that the store does not know.
    if (each.isSettled && each.generation > 0 && (!known || isLater(each, known))) settled.set(each.slot, each);
  }
  const entries = slots.flatMap((slot) => {
    const template = settled.get(slot)?.generation ?? status.proven?.[slot];
    return template === undefined || template === general ? [] : [[slot, template] as const];
  });
  return Object.fromEntries(entries);
}

/** For the whole service: the stable template, or the current one if there is none. */
function stableTemplate({ template }: Pick<ServiceRecord, 'template'>, { rollout }: Known): number {
  return rollout?.stable?.template ?? template;
}

/** The second consecutive failure, the fourth, and so on. */
function isEven(wait: SlotWait | undefined): boolean {
  return wait !== undefined && wait.failures > 0 && wait.failures % 2 === 0;
}

function isLater(a: ReplicaView, b: ReplicaView): boolean {
  return a.generation > b.generation || (a.generation === b.generation && a.copy > b.copy);
}
