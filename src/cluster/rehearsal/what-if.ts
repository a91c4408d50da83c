import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import type { Fleet } from '../../model/fleet.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { RowSet } from '../../model/row-set.ts';
import type { Replica } from '../../model/service.ts';
import { claimsOn } from '../../placement/claims.ts';
import { type Explanation, explain } from '../../placement/explain.ts';
import { FleetIndex } from '../../placement/fleet-index.ts';
import { schedulersFor } from '../../placement/schedulers-for.ts';
import { exchangeHolder } from '../../placement/snapshot.ts';
import type { Cluster } from '../cluster.ts';
import { placeNow, retainOnly } from '../plan-container.ts';

export type Landing =
  | { readonly engine: string }
  /** It would run nowhere, and why. */
  | { readonly refused: Explanation };

export interface WhatIfOptions {
  /** Which engines are taken to be gone. */
  readonly without?: (engineId: string) => boolean;
}

/** The cluster as it would be: containers can be placed there and taken away, one after the other, for practice. */
export class WhatIf {
  readonly #cluster: Cluster;
  readonly #fleet: FleetIndex;
  readonly #snapshots: Map<string, EngineSnapshot>;
  /** Of images that found no place since anything changed: a thousand replicas are refused for one set of reasons. */
  readonly #refused = new Map<ImageConfig, Explanation>();
  #turn: number;

  constructor(cluster: Cluster, { without = () => false }: WhatIfOptions = {}) {
    const left = cluster.mirror.snapshots().filter(({ id }) => !without(id));
    this.#cluster = cluster;
    this.#fleet = new FleetIndex(left);
    this.#snapshots = new Map(left.map((each) => [each.id, each]));
    this.#turn = cluster.turns.peek();
  }

  /** Where it would go, or whether to the engine that is meant; it is there from now on. */
  place(
    image: ImageConfig,
    { replica, onlyOn }: { readonly replica: Replica; readonly onlyOn?: string | undefined },
  ): Landing {
    const known = this.#refused.get(image);
    if (known && onlyOn === undefined) return { refused: known };
    const schedulers = schedulersFor(image.type, this.#cluster.registry);
    const { service, slot } = replica;
    const placement = placeNow(this.#cluster, {
      ...{ image, schedulers, service, fleet: this.#fleet, turn: this.#turn++, limit: 1 },
      leaveOut: onlyOn === undefined ? undefined : (fleet: Fleet, rows: RowSet) => retainOnly(onlyOn, fleet, rows),
    });
    const [best] = placement.candidates;
    if (!best) {
      const refused = explain(placement.refusals());
      if (onlyOn === undefined) this.#refused.set(image, refused);
      return { refused };
    }
    const before = this.#snapshots.get(best.engine.id) ?? best.engine;
    const claims = claimsOn(before, image, schedulers, replica);
    this.#put(exchangeHolder(before, undefined, { name: `${service}.${slot}`, claims }));
    return { engine: before.id };
  }

  /** Takes away what runs; nothing where it is gone already. */
  release(reservationId: string): void {
    const reservation = this.#cluster.mirror.record(reservationId)?.value;
    if (!reservation) return;
    const before = this.#snapshots.get(reservation.engineId);
    if (before?.holders.includes(reservation)) this.#put(exchangeHolder(before, reservation, undefined));
  }

  #put(after: EngineSnapshot): void {
    this.#snapshots.set(after.id, after);
    this.#fleet.replace([after]);
    this.#refused.clear();
  }
}
