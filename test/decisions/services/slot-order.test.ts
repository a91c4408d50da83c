import test from 'ava';
import fc from 'fast-check';
import { decide } from '../../../src/decisions/services/decide.ts';
import type { ReplicaState, ReplicaView } from '../../../src/decisions/services/replica-view.ts';
import { chooseSlots, type SlotFacts } from '../../../src/decisions/services/slot-order.ts';
import { now, situation, view } from './views.ts';

const facts = (replicas: readonly ReplicaView[], changes: Partial<SlotFacts> = {}): SlotFacts => ({
  ...{ replicas, template: 1, waits: new Map(), fullness: () => 0 },
  ...changes,
});
const isNew = { since: undefined, isSettled: false } as const;

const chooses = test.macro({
  exec(t, count: number, found: SlotFacts, expected: readonly string[]) {
    t.deepEqual(chooseSlots(count, found), expected);
    t.deepEqual(chooseSlots(count, { ...found, replicas: [...found.replicas].reverse() }), expected);
  },
  title: (fact = '') => fact,
});

/** Three slots of which one differs. */
const three = (slot: string, changes: Partial<ReplicaView>): ReplicaView[] =>
  ['1', '2', '3'].map((each) => view({ slot: each, ...(each === slot ? changes : {}) }));
const bad = (changes: Partial<ReplicaView>) => facts(three('1', { ...isNew, ...changes }));

test('a new service fills slots from 1 on', chooses, 3, facts([]), ['1', '2', '3']);
test('more are added after those that are there', chooses, 3, facts([view()]), ['1', '2', '3']);
test('of equal ones the last goes', chooses, 2, facts(three('1', {})), ['1', '2']);
test('one on an engine that is down goes first', chooses, 2, bad({ state: 'unreachable' }), ['2', '3']);
test('one on an engine that is lost goes first', chooses, 2, bad({ state: 'lost' }), ['2', '3']);
test('one that failed goes first', chooses, 2, bad({ state: 'failed' }), ['2', '3']);
test('one that starts goes first', chooses, 2, bad({ state: 'starting' }), ['2', '3']);
test('one that is not settled goes first', chooses, 2, bad({ state: 'ready' }), ['2', '3']);
test('one that failed lately goes first', chooses, 2, facts(three('', {}), { waits: wait('1', 1) }), ['2', '3']);
test('one that retires is none', chooses, 2, bad({ state: 'retiring' }), ['2', '3']);
test('a slot that waits goes first', chooses, 1, facts([view({ slot: '2' })], { waits: wait('1', 0) }), ['2']);
test(
  'one of which only the start is known goes first',
  chooses,
  1,
  facts([view({ slot: '2' })], { starting: new Set(['1']) }),
  ['2'],
);
test('the youngest goes', chooses, 2, facts(three('1', { createdAt: now - 54_000 })), ['2', '3']);
test(
  'what starts goes before what is unreachable stays: it may serve sooner',
  chooses,
  1,
  facts([view({ state: 'unreachable' }), view({ slot: '2', state: 'starting', ...isNew })]),
  ['2'],
);
test(
  'of one age the one on the fullest engine goes',
  chooses,
  2,
  facts(three('1', { engineId: 'b' }), { fullness: (engineId) => (engineId === 'b' ? 9 : 1) }),
  ['2', '3'],
);
test(
  'each that goes leaves its engine emptier',
  chooses,
  2,
  facts(
    [1, 2, 3, 4].map((slot) => view({ slot: `${slot}`, engineId: slot < 4 ? 'a' : 'b' })),
    { fullness: (engineId, departures) => (engineId === 'a' ? 3 : 1) - departures },
  ),
  ['1', '4'],
);
test('of those started together none is younger', chooses, 2, facts(three('1', { createdAt: now - 55_000 })), [
  '1',
  '2',
]);
test('the youngest goes, however full engines are', chooses, 1, agesAndFullness(), ['2']);
test(
  'one of an older template goes before one of the present',
  chooses,
  1,
  facts([view({ generation: 1 }), view({ slot: '2', generation: 2 })], { template: 2 }),
  ['2'],
);
test(
  'but not where the present one is not settled',
  chooses,
  1,
  facts([view({ generation: 1 }), view({ slot: '2', generation: 2, isSettled: false })], { template: 2 }),
  ['1'],
);
test('one on an engine that is drained goes before the others', chooses, 2, facts(three('1', { isDisplaced: true })), [
  '2',
  '3',
]);
test(
  'a slot counts by the best that is in it',
  chooses,
  1,
  facts([view({ state: 'unreachable' }), view({ copy: 2 }), view({ slot: '2', state: 'failed' })]),
  ['1'],
);
test('what was kept stays where it is, and free numbers are filled', chooses, 3, facts([view({ slot: '3' })]), [
  ...['1', '2', '3'],
]);
test('a slot beyond the count is kept while it is in use', chooses, 2, facts([view({ slot: '10' })]), ['1', '10']);
test('numbers are in order', chooses, 3, facts([view({ slot: '10' }), view({ slot: '9' })]), ['1', '9', '10']);
test('none is wanted', chooses, 0, facts(three('', {})), []);

function wait(slot: string, failures: number): SlotFacts['waits'] {
  return new Map([[slot, { failures }]]);
}

function agesAndFullness(): SlotFacts {
  const replicas = [view({ createdAt: now - 1_000 }), view({ slot: '2', engineId: 'b', createdAt: now - 60_000 })];
  return facts(replicas, { fullness: (engineId) => (engineId === 'b' ? 9 : 1) });
}

const states: readonly ReplicaState[] = ['starting', 'ready', 'failed', 'unreachable', 'lost', 'retiring'];
const anyReplica = fc
  .record({
    slot: fc.integer({ min: 1, max: 9 }).map(String),
    generation: fc.constantFrom(1, 2),
    copy: fc.integer({ min: 1, max: 3 }),
    state: fc.constantFrom(...states),
    engineId: fc.constantFrom('a', 'b', 'c'),
    isSettled: fc.boolean(),
    isDisplaced: fc.boolean(),
    age: fc.integer({ min: 0, max: 20_000 }),
    hasContainer: fc.boolean(),
    reason: fc.constantFrom(undefined, 'it ended'),
  })
  .map(({ age, hasContainer, ...each }) =>
    view({
      ...each,
      createdAt: now - age,
      isSettled: each.isSettled && each.state === 'ready',
      ...(hasContainer || each.state === 'ready' ? {} : { containerId: undefined }),
    }),
  );

const anyService = fc.record({
  replicas: fc.uniqueArray(anyReplica, { maxLength: 9, selector: ({ id }) => id }),
  count: fc.integer({ min: 0, max: 9 }),
  template: fc.constantFrom(1, 2),
  isUpdating: fc.boolean(),
});

/** Slots in which a replica serves. */
function readySlots(replicas: readonly ReplicaView[]): ReadonlySet<string> {
  return new Set(replicas.filter(({ state }) => state === 'ready').map(({ slot }) => slot));
}

test('scaling leaves as many ready as are wanted, or as many as there were', (t) => {
  const holds = ({
    replicas,
    count,
    template,
    isUpdating,
  }: typeof anyService extends fc.Arbitrary<infer T> ? T : never) => {
    const slots = chooseSlots(count, facts(replicas, { template }));
    t.is(new Set(slots).size, count);
    const { retirements } = decide(situation({ template, isUpdating, slots, replicas }));
    const gone = new Set(retirements.map(({ replica }) => replica.id));
    const left = readySlots(replicas.filter(({ id }) => !gone.has(id)));
    return left.size >= Math.min(count, readySlots(replicas).size);
  };
  t.notThrows(() => fc.assert(fc.property(anyService, holds), { numRuns: 1_000 }));
});

test('what was chosen is chosen again once the others are gone, whoever asks', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(anyService, ({ replicas, count, template }) => {
        const slots = chooseSlots(count, facts(replicas, { template }));
        const kept = replicas.filter(({ slot }) => slots.includes(slot));
        const retiring = replicas
          .filter(({ slot }) => !slots.includes(slot))
          .map((each): ReplicaView => ({ ...each, state: 'retiring' }));
        t.deepEqual(chooseSlots(count, facts([...kept, ...retiring], { template })), slots);
        t.deepEqual(chooseSlots(count, facts([...replicas].reverse(), { template })), slots);
      }),
      { numRuns: 500 },
    ),
  );
});
