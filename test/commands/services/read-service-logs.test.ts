import test from 'ava';
import { createProject } from '../../../src/commands/projects/projects.ts';
import { createService, updateService } from '../../../src/commands/services/change-service.ts';
import { readServiceLogs } from '../../../src/commands/services/read-service-logs.ts';
import { eventually, isRunning, startServer, untilShown } from '../../controllers/services/stage.ts';
import { spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { collectWarnings } from '../../fixtures/warnings.ts';

for (const hours of [-1, 1]) {
  test(`after a lost connection logs go on where they were, by the clock of an engine that is off by ${hours} h`, async (t) => {
    const cluster = await startCluster(t, { engines: 1 });
    await startServer(t, cluster);
    await createService(cluster, 'web', { ...spec, replicas: 1 });
    await untilShown(t, cluster, 'web', isRunning);
    const [engine] = cluster.engines;
    if (!engine) throw new Error('one engine');
    engine.aheadMs = hours * 3_600_000;
    for (const id of engine.containers.keys()) engine.logs.set(id, ['hello\n']);
    const gone = new AbortController();
    const options = { follow: true, stdout: true, stderr: true, timestamps: false, tail: 'all' } as const;
    const reading = (async () => {
      for await (const _ of await readServiceLogs(cluster, 'web', { ...options, signal: gone.signal }));
    })();
    t.teardown(async () => {
      gone.abort();
      await reading;
    });
    await eventually(t, () => engine.following === 1);
    engine.cutLogs();
    await eventually(t, () => engine.logsSince.length === 2);
    t.is(engine.logsSince[0], undefined);
    const behindMs = Date.now() + engine.aheadMs - Number(engine.logsSince[1]) * 1000;
    t.true(behindMs >= 0 && behindMs < 30_000, `${behindMs}`);
  });
}

test('whoever is narrowed follows a service no further than into another project', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  for (const name of ['ours', 'theirs']) await createProject(cluster, { name }, { name: 'test', role: 'admin' });
  const image = { ...spec.image, project: 'ours' };
  await createService(cluster, 'web', { ...spec, image, replicas: 1 });
  await untilShown(t, cluster, 'web', isRunning);
  const gone = new AbortController();
  t.teardown(() => gone.abort());
  const options = { follow: true, stdout: true, stderr: true, timestamps: false, tail: 'all' } as const;
  const scope = { projects: ['ours'] };
  let hasEnded = false;
  const reading = (async () => {
    for await (const _ of await readServiceLogs(cluster, 'web', { ...options, scope, signal: gone.signal }));
    hasEnded = true;
  })();
  await eventually(t, () => cluster.engines[0]?.following === 1);
  await updateService(cluster, 'web', { image: { ...image, project: 'theirs' } });
  await eventually(t, () => hasEnded);
  await reading;
  t.true(hasEnded);
});

test('the logs of more replicas than a signal usually has listeners are read without a warning', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  const replicas = 12;
  await createService(cluster, 'web', { ...spec, replicas });
  await untilShown(t, cluster, 'web', ({ ready }) => ready === replicas);
  const warnings = collectWarnings(t);
  const gone = new AbortController();
  const options = { follow: true, stdout: true, stderr: true, timestamps: false, tail: 'all' } as const;
  const reading = (async () => {
    for await (const _ of await readServiceLogs(cluster, 'web', { ...options, signal: gone.signal }));
  })();
  await eventually(t, () => cluster.engines[0]?.following === replicas);
  gone.abort();
  await reading;
  t.deepEqual(warnings, []);
});
