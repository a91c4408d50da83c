import test from 'ava';
import type { NewReservation } from '../../../src/model/reservation.ts';
import { startCluster } from '../harness.ts';

const reservation: NewReservation = {
  id: 'r',
  engineId: 'a',
  claims: [{ key: 'memory', amount: 100, limit: 8192 }],
  image: { name: 'redis', type: 'label', restart_policy: {} },
  name: 'redis',
  createdAt: '2026-11-01T00:00:00.000Z',
  reason: { type: 'label', strategy: 'binpack', score: 0, candidates: 1, refused: 0 },
};

test('an answer that comes after the feed told of more is old news', async (t) => {
  const { store, mirror } = await startCluster(t, { engines: 1 });
  const { version: engineVersion } = mirror.engine('a');
  const reserved = await store.reserve({ reservation, engineVersion, leaseMs: 1000 });
  await store.release('r');
  await mirror.catchUp();
  t.true(reserved.ok);
  const version = reserved.ok ? reserved.version : 0;
  mirror.apply({ kind: 'reservation', id: 'r', version, value: { ...reservation, state: 'reserved' } });
  t.is(mirror.record('r'), undefined);
  t.is(mirror.snapshot('a').usedMemoryMiB, 0);
});

test('what is expected counts in snapshots and is no record', async (t) => {
  const { mirror } = await startCluster(t, { engines: 1 });
  const forget = mirror.expect(reservation);
  t.is(mirror.snapshot('a').usedMemoryMiB, 100);
  t.is(mirror.record('r'), undefined);
  forget();
  t.is(mirror.snapshot('a').usedMemoryMiB, 0);
});
