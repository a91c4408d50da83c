import assert from 'node:assert/strict';
import type { Reservation } from '../../src/model/reservation.ts';
import { sortById } from '../../src/store/sort-by-id.ts';
import type { Change, Store } from '../../src/store/store.ts';
import type { Step } from './ledger-model.ts';
import { sumsOf } from './ledger-model.ts';

interface Outcome {
  readonly step: Step;
  readonly outcome: unknown;
}

/**
 * Steps that ran at the same time have no order of their own; the feed tells which one the store gave them. In that
 * order every step must have been allowed, and each one that was told to have changed something must be there once.
 */
export async function assertOrder(store: Store, outcomes: readonly Outcome[]): Promise<void> {
  const held = new Map<string, Reservation>();
  const reported: string[] = [];
  const changes = await allChanges(store);
  for (const [i, change] of changes.entries()) {
    assert.equal(change.version, i + 1, 'the feed has a gap');
    if (change.kind === 'reservation') reported.push(`${apply(held, change)} ${change.id}`);
  }
  const counted = reported.filter((what) => !what.startsWith('bound '));

  assert.deepStrictEqual(counted.sort(), outcomes.flatMap(acknowledged).sort(), 'acknowledged and told differ');
  const stored = (await store.reservations()).map(({ value }) => value);
  assert.deepStrictEqual(stored, sortById([...held.values()]), 'what is stored is not what the feed told');
  for (const engineId of new Set(changes.flatMap((change) => (change.kind === 'engine' ? [change.id] : [])))) {
    assert.deepStrictEqual(await store.sums(engineId), sumsOn(held, engineId), 'sums are not the sums of claims');
  }
}

function apply(held: Map<string, Reservation>, { id, value }: Extract<Change, { kind: 'reservation' }>): string {
  const before = held.get(id);
  if (!value) {
    assert.ok(held.delete(id), 'released what was not there');
    return 'released';
  }
  held.set(id, value);
  if (value.state === 'bound') {
    if (!before) return 'adopted';
    assert.deepStrictEqual(before.claims, value.claims, 'binding changed the claims');
    return 'bound';
  }
  assert.equal(before, undefined, 'reserved what was there');
  const sums = sumsOn(held, value.engineId);
  for (const { key, limit } of value.claims) {
    assert.ok(limit === null || (sums.get(key) ?? 0) <= limit, `the limit of ${key} is broken`);
  }
  return 'reserved';
}

/** Binding again changes nothing, so `true` of a bind says only that one bind was told; those are left out here. */
function acknowledged({ step, outcome }: Outcome): string[] {
  if (step.do === 'reserve') return outcome === 'ok' ? [`reserved ${step.id}`] : [];
  if (outcome !== true) return [];
  if (step.do === 'adopt') return [`adopted ${step.id}`];
  return step.do === 'release' || step.do === 'expire' ? [`released ${step.id}`] : [];
}

async function allChanges(store: Store): Promise<Change[]> {
  const changes: Change[] = [];
  const head = await store.head();
  if (head === 0) return changes;
  for await (const change of store.follow(0, AbortSignal.timeout(20_000))) {
    changes.push(change);
    if (change.version === head) break;
  }
  return changes;
}

function sumsOn(held: ReadonlyMap<string, Reservation>, engineId: string): Map<string, number> {
  return sumsOf([...held.values()].filter((value) => value.engineId === engineId).flatMap(({ claims }) => claims));
}
