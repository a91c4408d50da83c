import test from 'ava';
import fc from 'fast-check';
import { serviceImageDefaults } from '../../../src/model/service-defaults.ts';
import { balanceOf } from '../../../src/simulation/rebalance/balance.ts';
import type { SnapshotChanges } from '../../placement/engines.ts';
import { makeMoves, mostTogether, movesOf, plan, type Settlers, settle, type Town } from './town.ts';

const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ id })) as [SnapshotChanges, SnapshotChanges, SnapshotChanges];
const times = (count: number, engine: string): string[] => Array.from({ length: count }, () => engine);

const plans = test.macro({
  exec(
    t,
    engines: readonly SnapshotChanges[],
    services: Readonly<Record<string, Settlers>>,
    moves: readonly string[],
    holds: Readonly<Record<string, string>> = {},
  ) {
    const planned = plan(settle(engines, services));
    t.deepEqual(movesOf(planned), moves);
    const blocked = planned.blocked.map(({ movable, blocker }) => [movable.replica.service, blocker.code]);
    t.deepEqual(Object.fromEntries(blocked), holds);
  },
  title: (fact = '') => fact,
});

test('an empty cluster has no moves', plans, [], {}, []);
test('a new engine gets its share', plans, [a, b, c], { web: { on: ['a', 'a', 'a', 'b', 'b', 'b'] } }, [
  'web.1 a>c',
  'web.4 b>c',
]);
test('a difference of one container causes no move', plans, [a, b], { web: { on: ['a', 'a', 'b'] } }, []);
test(
  'nor do a few of many containers',
  plans,
  [a, b],
  {
    web: { on: [...times(60, 'a'), ...times(55, 'b')] },
  },
  [],
);
test('the fullest engine gives first', plans, [a, b, c], { web: { on: ['a', 'b', 'b', 'b', 'b'] } }, [
  'web.2 b>c',
  'web.3 b>a',
]);
test('binpack does not spread', plans, [a, b], { db: { image: { strategy: 'binpack' }, on: ['a', 'a', 'a'] } }, [], {
  db: 'binpack',
});
test(
  'but it respects preferred zones',
  plans,
  [
    { ...a, labels: ['zone=1'] },
    { ...b, labels: ['zone=2'] },
  ],
  { db: { image: { strategy: 'binpack', spread: 'zone' }, on: ['a', 'a', 'a', 'a'] } },
  ['db.1 a>b', 'db.2 a>b'],
);
test(
  'zones take precedence over containers',
  plans,
  [
    { ...a, labels: ['zone=1'] },
    { ...b, labels: ['zone=2'] },
  ],
  {
    other: { image: { labels: ['zone=2'] }, on: ['b', 'b', 'b'] },
    web: { image: { spread: 'zone' }, on: ['a', 'a'] },
  },
  ['web.1 a>b'],
  { other: 'no_room' },
);
test(
  'a service is spread over engines first, then the cluster is balanced as far as that allows',
  plans,
  [{ ...a, blocked: { x: [], y: [], z: [] } }, b],
  { web: { image: { spread: 'engine' }, on: ['b', 'b'] } },
  ['web.1 b>a'],
);
test(
  'a soft constraint that can be met now',
  plans,
  [a, { ...b, labels: ['disk=ssd'] }],
  {
    web: { image: { strategy: 'binpack', constraints: ['disk==~ssd'] }, on: ['a'] },
  },
  ['web.1 a>b'],
);
test(
  'a replica bound by a label stays',
  plans,
  [{ ...a, labels: ['x'] }, b],
  { web: { image: { labels: ['x'] }, on: ['a', 'a', 'a'] } },
  [],
  {
    web: 'no_room',
  },
);
test(
  'so does one without capacity elsewhere',
  plans,
  [a, { ...b, memory: 512 }],
  { web: { image: { memory: 1024 }, on: ['a', 'a', 'a'] } },
  [],
  {
    web: 'no_room',
  },
);
test(
  'and one whose port is taken elsewhere',
  plans,
  [a, b],
  {
    one: { image: { bind_ports: [{ proto: 'tcp', port: 80, container_port: 80 }] }, on: ['a'] },
    other: { image: { bind_ports: [{ proto: 'tcp', port: 80, container_port: 80 }] }, on: ['b'] },
  },
  [],
  { one: 'host_port', other: 'host_port' },
);
test(
  'a replica that its engine would now refuse is not moved',
  plans,
  [a, { ...b, labels: ['x'] }],
  { web: { image: { labels: ['x'] }, on: ['a', 'a'] } },
  [],
  {
    web: 'unfit',
  },
);
test(
  'nothing moves to an engine in maintenance',
  plans,
  [a, { ...b, intent: 'maintenance' }],
  { web: { on: ['a', 'a'] } },
  [],
  {
    web: 'no_room',
  },
);
test(
  'balance does not put replicas of a service together',
  plans,
  [{ ...a, blocked: { x: [], y: [], z: [] } }, b],
  { web: { on: ['a', 'b'] } },
  [],
);
test(
  'a service does not chase another one',
  plans,
  [a, b],
  {
    cat: { image: { strategy: 'binpack', constraints: ['service==~mouse'] }, on: ['a'] },
    mouse: { image: { strategy: 'binpack', constraints: ['service!=~cat'] }, on: ['a'] },
  },
  [],
  { mouse: 'hurts_others' },
);

const mapConstant = (fields: object) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fc.constant(value)]));
const zones = fc.constantFrom('1', '2', '3').map((zone) => `zone=${zone}`);
const plainImages = {
  strategy: fc.constantFrom('spread', 'spread', 'binpack', 'round-robin', 'random'),
  cpus: fc.constantFrom(0.1, 0.5),
  labels: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(zones) }),
  bind_ports: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constant([{ proto: 'tcp', port: 80, container_port: 80 }]) },
  ),
} as const;
const wishes = {
  spread: fc.constantFrom('zone', 'engine'),
  constraints: fc.tuple(fc.constantFrom('zone==~1', 'zone!=~2', 'service!=s1', 'service==~s0', 'service!=~s2')),
};

/** Engines of which the first have more, as where others joined. */
function townsOf(image: fc.Arbitrary<object>): fc.Arbitrary<Town> {
  const engine = fc.record({ cpus: fc.constantFrom(1, 2, 8), labels: fc.array(zones, { maxLength: 1 }) });
  const service = fc.record({ image, on: fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3), { maxLength: 8 }) });
  const parts = fc.tuple(
    fc.array(engine, { minLength: 2, maxLength: 5 }),
    fc.array(service, { minLength: 1, maxLength: 4 }),
  );
  return parts.map(([engines, services]) => {
    const settled = services.map((each, index): [string, Settlers] => {
      return [`s${index}`, { image: each.image, on: each.on.map((n) => `e${n % engines.length}`) }];
    });
    const named = engines.map((each, index) => ({ id: `e${index}`, ...each }));
    return settle(named, Object.fromEntries(settled), { isForced: false });
  });
}

const plainTowns = townsOf(fc.record(plainImages, { requiredKeys: [] }));
const serviceTowns = townsOf(fc.record({ ...plainImages, ...mapConstant(serviceImageDefaults) }));
const towns = townsOf(fc.record({ ...plainImages, ...wishes }, { requiredKeys: [] }));

test('the moves can be executed in order, and afterwards there is none', (t) => {
  fc.assert(
    fc.property(towns, (town) => {
      const planned = plan(town);
      const after = makeMoves(town, planned.moves);
      t.deepEqual(movesOf(plan(after)), []);
      t.deepEqual(
        after.engines.map(({ holders }) => holders.length),
        planned.after.map(({ holders }) => holders.length),
      );
    }),
    { numRuns: 200 },
  );
});

test('services without preferences never become less balanced, or less spread', (t) => {
  fc.assert(
    fc.property(plainTowns, (town) => {
      const after = makeMoves(town, plan(town).moves);
      const [before, now] = [balanceOf(town.engines).containers, balanceOf(after.engines).containers];
      t.true(now.most <= before.most && now.least >= before.least);
      for (const { replica } of town.movables) {
        t.true(mostTogether(after, replica.service) <= mostTogether(town, replica.service));
      }
    }),
    { numRuns: 200 },
  );
});

test('services with defaults never become less spread, and no move is left', (t) => {
  fc.assert(
    fc.property(serviceTowns, (town) => {
      const after = makeMoves(town, plan(town).moves);
      t.deepEqual(movesOf(plan(after)), []);
      for (const { replica } of town.movables) {
        t.true(mostTogether(after, replica.service) <= mostTogether(town, replica.service));
      }
    }),
    { numRuns: 200 },
  );
});
