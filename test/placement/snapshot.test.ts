import test from 'ava';
import fc from 'fast-check';
import type { ClaimHolder, EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import { exchangeHolder, exchangeHolders, type HolderChange, snapshotEngine } from '../../src/placement/snapshot.ts';
import { engineRecord, held } from './engines.ts';

const holder = fc.record({
  name: fc.constantFrom('web', 'db'),
  claims: fc
    .array(
      fc.tuple(fc.constantFrom('cpu', 'memory', 'port/tcp/80', 'image/redis:latest'), fc.integer({ min: 1, max: 9 })),
    )
    .map((claims) => claims.map(([key, amount]) => held(key, amount))),
});

const whole = (holders: readonly ClaimHolder[]) =>
  snapshotEngine({ engine: engineRecord(), version: 1, holders, images: new Set(['redis:latest']), overcommit: 1 });

/** The order of the sums means nothing. */
const comparable = ({ sums, ...rest }: EngineSnapshot) => ({ ...rest, sums: Object.fromEntries(sums) });

test('a snapshot after changes of holders equals one created from the remaining holders', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(holder, fc.option(holder, { nil: undefined }))), (exchanges) => {
      let snapshot = whole([]);
      let holders: readonly ClaimHolder[] = [];
      for (const [first, then] of exchanges) {
        snapshot = exchangeHolder(exchangeHolder(snapshot, undefined, first), first, then);
        holders = then ? [...holders, then] : holders;
      }
      for (const each of holders.filter((_, index) => index % 2 === 0)) {
        snapshot = exchangeHolder(snapshot, each, undefined);
        holders = holders.filter((other) => other !== each);
      }
      t.deepEqual(comparable(snapshot), comparable(whole(holders)));
      t.true(Object.isFrozen(snapshot));
    }),
  );
});

test('a batch of changes equals single changes', (t) => {
  const cases = fc.record({ first: fc.array(holder), steps: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), holder)) });
  fc.assert(
    fc.property(cases, ({ first, steps }) => {
      const changes: HolderChange[] = [];
      let snapshot = whole(first);
      for (const [at, what, now] of steps) {
        const before = what === 0 ? undefined : snapshot.holders[at % snapshot.holders.length];
        const change = { before, now: what === 1 ? undefined : now };
        changes.push(change);
        snapshot = exchangeHolder(snapshot, change.before, change.now);
      }
      t.deepEqual(comparable(exchangeHolders(whole(first), changes)), comparable(snapshot));
    }),
  );
});

test('a holder that was removed and added again exists once', (t) => {
  const [a, b] = ['a', 'b'].map((name) => ({ name, claims: [held('cpu', 100)] }));
  const changes = [
    { before: a, now: undefined },
    { before: undefined, now: a },
  ];
  const { holders, usedCpuMilli } = exchangeHolders(whole([a, b].filter((each) => each !== undefined)), changes);
  t.deepEqual([holders.length, usedCpuMilli], [2, 200]);
});

test('a changed holder keeps its position', (t) => {
  const named = (name: string) => ({ name, claims: [held('cpu', 100)] });
  const [a, b, c] = [named('a'), named('b'), named('c')];
  const newer = { name: 'b', claims: [held('cpu', 300)] };
  const snapshot = exchangeHolder(whole([a, b, c]), b, newer);
  t.deepEqual(snapshot.holders, [a, newer, c]);
  t.is(snapshot.usedCpuMilli, 500);
});
