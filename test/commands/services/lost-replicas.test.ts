import test from 'ava';
import { createService } from '../../../src/commands/services/change-service.ts';
import { showService } from '../../../src/commands/services/show-service.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';

test('a replica that is to go is shown as lost while its engine is, and as retiring while the engine may be asked', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { store, cache } = cluster;
  await createService(cluster, 'web', { ...spec, replicas: 1, update: policy });
  const serviceId = cache.services.get('web')?.value.id;
  const replica = { service: 'web', slot: '1', generation: 1, copy: 1, ...(serviceId && { serviceId }) };
  await runContainer(cluster, busybox, { replica });
  const [reservation] = cache.replicas('web', serviceId);
  const at = new Date(0).toISOString();
  const mark = { phase: 'retiring', since: at, reason: 'its engine is down', stopAt: at } as const;
  const replicas = { [reservation?.id ?? '']: mark };
  await store.write([{ kind: 'service-status', id: 'web', value: { replicas, waiting: {} } }]);
  const shown = async () => (await showService(cluster, 'web')).replicas.map(({ view }) => view.state);
  await cache.catchUp();
  t.deepEqual(await shown(), ['retiring']);
  for (const [intent, state] of [
    ['active', 'retiring'],
    ['lost', 'lost'],
  ] as const) {
    const { value, version } = cache.engine('a');
    await store.write([
      { kind: 'engine', id: 'a', value: { ...value, condition: 'down', intent }, ifVersion: version },
    ]);
    await cache.catchUp();
    t.deepEqual(await shown(), [state]);
  }
});
