import test from 'ava';
import fc from 'fast-check';
import type { ClaimHolder, EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import { exchangeHolder, snapshotEngine } from '../../src/placement/snapshot.ts';
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

test('a snapshot whose holders came, changed and went is the one that is made of those that are left', (t) => {
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

test('a holder that changed stays in its place', (t) => {
  const named = (name: string) => ({ name, claims: [held('cpu', 100)] });
  const [a, b, c] = [named('a'), named('b'), named('c')];
  const newer = { name: 'b', claims: [held('cpu', 300)] };
  const snapshot = exchangeHolder(whole([a, b, c]), b, newer);
  t.deepEqual(snapshot.holders, [a, newer, c]);
  t.is(snapshot.usedCpuMilli, 500);
});
