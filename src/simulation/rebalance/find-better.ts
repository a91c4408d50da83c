import { claimKeys } from '../../model/claim.ts';
import type { Candidate } from '../../placement/place.ts';
import { both, except, only, withMoreOf } from '../../placement/row-filter.ts';
import type { Simulation } from '../simulation.ts';
import { hurtsOthers } from './hurts-others.ts';
import type { Movable } from './movable.ts';

export interface Better {
  readonly to: string;
  readonly why: string;
  /** The replica's own schedulers prefer it; otherwise, it only improves the balance. */
  readonly isPreferred: boolean;
}

/** Why a replica must stay, or would gain nothing elsewhere: a stable code, and a phrase for people. */
export interface MoveBlocker {
  readonly code: string;
  readonly message: string;
}

/**
 * A move costs a start and a stop. It must improve the balance by two containers, or by a tenth of those on the engine.
 */
const worthContainers = 2;
const worthShare = 0.1;

/**
 * A better engine for a replica, judged by its own image config: first by its schedulers' preferences (fewer of the
 * service in a zone, a soft constraint), then, except with `binpack`, by the number of containers. A move that harms
 * another service does not count. `all`: the replicas of all services. `to`: only this engine. Undefined: it is best
 * where it is. Pure.
 */
export function findBetter(
  simulation: Simulation,
  movable: Movable,
  all: Iterable<Movable>,
  to?: string,
): Better | MoveBlocker | undefined {
  // Checked while the replica exists, because its successor starts before it is removed.
  const full = simulation.refusalByQuota(movable.image);
  const found = simulation.without(movable.engineId, movable.name, () => searchTargets(simulation, movable, to));
  if (full && isBetter(found))
    return { code: full.code, message: `its successor would start beside it, and ${full.message}` };
  if (!isBetter(found) || !hurtsOthers(simulation, movable, found.to, all)) return found;
  return { code: 'hurts_others', message: 'another service asked to be where it is, or where it would go not to be' };
}

function searchTargets(
  simulation: Simulation,
  movable: Movable,
  to: string | undefined,
): Better | MoveBlocker | undefined {
  const { engineId, image, replica } = movable;
  const [here] = simulation.decide(movable, { filter: only(engineId) }).candidates;
  if (!here) return { code: 'unfit', message: 'its own engine would not take it now' };
  const elsewhere = to === undefined ? except(engineId) : only(to);
  const isPacked = simulation.strategyOf(image) === 'binpack';
  // Strategies that depend on the turn would be random here.
  const strategy = isPacked ? 'binpack' : 'spread';
  const placement = simulation.decide(movable, { strategy, filter: elsewhere });
  const [best] = placement.candidates;
  if (!best) return noTargetReason(placement.rejections());
  if (best.failures)
    return { code: 'engine_fails', message: `engine ${best.engine.id} failed to start containers lately` };
  const score = compareScores(here, best);
  if (score.gain > 0) return { to: best.engine.id, why: score.why, isPreferred: true };
  if (score.gain < 0) return undefined;
  if (isPacked) return { code: 'binpack', message: 'its strategy is binpack, which fills engines' };
  // A better balance must not increase the number of replicas that one engine's loss affects.
  const others = here.engine.sums.get(claimKeys.service(replica.service)) ?? 0;
  const filter = both(elsewhere, withMoreOf(replica.service, others));
  const [evener] = simulation.decide(movable, { strategy, filter }).candidates;
  if (!evener || evener.failures || compareScores(here, evener).gain < 0) return undefined;
  const [containers, there] = [here.engine.holders.length + 1, evener.engine.holders.length];
  if (containers - there < Math.max(worthContainers, worthShare * containers)) return undefined;
  const why = `${containers} containers are on ${engineId}, ${there} on ${evener.engine.id}`;
  return { to: evener.engine.id, why, isPreferred: false };
}

export function isBetter(found: Better | MoveBlocker | undefined): found is Better {
  return found !== undefined && 'to' in found;
}

/** By the first scheduler that distinguishes the two. */
function compareScores(here: Candidate, there: Candidate): { readonly gain: number; readonly why: string } {
  for (const [scheduler, penalty] of Object.entries(here.penalties ?? {})) {
    const after = there.penalties?.[scheduler] ?? 0;
    const why = `the scheduler ${scheduler} ranks it higher: ${after} instead of ${penalty}, and less is better`;
    if (after !== penalty) return { gain: penalty - after, why };
  }
  return { gain: 0, why: '' };
}

function noTargetReason(rejections: readonly MoveBlocker[]): MoveBlocker {
  const isForPort = rejections.length > 0 && rejections.every(({ code }) => code === 'port_taken');
  if (isForPort) return { code: 'host_port', message: 'its host port is taken on every other engine' };
  return { code: 'no_room', message: 'no other engine can take it' };
}
