import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import type { PlannedMove } from '../../model/rebalance.ts';
import { type DecisionRules, Simulation } from '../simulation.ts';
import { type Better, findBetter, isBetter, type MoveBlocker } from './find-better.ts';
import type { Movable } from './movable.ts';

/** Further moves are left to another rebalance. */
const maximumMoves = 500;
/** Per replica, as others free capacity. Two zones, or a custom scheduler, could move it in circles. */
const maximumHops = 3;

export interface MovePlan {
  /** Each move assumes those before it. */
  readonly moves: readonly PlannedMove[];
  /** Replicas that stay, although they are not on their best engine. */
  readonly blocked: readonly { readonly movable: Movable; readonly blocker: MoveBlocker }[];
  /** The engines after all moves. */
  readonly after: readonly EngineSnapshot[];
}

/**
 * Plans moves until no replica has a better place, fullest engines first. Pure; a generator that yields after each
 * replica, so that the caller can do other work in between.
 *
 * Each move improves the preferences of a service or the balance, and harms no other. Therefore planning terminates,
 * and a repetition finds nothing.
 */
export function* planMoves(
  rules: DecisionRules,
  engines: readonly EngineSnapshot[],
  movables: readonly Movable[],
): Generator<undefined, MovePlan> {
  const planner = new Planner(new Simulation(rules, engines), movables);
  yield* planner.improve();
  return planner.plan();
}

class Planner {
  readonly #simulation: Simulation;
  readonly #moves: PlannedMove[] = [];
  readonly #blocked = new Map<string, { readonly movable: Movable; readonly blocker: MoveBlocker }>();
  /** The number of moves per slot. */
  readonly #hops = new Map<string, number>();
  /** The current engine per slot. */
  readonly #places: Map<string, Movable>;

  constructor(simulation: Simulation, movables: readonly Movable[]) {
    this.#simulation = simulation;
    this.#places = new Map([...movables].sort(inOrder).map((each) => [slotKey(each), each]));
  }

  plan(): MovePlan {
    return { moves: this.#moves, blocked: [...this.#blocked.values()], after: this.#simulation.engines };
  }

  /** Preferences come before balance, which would undo them; and moves may free capacity for others. */
  *improve(): Generator<undefined, void> {
    for (let isForAll = false; !this.#isFull(); ) {
      const before = this.#moves.length;
      this.#blocked.clear();
      yield* this.#pass(isForAll);
      const isQuiet = this.#moves.length === before;
      if (isQuiet && isForAll) return;
      isForAll = isQuiet;
    }
  }

  /** Judges each replica once. `isForAll`: also for balance. */
  *#pass(isForAll: boolean): Generator<undefined, void> {
    const open = byEngine(this.#places.values());
    while (open.size > 0 && !this.#isFull()) {
      const engineId = this.#fullest(open.keys());
      const [movable, ...others] = open.get(engineId) ?? [];
      if (!movable) {
        open.delete(engineId);
        continue;
      }
      const found = findBetter(this.#simulation, movable, this.#places.values());
      yield;
      if (isBetter(found) && (found.isPreferred || isForAll) && this.#hopsOf(movable) < maximumHops) {
        this.#move(movable, found);
        open.set(engineId, others);
        continue;
      }
      // Other replicas of its service on this engine are in the same situation.
      const isAlike = ({ replica }: Movable) => replica.service === movable.replica.service;
      const alike = [movable, ...others.filter(isAlike)];
      if (found && !isBetter(found))
        for (const each of alike) this.#blocked.set(slotKey(each), { movable: each, blocker: found });
      open.set(
        engineId,
        others.filter((each) => !isAlike(each)),
      );
    }
  }

  #move(movable: Movable, { to, why }: Better): void {
    const { engineId: from, name, replica } = movable;
    const { service, slot } = replica;
    this.#simulation.take(from, name);
    this.#simulation.put(to, movable);
    this.#moves.push({ service, slot, from, to, why });
    this.#hops.set(slotKey(movable), this.#hopsOf(movable) + 1);
    this.#places.set(slotKey(movable), { ...movable, engineId: to });
  }

  #fullest(engineIds: Iterable<string>): string {
    const count = (id: string) => this.#simulation.engine(id).holders.length;
    return [...engineIds].reduce((a, b) => ((count(b) - count(a) || (a < b ? -1 : 1)) > 0 ? b : a));
  }

  #hopsOf(movable: Movable): number {
    return this.#hops.get(slotKey(movable)) ?? 0;
  }

  #isFull(): boolean {
    return this.#moves.length >= maximumMoves;
  }
}

function byEngine(movables: Iterable<Movable>): Map<string, readonly Movable[]> {
  const groups = new Map<string, readonly Movable[]>();
  for (const each of movables) groups.set(each.engineId, [...(groups.get(each.engineId) ?? []), each]);
  return groups;
}

function inOrder(a: Movable, b: Movable): number {
  return slotKey(a) < slotKey(b) ? -1 : 1;
}

/** Sorts 2 before 10. */
function slotKey({ replica }: Movable): string {
  return `${replica.service} ${replica.slot.padStart(8, '0')}`;
}
