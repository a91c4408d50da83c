import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Replica } from '../../model/service.ts';
import { claimsOn } from '../../placement/claims.ts';
import { type Explanation, explain } from '../../placement/explain.ts';
import { FleetIndex } from '../../placement/fleet-index.ts';
import { place } from '../../placement/place.ts';
import { schedulersFor } from '../../placement/schedulers-for.ts';
import { exchangeHolder } from '../../placement/snapshot.ts';
import type { Cluster } from '../cluster.ts';

export type Landing =
  | { readonly engine: string }
  /** It would run nowhere, and why. */
  | { readonly refused: Explanation };

/** The cluster as it would be without some engines: containers can be placed there one after the other, for practice. */
export class WhatIf {
  readonly #cluster: Cluster;
  readonly #fleet: FleetIndex;
  readonly #snapshots: Map<string, EngineSnapshot>;
  #turn: number;

  constructor(cluster: Cluster, { without }: { readonly without: (engineId: string) => boolean }) {
    const left = cluster.mirror.snapshots().filter(({ id }) => !without(id));
    this.#cluster = cluster;
    this.#fleet = new FleetIndex(left);
    this.#snapshots = new Map(left.map((each) => [each.id, each]));
    this.#turn = cluster.turns.peek();
  }

  /** Where it would go; it is there from now on. */
  place(image: ImageConfig, replica?: Replica): Landing {
    const { registry, settings } = this.#cluster;
    const schedulers = schedulersFor(image.type, registry);
    const strategy = image.strategy ?? settings.strategy;
    const placement = place({ image, schedulers, strategy, fleet: this.#fleet, turn: this.#turn++, limit: 1 });
    const [best] = placement.candidates;
    if (!best) return { refused: explain(placement.refusals()) };
    const before = this.#snapshots.get(best.engine.id) ?? best.engine;
    const claims = claimsOn(before, image, schedulers, replica);
    const after = exchangeHolder(before, undefined, { name: '', claims });
    this.#snapshots.set(after.id, after);
    this.#fleet.replace([after]);
    return { engine: after.id };
  }
}
