import test from 'ava';
import { awaitReplicas } from '../../../src/commands/services/await-replicas.ts';
import { createService, removeService } from '../../../src/commands/services/change-service.ts';
import { startServer } from '../../controllers/services/stage.ts';
import { spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';

const forever = new AbortController().signal;

test('what nobody starts is waited for until the time is over, nobody waits any more, or it is removed', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await createService(cluster, 'web', spec);
  const notReady = { code: 'service_not_ready', message: /^0 of 2 replicas of service web are ready, the others are/ };
  await t.throwsAsync(awaitReplicas(cluster, 'web', 2, { ms: 50, signal: forever }), notReady);
  const leaving = AbortSignal.timeout(50);
  await t.throwsAsync(awaitReplicas(cluster, 'web', 2, { ms: 60_000, signal: leaving }), notReady);
  await removeService(cluster, 'web');
  await t.throwsAsync(awaitReplicas(cluster, 'web', 2, { ms: 60_000, signal: forever }), { code: 'service_removed' });
});

test('an image that nobody has is told soon', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  const image = { ...spec.image, name: 'demo/broken:1', pull: 'never' } as const;
  await createService(cluster, 'web', { ...spec, image });
  const begin = performance.now();
  const awaited = awaitReplicas(cluster, 'web', 2, { ms: 60_000, signal: forever });
  await t.throwsAsync(awaited, { code: 'service_not_ready', message: /^0 of 2 .*: .*demo\/broken:1/ });
  t.true(performance.now() - begin < 20_000);
});
