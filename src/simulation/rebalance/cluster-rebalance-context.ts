import { nothingKnown, slotsOf, surveyReplicas } from '../../decisions/services/survey.ts';
import { presentWaits } from '../../decisions/services/waits.ts';
import { quotaClaims } from '../../model/project.ts';
import type { PlannedMove } from '../../model/rebalance.ts';
import type { SlotWait } from '../../model/service.ts';
import type { Explanation } from '../../placement/explain.ts';
import type { Cluster } from '../../state/cluster.ts';
import { Simulation } from '../simulation.ts';
import type { MoveProgress, RebalanceContext } from './advance.ts';
import { classifyReplicas } from './classify-replicas.ts';
import { findBetter, isBetter } from './find-better.ts';
import type { Movable } from './movable.ts';

/** The current cluster, for a rebalance; valid for one pass. */
export class ClusterRebalanceContext implements RebalanceContext {
  readonly #cluster: Cluster;
  #movables: readonly Movable[] | undefined;
  #simulation: Simulation | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  progressOf({ service, slot, from, to }: PlannedMove): MoveProgress {
    const { cache } = this.#cluster;
    const record = cache.services.get(service)?.value;
    const unwanted = { state: 'skipped', reason: 'the replica is not wanted any more' } as const;
    if (!record) return unwanted;
    const status = cache.serviceStatuses.get(service)?.value ?? nothingKnown;
    const views = surveyReplicas(this.#cluster, service, { record, status });
    const waits = new Map(Object.entries(presentWaits(status, record)));
    if (!slotsOf(this.#cluster, record, { replicas: views, waits }).includes(slot)) return unwanted;
    const inSlot = views.filter((each) => each.slot === slot);
    // A retiring replica keeps its claims until it is removed, which may take long on an unreachable engine.
    const isLeft = inSlot.every((each) => each.engineId !== from || (each.state === 'retiring' && !each.isReachable));
    if (isLeft && inSlot.some((each) => each.engineId === to && each.state === 'ready')) return { state: 'done' };
    const wait = status.waiting[slot];
    return wait ? { state: 'given up', reason: reasonOf(wait) } : { state: 'moving' };
  }

  objectionTo({ service, slot, from, to }: PlannedMove): string | undefined {
    const { cache } = this.#cluster;
    this.#movables ??= classifyReplicas(this.#cluster).movables;
    this.#simulation ??= new Simulation(this.#cluster, cache.snapshots());
    const movable = this.#movables.find(({ replica, engineId }) => {
      return replica.service === service && replica.slot === slot && engineId === from;
    });
    if (!movable) return `its replica is not on engine ${from} any more, or is being exchanged`;
    if (!cache.hasEngine(to)) return `engine ${to} was removed`;
    const found = findBetter(this.#simulation, movable, this.#movables, to);
    if (!isBetter(found)) {
      return found?.code === 'quota_exceeded' ? found.message : `engine ${to} would not be better any more`;
    }
    // Both replicas exist for a while, as with other moves that start now.
    this.#simulation.countQuota({ claims: quotaClaims(movable.image) }, 1);
    return undefined;
  }
}

/** The reason with those of all engines, if there is no capacity. */
function reasonOf({ code, message, details }: SlotWait): string {
  if (code !== 'unschedulable' || details === undefined) return message;
  return (details as Explanation).counts.map((each) => each.message).join('; ');
}
