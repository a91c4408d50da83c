import test from 'ava';
import { placeBuild } from '../../../src/commands/builds/place-build.ts';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { createProject } from '../../../src/commands/projects/projects.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { serviceImageDefaults } from '../../../src/model/service-defaults.ts';
import { startCluster } from '../../fixtures/harness.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100, cpus: 0.5 } as const;
const built = (name: string, fields: object = {}) => ({ ...serviceImageDefaults, name, restart_policy: {}, ...fields });
const only = (engine: string) => ({ engine, refusal: `engine ${engine} cannot take it` });

test('an image is built where the fewest containers are', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  t.is((await placeBuild(cluster, built('shop/web:1'))).id, 'a');
  const { engine } = await runContainer(cluster, busybox);
  t.not((await placeBuild(cluster, built('shop/web:1'))).id, engine.id);
});

test('an engine with an earlier image of the repository comes before an emptier one, and a builder before all', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  cluster.pool.client({ id: 'b' }).images.add('shop/web:1');
  await resyncEngine(cluster, 'b');
  t.is((await placeBuild(cluster, built('shop/web:2'))).id, 'b');
  t.is((await placeBuild(cluster, built('shop/other:2'))).id, 'a');
  await updateEngine(cluster, 'c', { labels: ['builder=fast'] });
  t.is((await placeBuild(cluster, built('shop/web:2'))).id, 'c');
});

test('a named engine builds whatever else there is; one that drains, is unknown or lacks the label does not', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await updateEngine(cluster, 'a', { labels: ['zone=eu'] });
  const inZone = built('shop/web:1', { labels: ['zone=eu'] });
  t.is((await placeBuild(cluster, built('shop/web:1'), only('b'))).id, 'b');
  t.is((await placeBuild(cluster, inZone)).id, 'a');
  await t.throwsAsync(placeBuild(cluster, built('shop/web:1'), only('x')), { code: 'no_such_engine' });
  await t.throwsAsync(placeBuild(cluster, inZone, only('b')), { code: 'unschedulable', message: /b cannot take it/ });
  await updateEngine(cluster, 'a', { intent: 'maintenance' });
  t.is((await placeBuild(cluster, built('shop/web:1'))).id, 'b');
  await t.throwsAsync(placeBuild(cluster, inZone), { code: 'unschedulable' });
});

test('a quota keeps no build back: it takes nothing of it', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await createProject(
    cluster,
    { name: 'shop', quota: { memory: 100, containers: 1 } },
    { name: 'test', role: 'admin' },
  );
  await runContainer(cluster, { ...busybox, project: 'shop' });
  t.is((await placeBuild(cluster, built('shop/web:1', { project: 'shop' }))).id, 'a');
});
