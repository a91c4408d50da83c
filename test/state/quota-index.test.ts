import test from 'ava';
import type { Reservation } from '../../src/model/reservation.ts';
import { quotaExceeded } from '../../src/state/quota-exceeded.ts';
import { ReservationIndex } from '../../src/state/reservation-index.ts';

const key = 'quota/shop/memory';

interface Held {
  readonly amount: number;
  readonly service?: string;
  /** Is told when somebody reads what it holds. */
  readonly read?: () => void;
}

function entry(id: string, { amount, service, read = () => undefined }: Held) {
  const value: Reservation = {
    ...{ id, engineId: 'a', name: id, state: 'bound', containerId: id, createdAt: '2026-11-01T00:00:00.000Z' },
    image: { name: 'redis', type: 'label', restart_policy: {} },
    reason: { type: 'label', strategy: 'binpack', score: 0, candidates: 1, refused: 0 },
    ...(service !== undefined && { replica: { service, slot: id, generation: 1, copy: 1 } }),
    get claims() {
      read();
      return [{ key, amount, limit: null }];
    },
  };
  return { id, version: 1, value };
}

test('the largest holders of a quota come first, after all kinds of changes', (t) => {
  const index = new ReservationIndex();
  for (const [at, amount] of [5, 9, 1, 7, 3, 8, 2].entries()) index.put(entry(`c${at}`, { amount }));
  index.put(entry('r1', { amount: 5, service: 'web' }));
  index.put(entry('r2', { amount: 5, service: 'web' }));
  const largest = () => index.quotas.largest(key).map(([name, amount]) => `${name} ${amount}`);
  t.deepEqual(largest(), ['service web 10', 'container c1 9', 'container c5 8', 'container c3 7', 'container c0 5']);
  t.is(index.quotas.used(key), 45);
  index.remove('r1');
  index.remove('c1');
  t.deepEqual(largest(), ['container c5 8', 'container c3 7', 'container c0 5', 'service web 5', 'container c4 3']);
  index.put(entry('c2', { amount: 6 }));
  t.is(largest()[2], 'container c2 6');
  index.put(entry('c5', { amount: 1 }));
  t.deepEqual(largest(), ['container c3 7', 'container c2 6', 'container c0 5', 'service web 5', 'container c4 3']);
  t.deepEqual(index.quotas.totals(), new Map([[key, 29]]));
  for (const { id } of index.all()) index.remove(id);
  t.deepEqual([index.quotas.totals(), largest()], [new Map(), []]);
});

test('a thousand refusals by one quota do not iterate over its twenty thousand reservations', (t) => {
  const index = new ReservationIndex();
  let reads = 0;
  for (let at = 0; at < 20_000; at++) index.put(entry(`c${at}`, { amount: 1, read: () => (reads += 1) }));
  const cluster = { cache: { quotas: index.quotas } } as unknown as Parameters<typeof quotaExceeded>[0];
  const wanted = { claims: [{ key, amount: 1, limit: null }] };
  reads = 0;
  for (let at = 0; at < 1_000; at++) {
    const error = quotaExceeded(cluster, wanted, { key, used: 20_000, limit: 20_000 });
    t.like(error.details, { left: 0, held_by: { length: 5 } });
  }
  t.is(reads, 0);
  index.remove('c0');
  reads = 0;
  t.is(quotaExceeded(cluster, wanted, { key, used: 19_999, limit: 19_999 }).code, 'quota_exceeded');
  t.is(reads, 0);
});
