import test from 'ava';
import { SatsumaError } from '../../src/model/errors.ts';
import { type StoreCall, timeStore } from '../../src/store/timed-store.ts';
import { startCluster } from '../fixtures/harness.ts';

test('a timed store behaves the same, and reports each call', async (t) => {
  const { store } = await startCluster(t);
  const calls: StoreCall[] = [];
  const timed = timeStore(store, (call) => calls.push(call));
  const value = { removedAt: '2026-11-21T06:00:00Z' };
  t.like(await timed.write([{ kind: 'tombstone', id: 'a', value, ifVersion: 0 }]), { ok: true });
  t.deepEqual((await timed.read('tombstone', 'a'))?.value, value);
  t.is(await timed.acquireLease('a', 'b', 1_000).then((lease) => typeof lease?.token), 'number');
  t.deepEqual(
    calls.map(({ operation, isAnswered }) => [operation, isAnswered]),
    [
      ['write', true],
      ['read', true],
      ['acquireLease', true],
    ],
  );
  t.true(calls.every(({ tookMs }) => tookMs >= 0));
});

test('failures are reported as such, and rethrown', async (t) => {
  const { store } = await startCluster(t);
  const calls: StoreCall[] = [];
  store.ping = () => Promise.reject(new SatsumaError('store_unavailable', 'gone'));
  const timed = timeStore(store, (call) => calls.push(call));
  await t.throwsAsync(timed.ping(), { message: 'gone' });
  t.like(calls, [{ operation: 'ping', isAnswered: false }]);
});
