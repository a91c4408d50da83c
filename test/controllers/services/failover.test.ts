import test from 'ava';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { busybox } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { createdOn, eventually, resyncAll, startServer } from './stage.ts';

const reschedulable = { ...busybox, container_name: 'raw', reschedule: 'on-engine-failure' } as const;

test('a single container runs elsewhere when its engine is lost, and the old one goes when that returns', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  await startServer(t, cluster);
  const { engine } = await runContainer(cluster, reschedulable);
  const lost = cluster.pool.client(engine);
  lost.fail('any', 'engine_unreachable');
  await updateEngine(cluster, engine.id, { intent: 'lost' });
  await eventually(t, async () => {
    await resyncAll(cluster);
    return createdOn(cluster) === 2;
  });
  t.is(lost.containers.size, 1, 'nobody can remove it yet');
  lost.heal();
  await eventually(t, async () => {
    await resyncAll(cluster);
    return lost.containers.size === 0;
  });
  const names = cluster.engines.flatMap(({ containers }) => [...containers.values()].map((each) => each.image));
  t.is(names.length, 1);
  t.like(names[0], reschedulable);
  t.is(createdOn(cluster), 2);
});

test('what is on an engine that has been well for long stays there, and so does what is not to be rescheduled', async (t) => {
  const cluster = await startCluster(t, { engines: 4 });
  const well = cluster.cache.engine('a').value;
  await cluster.store.write([{ kind: 'engine', id: 'a', value: { ...well, since: new Date(0).toISOString() } }]);
  await runContainer(cluster, reschedulable, { onlyOn: 'a' });
  await runContainer(cluster, busybox, { onlyOn: 'b' });
  await runContainer(cluster, { ...reschedulable, container_name: 'other' }, { onlyOn: 'c' });
  await startServer(t, cluster);
  for (const id of ['b', 'c']) {
    cluster.pool.client({ id }).fail('any', 'engine_unreachable');
    await updateEngine(cluster, id, { intent: 'lost' });
  }
  // When this one is there all have been looked at.
  await eventually(t, async () => {
    await resyncAll(cluster);
    const reachable = cluster.engines.filter(({ id }) => id === 'a' || id === 'd');
    const images = reachable.flatMap(({ containers }) => [...containers.values()].map(({ image }) => image));
    return images.some((image) => image.container_name === 'other');
  });
  t.is(createdOn(cluster), 4);
});
