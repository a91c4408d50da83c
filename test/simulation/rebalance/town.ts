import { buildRegistry } from '../../../schedulers/index.ts';
import type { EngineSnapshot } from '../../../src/model/engine-snapshot.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import type { PlannedMove } from '../../../src/model/rebalance.ts';
import type { Movable } from '../../../src/simulation/rebalance/movable.ts';
import { type MovePlan, planMoves } from '../../../src/simulation/rebalance/plan-moves.ts';
import { type DecisionRules, Simulation } from '../../../src/simulation/simulation.ts';
import { PlacementCounter } from '../../../src/state/placement-counter.ts';
import { imageConfig, type SnapshotChanges, snapshot } from '../../placement/engines.ts';

const rules: DecisionRules = {
  registry: buildRegistry(),
  placementCounter: new PlacementCounter(),
  settings: { strategy: 'spread' },
};

export interface Town {
  readonly engines: readonly EngineSnapshot[];
  readonly movables: readonly Movable[];
}

/** One service: its image config, and the engine of each of its replicas. */
export interface Settlers {
  readonly image?: Partial<ImageConfig>;
  readonly on: readonly string[];
}

/** Services settled on engines, whatever a scheduler would have said; those that do not fit are left out. */
export function settle(
  engines: readonly SnapshotChanges[],
  services: Readonly<Record<string, Settlers>>,
  { isForced = true } = {},
): Town {
  const simulation = new Simulation(rules, engines.map(snapshot));
  const movables: Movable[] = [];
  for (const [service, { image, on }] of Object.entries(services)) {
    for (const [index, engineId] of on.entries()) {
      const slot = String(index + 1);
      const replica = { service, slot, generation: 1, copy: 1 };
      const movable = {
        name: `${service}.${slot}`,
        image: imageConfig({ type: 'label', ...image }),
        replica,
        engineId,
      };
      if (!isForced && !isAccepted(simulation, movable, engineId)) continue;
      simulation.put(engineId, movable);
      movables.push(movable);
    }
  }
  return { engines: simulation.engines, movables };
}

export function plan({ engines, movables }: Town): MovePlan {
  const planning = planMoves(rules, engines, movables);
  for (;;) {
    const { done, value } = planning.next();
    if (done) return value;
  }
}

/** The town once the moves were made one after the other; throws where an engine would not take what comes to it. */
export function makeMoves({ engines, movables }: Town, moves: readonly PlannedMove[]): Town {
  const simulation = new Simulation(rules, engines);
  const places = new Map(movables.map((each) => [each.name, each]));
  for (const { service, slot, from, to } of moves) {
    const movable = places.get(`${service}.${slot}`);
    if (movable?.engineId !== from) throw new Error(`${service}.${slot} is not on ${from}`);
    // Start-first: the one that goes is there until the other one is.
    if (!isAccepted(simulation, movable, to)) throw new Error(`${to} does not take ${movable.name}`);
    simulation.put(to, movable);
    simulation.take(from, movable.name);
    places.set(movable.name, { ...movable, engineId: to });
  }
  return { engines: simulation.engines, movables: [...places.values()] };
}

function isAccepted(simulation: Simulation, movable: Movable, engineId: string): boolean {
  const filter: NonNullable<Parameters<Simulation['decide']>[1]>['filter'] = (fleet, rows) => {
    rows.clear();
    rows.add(fleet.row(engineId) ?? -1);
  };
  return simulation.decide(movable, { filter }).candidateCount === 1;
}

/** `web.1 a>b`. */
export function movesOf({ moves }: MovePlan): string[] {
  return moves.map(({ service, slot, from, to }) => `${service}.${slot} ${from}>${to}`);
}

/** The replicas of a service on the engine that has most of them. */
export function mostTogether({ movables }: Town, service: string): number {
  const counts = new Map<string, number>();
  for (const { replica, engineId } of movables) {
    if (replica.service === service) counts.set(engineId, (counts.get(engineId) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}
