import test, { type ExecutionContext } from 'ava';
import { StatusRecord } from '../../../src/controllers/services/status-record.ts';
import { nothingKnown } from '../../../src/decisions/services/survey.ts';
import type { ServiceStatus } from '../../../src/model/service.ts';
import { startCluster } from '../../fixtures/harness.ts';

/** Of so many replicas that are ready, so many have proved themselves. */
function status(ready: number, settled: number, changes: Partial<ServiceStatus> = {}): ServiceStatus {
  const marks = Array.from({ length: ready }, (_, at) => [
    `r${at}`,
    { phase: 'ready', since: '2026-11-01T00:00:00.000Z', ports: [], isSettled: at < settled } as const,
  ]);
  return { ...nothingKnown, replicas: Object.fromEntries(marks), ...changes };
}

async function scene(t: ExecutionContext) {
  const cluster = await startCluster(t);
  const lease = await cluster.store.acquireLease('services', 'one', 3_600_000);
  const fence = { name: 'services', token: lease?.token ?? 0 };
  const record = new StatusRecord(cluster, 'web', nothingKnown);
  const settledOnRecord = async () => {
    const { replicas = {} } = (await cluster.store.read('service-status', 'web'))?.value ?? {};
    return Object.values(replicas).filter((mark) => mark.phase === 'ready' && mark.isSettled).length;
  };
  const put = async (value: ServiceStatus, now: number, isWhole = false) => {
    const head = await cluster.store.head();
    await record.put(value, { isWhole, now, fence });
    return (await cluster.store.head()) - head;
  };
  return { cluster, record, fence, put, settledOnRecord };
}

test('what is new is on record at once, and proofs together once all are there', async (t) => {
  const { put, settledOnRecord } = await scene(t);
  t.is(await put(status(3, 0), 0), 1);
  t.is(await put(status(3, 0), 10), 0, 'nothing is new');
  t.is(await put(status(3, 1), 20), 0);
  t.is(await put(status(3, 2), 30), 0);
  t.is(await put(status(3, 3), 40, true), 1);
  t.is(await settledOnRecord(), 3);
});

test('a proof waits for five seconds at most, and for nothing else that is new', async (t) => {
  const { put, settledOnRecord } = await scene(t);
  await put(status(3, 0), 0);
  t.is(await put(status(3, 1), 1_000), 0);
  t.is(await put(status(3, 2), 5_999), 0);
  t.is(await put(status(3, 2), 6_000), 1);
  t.is(await settledOnRecord(), 2);
  t.is(await put(status(3, 3), 7_000), 0);
  t.is(await put(status(4, 3), 7_001), 1);
  t.is(await settledOnRecord(), 3);
});

test('who does not lead any more puts nothing on record', async (t) => {
  const { cluster, record, fence } = await scene(t);
  const other = { ...fence, token: fence.token + 1 };
  await t.throwsAsync(record.put(status(1, 0), { isWhole: false, now: 0, fence: other }), { code: 'reservation_lost' });
  t.is(await cluster.store.read('service-status', 'web'), undefined);
});
