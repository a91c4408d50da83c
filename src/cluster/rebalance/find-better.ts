import { claimKeys } from '../../model/claim.ts';
import type { Fleet } from '../../model/fleet.ts';
import type { RowSet } from '../../model/row-set.ts';
import type { Replica } from '../../model/service.ts';
import type { Candidate } from '../../placement/place.ts';
import type { Lodger, WhatIf } from '../rehearsal/what-if.ts';

/** A replica that nothing holds where it is. */
export interface Movable extends Lodger {
  readonly replica: Replica;
  readonly engineId: string;
}

export interface Better {
  readonly to: string;
  readonly why: string;
}

/** Why a replica has to stay where it is, or would gain nothing anywhere: a stable code, and a phrase for people. */
export interface Hold {
  readonly code: string;
  readonly message: string;
}

/** A move costs a start and a stop. It is worth that for two containers less than the engine has, or for a tenth of them. */
const worthContainers = 2;
const worthShare = 0.1;

/**
 * A better place for a replica, as its own image config judges: first by what its schedulers prefer (fewer of the service in a
 * zone, a soft constraint), and then, but for `binpack`, by how many containers there are. `to`: there or nowhere.
 * Undefined: it is well where it is. Pure.
 */
export function findBetter(whatIf: WhatIf, movable: Movable, to?: string): Better | Hold | undefined {
  const { engineId, name, image } = movable;
  return whatIf.without(engineId, name, () => {
    const elsewhere = to === undefined ? except(engineId) : only(to);
    const [here] = whatIf.decide(movable, { leaveOut: only(engineId) }).candidates;
    if (!here) return { code: 'unfit', message: 'its own engine would not take it now' };
    const isPacked = whatIf.strategyOf(image) === 'binpack';
    // What the turn decides elsewhere would be chance here.
    const strategy = isPacked ? 'binpack' : 'spread';
    const placement = whatIf.decide(movable, { strategy, leaveOut: elsewhere });
    const [best] = placement.candidates;
    if (!best) return nowhere(placement.refusals());
    const liking = compareLiking(here, best);
    if (liking.gain > 0) return { to: best.engine.id, why: liking.why };
    if (liking.gain < 0) return undefined;
    if (isPacked) return { code: 'binpack', message: 'its strategy is binpack, which fills engines' };
    const leaveOut = both(elsewhere, moreTogether(movable, here));
    const [evener] = whatIf.decide(movable, { strategy, leaveOut }).candidates;
    if (!evener || compareLiking(here, evener).gain < 0) return undefined;
    const [containers, there] = [here.engine.holders.length + 1, evener.engine.holders.length];
    if (containers - there < Math.max(worthContainers, worthShare * containers)) return undefined;
    return {
      to: evener.engine.id,
      why: `${containers} containers are on ${engineId}, ${there} on ${evener.engine.id}`,
    };
  });
}

export function isBetter(found: Better | Hold | undefined): found is Better {
  return found !== undefined && 'to' in found;
}

/** By the first scheduler that tells the two apart. */
function compareLiking(here: Candidate, there: Candidate): { readonly gain: number; readonly why: string } {
  for (const [scheduler, penalty] of Object.entries(here.penalties ?? {})) {
    const after = there.penalties?.[scheduler] ?? 0;
    const why = `the scheduler ${scheduler} prefers it: penalty ${after} instead of ${penalty}`;
    if (after !== penalty) return { gain: penalty - after, why };
  }
  return { gain: 0, why: '' };
}

function nowhere(refusals: readonly Hold[]): Hold {
  const isForPort = refusals.length > 0 && refusals.every(({ code }) => code === 'port_taken');
  if (isForPort) return { code: 'host_port', message: 'its host port is taken on every other engine' };
  return { code: 'no_room', message: 'no other engine can take it' };
}

type LeaveOut = (fleet: Fleet, rows: RowSet) => void;

function only(engineId: string): LeaveOut {
  return (fleet, rows) => {
    const row = fleet.row(engineId);
    rows.clear();
    if (row !== undefined) rows.add(row);
  };
}

function except(engineId: string): LeaveOut {
  return (fleet, rows) => {
    const row = fleet.row(engineId);
    if (row !== undefined) rows.delete(row);
  };
}

/** An even cluster is not worth that one engine's loss takes more of a service than before. */
function moreTogether({ replica }: Movable, { engine }: Candidate): LeaveOut {
  const key = claimKeys.service(replica.service);
  const others = engine.sums.get(key) ?? 0;
  return (fleet, rows) => {
    for (const [sum, some] of fleet.rowsBySum(key)) if (sum > others) rows.remove(some);
  };
}

function both(first: LeaveOut, second: LeaveOut): LeaveOut {
  return (fleet, rows) => {
    first(fleet, rows);
    second(fleet, rows);
  };
}
