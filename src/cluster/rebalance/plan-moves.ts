import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import type { PlannedMove } from '../../model/rebalance.ts';
import { type DecisionRules, WhatIf } from '../rehearsal/what-if.ts';
import { type Better, findBetter, type Hold, isBetter, type Movable } from './find-better.ts';

/** What is more waits for another rebalance. */
const maximumMoves = 500;

export interface MovePlan {
  /** Each makes sense once those before it are made. */
  readonly moves: readonly PlannedMove[];
  /** Replicas that stay although it is not for them being well where they are. */
  readonly held: readonly { readonly movable: Movable; readonly hold: Hold }[];
  /** The engines once everything is where it goes. */
  readonly after: readonly EngineSnapshot[];
}

/**
 * The moves after which no replica has a better place, fullest engines first. Pure; a generator, so that whoever plans for
 * thousands can do something else in between: it yields after each replica that it judged.
 *
 * Each move makes something more even and nothing else less so, and so it ends. Only a scheduler from outside may have a service
 * go round in circles: one that would go back to where it left stays.
 */
export function* planMoves(
  rules: DecisionRules,
  engines: readonly EngineSnapshot[],
  movables: readonly Movable[],
): Generator<undefined, MovePlan> {
  const restless = new Set<string>();
  for (;;) {
    const calm = movables.filter(({ replica }) => !restless.has(replica.service));
    const attempt = new Attempt(new WhatIf(rules, engines), calm);
    yield* attempt.passes();
    if (attempt.restless === undefined) {
      const hold = { code: 'restless', message: 'it would not stay where it went' };
      const chasing = movables.filter(({ replica }) => restless.has(replica.service));
      return { ...attempt.plan(), held: [...attempt.plan().held, ...chasing.map((movable) => ({ movable, hold }))] };
    }
    restless.add(attempt.restless);
  }
}

class Attempt {
  /** The service that would go back to where it left. */
  restless: string | undefined;
  readonly #whatIf: WhatIf;
  readonly #moves: PlannedMove[] = [];
  readonly #held = new Map<string, { readonly movable: Movable; readonly hold: Hold }>();
  /** The engines that each was on, by slot. */
  readonly #left = new Map<string, Set<string>>();
  /** Where each is by now, by slot. */
  readonly #places: Map<string, Movable>;

  constructor(whatIf: WhatIf, movables: readonly Movable[]) {
    this.#whatIf = whatIf;
    this.#places = new Map([...movables].sort(inOrder).map((each) => [slotKey(each), each]));
  }

  plan(): MovePlan {
    return { moves: this.#moves, held: [...this.#held.values()], after: this.#whatIf.engines };
  }

  /** A pass judges each replica once; what moved may have made room for others. */
  *passes(): Generator<undefined, void> {
    for (let before = -1; this.#moves.length > before && !this.#isOver(); ) {
      before = this.#moves.length;
      this.#held.clear();
      yield* this.#pass();
    }
  }

  *#pass(): Generator<undefined, void> {
    const open = byEngine(this.#places.values());
    while (open.size > 0 && !this.#isOver()) {
      const engineId = this.#fullest(open.keys());
      const [movable, ...others] = open.get(engineId) ?? [];
      if (!movable) {
        open.delete(engineId);
        continue;
      }
      const found = findBetter(this.#whatIf, movable, this.#places.values());
      yield;
      if (isBetter(found)) {
        this.#move(movable, found);
        open.set(engineId, others);
        continue;
      }
      // Those of its service that are there are in the same situation.
      const isAlike = ({ replica }: Movable) => replica.service === movable.replica.service;
      const alike = [movable, ...others.filter(isAlike)];
      if (found) for (const each of alike) this.#held.set(slotKey(each), { movable: each, hold: found });
      open.set(
        engineId,
        others.filter((each) => !isAlike(each)),
      );
    }
  }

  #move(movable: Movable, { to, why }: Better): void {
    const { engineId: from, name, replica } = movable;
    const { service, slot } = replica;
    const left = this.#left.get(slotKey(movable)) ?? new Set();
    if (left.has(to)) this.restless = service;
    this.#left.set(slotKey(movable), left.add(from));
    this.#whatIf.take(from, name);
    this.#whatIf.put(to, movable);
    this.#moves.push({ service, slot, from, to, why });
    this.#places.set(slotKey(movable), { ...movable, engineId: to });
  }

  #fullest(engineIds: Iterable<string>): string {
    const count = (id: string) => this.#whatIf.engine(id).holders.length;
    return [...engineIds].reduce((a, b) => ((count(b) - count(a) || (a < b ? -1 : 1)) > 0 ? b : a));
  }

  #isOver(): boolean {
    return this.restless !== undefined || this.#moves.length >= maximumMoves;
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
