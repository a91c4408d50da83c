import test from 'ava';
import { createService, scaleService } from '../../../src/commands/services/change-service.ts';
import { showService } from '../../../src/commands/services/show-service.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { containersOf, isRunning, resyncAll, startServer, untilShown } from './stage.ts';

const web = {
  ...{ ...spec, replicas: 3, grace: 3600, update: { ...policy, monitor: 0 } },
  image: { ...busybox, strategy: 'spread' },
} as const;

test('scaling down while the engine of the first slot is away keeps one that serves', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  await startServer(t, cluster);
  await createService(cluster, 'web', web);
  const { replicas } = await untilShown(t, cluster, 'web', isRunning);
  const first = replicas.find(({ view }) => view.slot === '1');
  const away = cluster.engines.find(({ id }) => id === first?.engine);
  away?.fail('any', 'engine_unreachable');
  await untilShown(t, cluster, 'web', ({ ready }) => ready === 2);
  const before = containersOf(cluster);
  await scaleService(cluster, 'web', 1);
  t.is((await showService(cluster, 'web')).ready, 1, 'from the first moment on');
  let fewest = 1;
  const shown = await untilShown(t, cluster, 'web', (seen) => {
    fewest = Math.min(fewest, seen.ready);
    return seen.replicas.filter(({ view }) => view.isReachable).length === 1;
  });
  t.is(fewest, 1);
  t.like(shown, { ready: 1, wanted: 1, state: 'running', waiting: [] });
  // What was told to go goes when its engine is back, and what was kept stays in its slot.
  away?.heal();
  await untilShown(t, cluster, 'web', isRunning);
  const after = containersOf(cluster);
  t.is(after.length, 1);
  t.true(before.includes(after[0] ?? ''), `${after} of ${before}`);
  t.not(after[0]?.split('/')[1], '1');
  await scaleService(cluster, 'web', 3);
  const { replicas: again } = await untilShown(t, cluster, 'web', isRunning);
  t.is(again.length, 3);
  t.true(containersOf(cluster).includes(after[0] ?? ''));
});

test('scaling down while the replica of the first slot fails keeps one that serves', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  await startServer(t, cluster);
  await createService(cluster, 'web', web);
  const { replicas } = await untilShown(t, cluster, 'web', isRunning);
  const first = replicas.find(({ view }) => view.slot === '1');
  const engine = cluster.engines.find(({ id }) => id === first?.engine);
  engine?.fail('createContainer', 'engine_refused');
  engine?.exit(first?.view.containerId ?? '');
  for (const other of cluster.engines) other.fail('createContainer', 'engine_refused');
  await resyncAll(cluster);
  await untilShown(t, cluster, 'web', ({ waiting }) => waiting.some(({ slot }) => slot === '1'));
  await scaleService(cluster, 'web', 2);
  let fewest = 2;
  const shown = await untilShown(t, cluster, 'web', (seen) => {
    fewest = Math.min(fewest, seen.ready);
    return isRunning(seen);
  });
  t.is(fewest, 2);
  t.deepEqual(
    shown.replicas.map(({ view }) => view.slot),
    ['2', '3'],
  );
});
