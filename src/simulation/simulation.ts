import { keptForRouters } from '../decisions/domains/kept-for-routers.ts';
import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { SatsumaError } from '../model/errors.ts';
import type { ImageConfig, StrategyName } from '../model/image-config.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { Replica } from '../model/service.ts';
import { claimsOn } from '../placement/claims.ts';
import { type Explanation, explain } from '../placement/explain.ts';
import { FleetIndex } from '../placement/fleet-index.ts';
import { type Placement, type PlaceRequest, place } from '../placement/place.ts';
import type { RowFilter } from '../placement/row-filter.ts';
import { schedulersFor } from '../placement/schedulers-for.ts';
import { exchangeHolder } from '../placement/snapshot.ts';
import type { Cluster } from '../state/cluster.ts';
import { besideKnown } from '../state/containers/beside-known.ts';
import { QuotaSimulation } from './quota-simulation.ts';

type SimulatedPlacement =
  | { readonly engine: string }
  /** It would run nowhere, with the reasons. */
  | { readonly refused: Explanation };

/** Inputs of decisions besides the engines. `cache`: locates containers that others depend on. */
export type DecisionRules = Pick<Cluster, 'registry' | 'placementCounter'> &
  Partial<Pick<Cluster, 'cache'>> & {
    readonly settings: Pick<Cluster['settings'], 'strategy'>;
  };

/** An existing or hypothetical container. */
export interface Workload {
  /** The container's name, unique on its engine. */
  readonly name: string;
  readonly image: ImageConfig;
  readonly replica?: Replica | undefined;
}

/** Differences from a regular decision. */
type PlacementOverrides = Pick<PlaceRequest, 'filter'> & { readonly strategy?: StrategyName };

/** A simulated cluster, in which containers can be placed, moved and removed. */
export class Simulation {
  readonly #rules: DecisionRules;
  readonly #fleet: FleetIndex;
  readonly #quotas: QuotaSimulation;
  /** Explanations of unschedulable images since the last change: a thousand replicas share one. */
  readonly #refused = new Map<ImageConfig, Explanation>();
  #turn: number;

  /** `engines` must be sorted by id. */
  constructor(rules: DecisionRules, engines: readonly EngineSnapshot[]) {
    this.#rules = rules;
    this.#fleet = new FleetIndex(engines);
    this.#quotas = new QuotaSimulation(rules.cache);
    this.#turn = rules.placementCounter.peek();
  }

  /** The simulated engines, sorted by id. */
  get engines(): readonly EngineSnapshot[] {
    return this.#fleet.pages.all;
  }

  engine(id: string): EngineSnapshot {
    const row = this.#fleet.row(id);
    if (row === undefined) throw new Error(`no engine ${id} in this fleet`);
    return this.#fleet.engine(row);
  }

  /** Places the container on the best of the filtered engines. */
  place(
    image: ImageConfig,
    { replica, filter }: { readonly replica: Replica; readonly filter?: RowFilter | undefined },
  ): SimulatedPlacement {
    const known = this.#refused.get(image);
    if (known && !filter) return { refused: known };
    const quota = this.refusalByQuota(image);
    if (quota) {
      const { code, message } = quota;
      const refused = explain(this.engines.map((engine) => ({ engine, code, message })));
      this.#refused.set(image, refused);
      return { refused };
    }
    const placement = this.decide({ image, replica }, { filter });
    const [best] = placement.candidates;
    if (!best) {
      const refused = explain(placement.rejections());
      if (!filter) this.#refused.set(image, refused);
      return { refused };
    }
    this.put(best.engine.id, { name: `${replica.service}.${replica.slot}`, image, replica });
    return { engine: best.engine.id };
  }

  /** The placement, without changing anything. */
  decide({ image, replica }: Omit<Workload, 'name'>, { strategy, filter }: PlacementOverrides = {}): Placement {
    const { registry, cache } = this.#rules;
    const beside = cache && besideKnown({ cache }, image);
    const kept = cache && keptForRouters({ cache }, image);
    return place({
      image,
      schedulers: [...(beside ? [beside] : []), ...(kept ? [kept] : []), ...schedulersFor(image.type, registry)],
      strategy: strategy ?? this.strategyOf(image),
      fleet: this.#fleet,
      turn: this.#turn++,
      filter,
      service: replica?.service,
      limit: 1,
    });
  }

  strategyOf({ strategy }: Pick<ImageConfig, 'strategy'>): StrategyName {
    return strategy ?? this.#rules.settings.strategy;
  }

  put(engineId: string, { name, image, replica }: Workload): void {
    const before = this.engine(engineId);
    const claims = claimsOn(before, image, schedulersFor(image.type, this.#rules.registry), replica);
    this.restore([exchangeHolder(before, undefined, { name, claims })]);
  }

  take(engineId: string, name: string): void {
    const before = this.engine(engineId);
    const holder = before.holders.find((each) => each.name === name);
    if (holder) this.restore([exchangeHolder(before, holder, undefined)]);
  }

  /** The result of `ask` if the container did not exist. */
  without<T>(engineId: string, name: string, ask: () => T): T {
    const before = this.engine(engineId);
    this.take(engineId, name);
    const answer = ask();
    this.restore([before]);
    return answer;
  }

  /** `place` checks it by itself. */
  refusalByQuota(image: ImageConfig): SatsumaError | undefined {
    return this.#quotas.refusalOf(image);
  }

  /** Counts quota claims that are on no simulated engine, or in addition to it. */
  countQuota({ claims }: Pick<NewReservation, 'claims'>, times: 1 | -1): void {
    this.#quotas.add(claims, times);
    this.#refused.clear();
  }

  /** Replaces engines with an earlier or hypothetical state. */
  restore(engines: readonly EngineSnapshot[]): void {
    for (const engine of engines) this.#quotas.exchange(this.engine(engine.id).sums, engine.sums);
    this.#fleet.replace(engines);
    this.#refused.clear();
  }
}
