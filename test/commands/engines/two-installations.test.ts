import test from 'ava';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { warnOfOthers } from '../../../src/commands/engines/warn-of-others.ts';
import { createService } from '../../../src/commands/services/change-service.ts';
import { showService } from '../../../src/commands/services/show-service.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { containersOf, isRunning, startServer, untilShown } from '../../controllers/services/stage.ts';
import { installationOf, startCluster } from '../../fixtures/harness.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 } as const;
const spec = {
  image: busybox,
  replicas: 2,
  update: { parallelism: 1, delay: 0, order: 'start-first', monitor: 0, max_failure: 0, on_failure: 'pause' },
  grace: 30,
  shutdown_delay: 0,
} as const;
const engine = { id: 'one', addr: 'https://a.test:2376', labels: [] };

test('two installations on one engine see each other’s containers, and leave them alone', async (t) => {
  const ours = await startCluster(t, { engines: 1, installation: installationOf('secret', 'ours') });
  const { pool } = ours;
  const theirs = await startCluster(t, { pool, installation: installationOf('secret', 'theirs') });
  await createService(ours, 'shop', spec);
  await startServer(t, ours);
  await untilShown(t, ours, 'shop', isRunning);
  const before = containersOf(ours);

  // The same daemon, by another name.
  pool.engines.set('one', pool.client({ id: 'a' }));
  await registerEngine(theirs, engine);
  const sentence = 'engine one has 2 containers of installation ours, and this is theirs: they are left alone';
  t.is(await warnOfOthers(theirs, 'one'), sentence);
  t.deepEqual(
    theirs.cache.reservations('one').map(({ isForeign }) => isForeign),
    [true, true],
  );
  t.is((await theirs.store.sums('one')).get('memory'), 200, 'they are counted');

  await createService(theirs, 'shop', spec);
  await startServer(t, theirs);
  await untilShown(t, { ...theirs, engines: [pool.client({ id: 'one' })] }, 'shop', () => true);
  for (let round = 0; round < 3; round++) {
    await resyncEngine(ours, 'a');
    await resyncEngine(theirs, 'one');
  }
  const shown = await untilShown(t, { ...theirs, engines: [] }, 'shop', isRunning);
  t.is(shown.replicas.length, 2);
  t.true(isRunning(await showService(ours, 'shop')));
  const after = containersOf(ours);
  t.is(after.length, 4);
  for (const each of before) t.true(after.includes(each));
});

test('whoever registers an engine of its own is warned of nothing', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, busybox);
  cluster.pool.client({ id: 'a' }).runForeign('by hand');
  t.is(await warnOfOthers(cluster, 'a'), undefined);
});

test('labels with our name that none of our keys signed are told', async (t) => {
  const before = await startCluster(t, { engines: 1, installation: installationOf('the old key', 'shop') });
  await runContainer(before, busybox);
  const { pool } = before;
  const cluster = await startCluster(t, { pool, installation: installationOf('the new key', 'shop') });
  pool.engines.set('one', pool.client({ id: 'a' }));
  await registerEngine(cluster, engine);
  const sentence =
    'engine one has 1 container of installation shop, some of them not signed with a key in "label-keys": they are left alone';
  t.is(await warnOfOthers(cluster, 'one'), sentence);
});
