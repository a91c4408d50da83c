import test from 'ava';
import { chooseBuildEngine } from '../../../src/commands/builds/choose-build-engine.ts';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { startCluster } from '../../fixtures/harness.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100, cpus: 0.5 } as const;

test('an image is built where the fewest containers are', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  t.is((await chooseBuildEngine(cluster, {})).id, 'a');
  const { engine } = await runContainer(cluster, busybox);
  t.not((await chooseBuildEngine(cluster, {})).id, engine.id);
});

test('an engine with an earlier image of the repository comes before an emptier one, and a builder before all', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  cluster.pool.client({ id: 'b' }).images.add('shop/web:1');
  await resyncEngine(cluster, 'b');
  const names = ['shop/web:2'];
  t.is((await chooseBuildEngine(cluster, { names })).id, 'b');
  t.is((await chooseBuildEngine(cluster, { names: ['shop/other:2'] })).id, 'a');
  await updateEngine(cluster, 'c', { labels: ['builder=fast'] });
  t.is((await chooseBuildEngine(cluster, { names })).id, 'c');
});

test('a named engine builds whatever else there is; one that drains, is down or lacks the label does not', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await updateEngine(cluster, 'a', { labels: ['zone=eu'] });
  t.is((await chooseBuildEngine(cluster, { engine: 'b' })).id, 'b');
  t.is((await chooseBuildEngine(cluster, { labels: ['zone=eu'] })).id, 'a');
  await t.throwsAsync(chooseBuildEngine(cluster, { engine: 'x' }), { code: 'no_such_engine' });
  await updateEngine(cluster, 'a', { intent: 'maintenance' });
  t.is((await chooseBuildEngine(cluster, {})).id, 'b');
  await t.throwsAsync(chooseBuildEngine(cluster, { labels: ['zone=eu'] }), { code: 'unschedulable' });
});
