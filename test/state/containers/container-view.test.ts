import test from 'ava';
import { runContainer } from '../../../src/execution/run-container.ts';
import { EngineView } from '../../../src/state/containers/container-view.ts';
import { startCluster } from '../../fixtures/harness.ts';

test('what was kept of a container is made anew when its reservation changes, and only then', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { cache, store } = cluster;
  const { id } = await runContainer(cluster, {
    name: 'demo/busybox:1',
    type: 'label',
    labels: ['on-a'],
    restart_policy: {},
  });
  const known = cache.containers.on('a').get(id);
  if (!known) throw new Error('the container is known');
  const engine = cache.engine('a').value;
  const show = () => new EngineView(cluster, engine).show(known).steady;
  const before = show();
  t.deepEqual(before.image.labels, ['on-a']);
  t.is(show(), before);
  const [reservation] = cache.recordsOf(id);
  if (!reservation) throw new Error('it has a reservation');
  const image = { ...reservation.value.image, labels: ['changed'] };
  await store.adopt({ ...reservation.value, image }, id, { ifVersion: reservation.version });
  await cache.catchUp();
  t.deepEqual(show().image.labels, ['changed']);
});
