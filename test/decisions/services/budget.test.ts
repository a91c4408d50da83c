import test from 'ava';
import { decide } from '../../../src/decisions/services/decide.ts';
import type { ReplicaView } from '../../../src/decisions/services/replica-view.ts';
import { now, type SituationChanges, situation, view, waiting } from './views.ts';

const slots = ['1', '2', '3', '4'];

/** Four slots of template 1, to be exchanged for 2: slots that get a successor now. */
const exchanges = test.macro({
  exec(t, others: Readonly<Record<string, ReplicaView[]>>, changes: SituationChanges, expected: readonly string[]) {
    const replicas = slots.flatMap((slot) => others[slot] ?? [view({ slot })]);
    const { starts } = decide(situation({ template: 2, slots, replicas, ...changes }));
    t.deepEqual(
      starts.map(({ slot }) => slot),
      expected,
    );
  },
  title: (fact = '') => fact,
});

const ofNew = (slot: string, changes: Partial<ReplicaView> = {}) => view({ slot, generation: 2, copy: 2, ...changes });
const isNew = { state: 'starting', since: undefined, isSettled: false } as const;

test('one slot is exchanged at a time', exchanges, {}, {}, ['1']);
test('two are where the policy says two', exchanges, {}, { update: { parallelism: 2 } }, ['1', '2']);
test('all are where it says 0', exchanges, {}, { update: { parallelism: 0 } }, slots);
test('what is not settled is exchanged before what is', exchanges, { 3: [view({ slot: '3', isSettled: false })] }, {}, [
  '3',
]);
test('of those that serve the youngest is', exchanges, { 2: [view({ slot: '2', createdAt: now - 1_000 })] }, {}, ['2']);
test(
  'of those of one age the one on the fullest engine is',
  exchanges,
  { 4: [view({ slot: '4', engineId: 'b' })] },
  { fullness: (engineId) => (engineId === 'b' ? 2 : 1) },
  ['4'],
);
test('one that is about to be there counts', exchanges, {}, { starting: new Set(['3']) }, []);
test('one that starts counts', exchanges, { 1: [view(), ofNew('1', isNew)] }, {}, []);
test('one that is ready counts until it has settled', exchanges, { 1: [ofNew('1', { isSettled: false })] }, {}, []);
test('one that has settled leaves its turn to the next', exchanges, { 1: [ofNew('1')] }, {}, ['2']);
test('a slot that waits counts', exchanges, {}, { waits: waiting('1', now + 1) }, []);
test('an old replica that ended counts', exchanges, { 3: [view({ slot: '3', state: 'failed' })] }, {}, []);
test('an old replica out of reach counts', exchanges, { 3: [view({ slot: '3', state: 'unreachable' })] }, {}, []);
test('an empty slot is filled, and counts', exchanges, { 3: [] }, {}, ['3']);
test(
  'a slot for which there is no room holds up nobody where the old ones go on',
  exchanges,
  { 3: [] },
  {
    waits: waiting('3', now + 1),
  },
  ['1'],
);
test(
  'after one became ready the delay runs',
  exchanges,
  { 1: [ofNew('1', { since: now - 999 })] },
  {
    update: { delay: 1 },
  },
  [],
);
test(
  'and the next comes when it is over',
  exchanges,
  { 1: [ofNew('1', { since: now - 1000 })] },
  {
    update: { delay: 1 },
  },
  ['2'],
);

test('stop-first takes away no more than the policy says', (t) => {
  const replicas = slots.map((slot) => view({ slot }));
  const update = { order: 'stop-first', parallelism: 2 } as const;
  const { retirements } = decide(situation({ template: 2, slots, replicas, update }));
  t.deepEqual(
    retirements.map(({ replica }) => replica.slot),
    ['1', '2'],
  );
});

test('stop-first leaves the others alone while a slot is empty, whatever the reason', (t) => {
  const replicas = ['1', '2', '3'].map((slot) => view({ slot }));
  const waits = waiting('4', now + 1000);
  const { retirements } = decide(situation({ template: 2, slots, replicas, waits, update: { order: 'stop-first' } }));
  t.deepEqual(retirements, []);
});
