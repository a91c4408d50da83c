import type { ReplicaView } from '../decisions/services/replica-view.ts';
import type { ServiceRecord } from '../model/service.ts';
import type { Explanation } from '../placement/explain.ts';
import type { Forecast, Landed, Place } from './rollout-plan.ts';
import type { WhatIf } from './what-if.ts';

/** A slot that wants a replica. */
export interface Vacancy {
  readonly slot: string;
  /** The one engine that is meant. */
  readonly onlyOn: string | undefined;
  /** What is exchanged for it. */
  readonly olds: readonly ReplicaView[];
}

/** The cluster as it would be, and how a replica that is there is taken away from it. */
export interface Practice {
  readonly whatIf: WhatIf;
  readonly release: (replica: ReplicaView) => void;
}

interface Named {
  readonly name: string;
  readonly record: ServiceRecord;
}

/**
 * Fills slots for practice, as `decide` and its budget would: empty ones at once, others so many at a time, of which one
 * that finds no place keeps its turn. Goes on while somebody finds one, for who leaves may make room.
 */
export function fillSlots(
  practice: Practice,
  service: Named,
  vacancies: readonly Vacancy[],
): Pick<Forecast, 'lands' | 'stranded' | 'behind'> {
  const { parallelism, order } = service.record.spec.update;
  const most = parallelism === 0 ? vacancies.length : parallelism;
  const lands: Landed[] = [];
  let empty: readonly Vacancy[] = vacancies.filter(({ olds }) => olds.length === 0);
  let queue: readonly Vacancy[] = vacancies.filter(({ olds }) => olds.length > 0);
  for (;;) {
    const found = lands.length;
    const unfilled = tryAll(practice, service, empty, lands);
    // Where one is stopped before its successor starts, a slot that stays empty counts as under way.
    const slotsInTurn = order === 'stop-first' ? Math.max(0, most - unfilled.length) : most;
    const unchanged = tryAll(practice, service, queue.slice(0, slotsInTurn), lands);
    const behind = queue.slice(slotsInTurn);
    if (lands.length === found) {
      const stranded = [...unfilled, ...unchanged].map(({ slot, refused }) => ({ slot, refused }));
      return { lands, stranded, behind: behind.flatMap(({ olds: [old] }) => (old ? [placeOf(old)] : [])) };
    }
    empty = unfilled;
    queue = [...unchanged, ...behind];
  }
}

export function placeOf({ slot, engineId }: ReplicaView): Place {
  return { slot, engine: engineId };
}

type Stranded = Vacancy & { readonly refused: Explanation };

/** Gives those that found no place. */
function tryAll(
  practice: Practice,
  { name, record }: Named,
  vacancies: readonly Vacancy[],
  lands: Landed[],
): readonly Stranded[] {
  const { image, update } = record.spec;
  // Whoever is displaced by a drain serves until its successor does, whatever the order.
  if (update.order === 'stop-first') releaseOlds(practice, vacancies, ({ isDisplaced }) => !isDisplaced);
  const landed: Vacancy[] = [];
  const stranded: Stranded[] = [];
  for (const vacancy of vacancies) {
    const { slot, onlyOn, olds } = vacancy;
    const replica = { service: name, slot, generation: record.template, copy: 1 };
    const landing = practice.whatIf.place(image, { replica, onlyOn });
    if ('refused' in landing) {
      stranded.push({ ...vacancy, ...landing });
      continue;
    }
    const [old] = olds;
    lands.push({ slot, ...landing, ...(old && { from: old.engineId }) });
    landed.push(vacancy);
  }
  releaseOlds(practice, landed, () => true);
  return stranded;
}

function releaseOlds(
  { release }: Practice,
  vacancies: readonly Vacancy[],
  isMeant: (old: ReplicaView) => boolean,
): void {
  for (const old of vacancies.flatMap(({ olds }) => olds.filter(isMeant))) release(old);
}
