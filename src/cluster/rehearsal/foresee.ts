import type { Places, ServiceRecord } from '../../model/service.ts';
import type { Explanation } from '../../placement/explain.ts';
import type { Cluster } from '../cluster.ts';
import { groupBySlot } from '../services/decide.ts';
import { isFit, isOfUse, type ReplicaView } from '../services/replica-view.ts';
import { currentRollout } from '../services/rollout.ts';
import { nothingKnown, slotsOf, surveyReplicas } from '../services/survey.ts';
import { WhatIf } from './what-if.ts';

/** What a service would come to, slot by slot. */
export interface Forecast {
  /** Slots whose replica stays as it is. */
  readonly stays: readonly Place[];
  /** `from`: where the replica is that it takes the place of. */
  readonly lands: readonly (Place & { readonly from?: string })[];
  /** Slots for which there is no place. */
  readonly stranded: readonly { readonly slot: string; readonly refused: Explanation }[];
  /** Replicas that go and have no successor. */
  readonly gone: readonly Place[];
}

export interface Place {
  readonly slot: string;
  readonly engine: string;
}

/** A slot that wants a replica. */
interface Vacancy {
  readonly slot: string;
  /** The one engine that is meant. */
  readonly onlyOn: string | undefined;
  /** What is exchanged for it. */
  readonly olds: readonly ReplicaView[];
}

/**
 * What would become of a service with this record, on what is known now: the decisions that the converging loop would make
 * if everything that it starts did well, exchanges in their turn. Changes nothing. `places`: slots that are looked at
 * before the others, and on that one engine only.
 */
export function foresee(cluster: Cluster, name: string, record: ServiceRecord, places: Places = {}): Forecast {
  const status = cluster.mirror.serviceStatuses.get(name)?.value ?? nothingKnown;
  const now = Date.now();
  const views = surveyReplicas(cluster, name, { record, status, now });
  const { state } = currentRollout(record, status.rollout, new Date(now).toISOString());
  const isUpdating = !record.isPaused && state !== 'paused';
  const slots = slotsOf(cluster, record);
  const bySlot = groupBySlot(views.filter(isOfUse));
  const stays: Place[] = [];
  const vacancies: Vacancy[] = [];
  for (const slot of slots) {
    const olds = bySlot.get(slot) ?? [];
    const holder = holderOf(olds, record.template, isUpdating);
    if (holder) stays.push({ slot, engine: holder.engineId });
    else vacancies.push({ slot, onlyOn: record.spec.replicas === 'global' ? slot : places[slot], olds });
  }
  const wanted = new Set(slots);
  const surplus = views.filter((each) => isOfUse(each) && !wanted.has(each.slot));
  const gone = surplus.map(({ slot, engineId }) => ({ slot, engine: engineId }));
  if (vacancies.length === 0) return { stays, gone, lands: [], stranded: [] };
  const whatIf = new WhatIf(cluster);
  for (const { id } of [...surplus, ...views.filter((each) => !isOfUse(each))]) whatIf.release(id);
  const isPlanned = ({ slot }: Vacancy) => places[slot] !== undefined;
  const inTurn = [...vacancies.filter(isPlanned), ...vacancies.filter((each) => !isPlanned(each))];
  return { stays, gone, ...fill(whatIf, { name, record }, inTurn) };
}

/** As `decide` has it. */
function holderOf(olds: readonly ReplicaView[], template: number, isUpdating: boolean): ReplicaView | undefined {
  return olds.find((each) => isFit(each, template) || (!isUpdating && !each.isDisplaced));
}

interface Named {
  readonly name: string;
  readonly record: ServiceRecord;
}

/** Whoever finds no place is tried again once others have left theirs. */
function fill(whatIf: WhatIf, service: Named, vacancies: readonly Vacancy[]): Pick<Forecast, 'lands' | 'stranded'> {
  const lands: Landed[] = [];
  for (let left = vacancies; ; ) {
    const stranded = fillOnce(whatIf, service, left, lands);
    if (stranded.length === 0 || stranded.length === left.length) {
      return { lands, stranded: stranded.map(({ slot, refused }) => ({ slot, refused })) };
    }
    left = stranded;
  }
}

type Landed = Forecast['lands'][number];
type Stranded = Vacancy & { readonly refused: Explanation };

function fillOnce(whatIf: WhatIf, { name, record }: Named, vacancies: readonly Vacancy[], lands: Landed[]): Stranded[] {
  const { image, update } = record.spec;
  const stranded: Stranded[] = [];
  for (const group of together(vacancies, update.parallelism)) {
    // Whoever is displaced by a drain serves until its successor does, whatever the order.
    if (update.order === 'stop-first') release(whatIf, group, ({ isDisplaced }) => !isDisplaced);
    const landed: Vacancy[] = [];
    for (const vacancy of group) {
      const { slot, onlyOn, olds } = vacancy;
      const replica = { service: name, slot, generation: record.template, copy: 1 };
      const landing = whatIf.place(image, { replica, onlyOn });
      if ('refused' in landing) {
        stranded.push({ ...vacancy, ...landing });
        continue;
      }
      const [old] = olds;
      lands.push({ slot, ...landing, ...(old && { from: old.engineId }) });
      landed.push(vacancy);
    }
    release(whatIf, landed, () => true);
  }
  return stranded;
}

function release(whatIf: WhatIf, vacancies: readonly Vacancy[], isMeant: (old: ReplicaView) => boolean): void {
  for (const { id } of vacancies.flatMap(({ olds }) => olds.filter(isMeant))) whatIf.release(id);
}

/** Empty slots are filled at once, others so many at a time. */
function* together(vacancies: readonly Vacancy[], parallelism: number): Generator<readonly Vacancy[]> {
  yield vacancies.filter(({ olds }) => olds.length === 0);
  const exchanges = vacancies.filter(({ olds }) => olds.length > 0);
  const size = parallelism === 0 ? exchanges.length : parallelism;
  for (let first = 0; first < exchanges.length; first += size) yield exchanges.slice(first, first + size);
}
