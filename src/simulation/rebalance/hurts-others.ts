import type { Penalties } from '../../placement/preferred.ts';
import { only } from '../../placement/row-filter.ts';
import type { Simulation } from '../simulation.ts';
import type { Movable } from './movable.ts';

/**
 * Whether a move violates a constraint of another service's replica about this one. Otherwise, two services could chase
 * each other forever.
 */
export function hurtsOthers(simulation: Simulation, movable: Movable, to: string, all: Iterable<Movable>): boolean {
  const { engineId: from, name } = movable;
  const others = neighbours(movable, to, all);
  const before = others.map((each) => unmetBy(simulation, each));
  const engines = [simulation.engine(from), simulation.engine(to)];
  simulation.take(from, name);
  simulation.put(to, movable);
  const after = others.map((each) => unmetBy(simulation, each));
  simulation.restore(engines);
  return others.some((_, index) => isWorse(before[index], after[index]));
}

/** Replicas with constraints on both engines; one represents all of its service on the engine. */
function neighbours({ engineId, replica }: Movable, to: string, all: Iterable<Movable>): Movable[] {
  const found = new Map<string, Movable>();
  for (const each of all) {
    if (!each.image.constraints || (each.engineId !== engineId && each.engineId !== to)) continue;
    if (each.replica.service !== replica.service) found.set(`${each.engineId} ${each.replica.service}`, each);
  }
  return [...found.values()];
}

/** Undefined: its engine would refuse it. */
function unmetBy(simulation: Simulation, movable: Movable): Penalties | undefined {
  const { engineId, name } = movable;
  const [here] = simulation.without(engineId, name, () => {
    return simulation.decide(movable, { filter: only(engineId) }).candidates;
  });
  return here && (here.penalties ?? {});
}

function isWorse(before: Penalties | undefined, after: Penalties | undefined): boolean {
  if (!before || !after) return before !== after;
  return Object.entries(after).some(([scheduler, penalty]) => penalty > (before[scheduler] ?? 0));
}
