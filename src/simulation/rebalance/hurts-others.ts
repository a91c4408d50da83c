import type { Penalties } from '../../placement/preferred.ts';
import { only } from '../../placement/row-filter.ts';
import type { Simulation } from '../simulation.ts';
import type { Movable } from './movable.ts';

/**
 * Whether a move would cost a replica of another service something that it asked for: to be where this one is, or not to be.
 * Otherwise two services could follow each other for ever.
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

/** Who has constraints, which may be about others, on both engines; one of each service speaks for all that are there. */
function neighbours({ engineId, replica }: Movable, to: string, all: Iterable<Movable>): Movable[] {
  const found = new Map<string, Movable>();
  for (const each of all) {
    if (!each.image.constraints || (each.engineId !== engineId && each.engineId !== to)) continue;
    if (each.replica.service !== replica.service) found.set(`${each.engineId} ${each.replica.service}`, each);
  }
  return [...found.values()];
}

/** Undefined: its engine would not take it. */
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
