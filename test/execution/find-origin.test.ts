import test from 'ava';
import { launchContainer } from '../../src/execution/launch-container.ts';
import type { NewReservation } from '../../src/model/reservation.ts';
import { startCluster } from '../fixtures/harness.ts';

const reservation: NewReservation = {
  id: 'r1',
  engineId: 'a',
  name: 'shop.1',
  image: { name: 'demo/busybox:1', type: 'label', restart_policy: {} },
  claims: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  reason: { type: 'label', strategy: 'binpack', score: 0, candidates: 1, refused: 0 },
};

const refused = test.macro({
  async exec(t, of: Partial<NewReservation>) {
    const cluster = await startCluster(t, { engines: 1 });
    await t.throwsAsync(launchContainer(cluster, { id: 'r1', value: { ...reservation, ...of }, version: 1 }), {
      code: 'reservation_lost',
    });
    t.is(cluster.engines[0]?.containers.size, 0);
  },
  title: (_, of: Partial<NewReservation>) =>
    `no container is created for a ${Object.keys(of)[0]} that was lost with the store`,
});
test(refused, { replica: { service: 'shop', serviceId: 'lost', slot: '1', generation: 1, copy: 1 } });
test(refused, { task: { job: 'report', jobId: 'lost', run: 1, slot: 1, attempt: 1 } });
