import test from 'ava';
import { findImage } from '../../../src/commands/images/find-image.ts';
import { removeImage, replaceImage, saveImage } from '../../../src/commands/images/save-image.ts';
import {
  createService,
  removeService,
  rollBackService,
  scaleService,
  updateService,
} from '../../../src/commands/services/change-service.ts';
import { listGenerations } from '../../../src/commands/services/list-generations.ts';
import { generationId } from '../../../src/decisions/services/find-service.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import type { DocumentChange, Store } from '../../../src/store/store.ts';
import { eventually, isRunning, startServer, untilShown } from '../../controllers/services/stage.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';

const idle = { ...spec, replicas: 0, update: { ...policy, monitor: 0 } };

test('of the generations the last 100 are kept, and what a rollback needs', async (t) => {
  const cluster = await startCluster(t);
  await createService(cluster, 'web', idle);
  const image = { ...busybox, environment: { VERSION: '2' } };
  await updateService(cluster, 'web', { image });
  for (let round = 0; round < 130; round++) await scaleService(cluster, 'web', round % 2);
  const kept = (await listGenerations(cluster, 'web')).map(({ generation }) => generation);
  const last = kept.at(-1) ?? 0;
  t.true(last > 120);
  t.deepEqual(kept, [1, 2, ...Array.from({ length: 100 }, (_, index) => last - 99 + index)]);
  t.is((await cluster.store.list('service-generation')).length, kept.length);
  await rollBackService(cluster, 'web');
  t.deepEqual((await cluster.store.read('service', 'web'))?.value.spec.image, busybox);
});

test('a service with thousands of generations, as an older release left it, is removed, and others meanwhile looked after', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await createService(cluster, 'old', idle);
  const found = await cluster.store.read('service', 'old');
  if (!found) return t.fail();
  const { kept: _, ...record } = { ...found.value, generation: 2_100 };
  const generations = Array.from({ length: 2_100 }, (_, index): DocumentChange => {
    const value = { template: 1, spec: idle, cause: 'scale', createdAt: record.createdAt } as const;
    return { kind: 'service-generation', id: generationId('old', index + 1), value };
  });
  await cluster.store.write([{ kind: 'service', id: 'old', value: record }, ...generations]);
  await scaleService(cluster, 'old', 1);
  t.is((await cluster.store.list('service-generation')).length, 2_101 - 500 + 1);
  await startServer(t, cluster);
  await removeService(cluster, 'old');
  await eventually(t, async () => (await cluster.store.read('service', 'old')) === undefined);
  t.deepEqual(await cluster.store.list('service-generation'), []);
});

test('a service whose record the store does not take costs the others nothing', async (t) => {
  let refused = 0;
  const wrap = (store: Store): Store => ({
    ...store,
    async write(changes, guard) {
      if (!changes.some(({ kind, id }) => kind === 'service-status' && id === 'a-bad-one'))
        return store.write(changes, guard);
      refused += 1;
      throw new SatsumaError('store_unavailable', 'too many results to unpack');
    },
  });
  const cluster = await startCluster(t, { engines: 1, wrap });
  await startServer(t, cluster);
  await createService(cluster, 'a-bad-one', { ...idle, replicas: 1 });
  await createService(cluster, 'good', { ...idle, replicas: 1 });
  t.is((await untilShown(t, cluster, 'good', isRunning)).ready, 1);
  const before = refused;
  for (const replicas of [0, 1, 0, 1]) {
    await scaleService(cluster, 'good', replicas);
    t.is((await untilShown(t, cluster, 'good', isRunning)).ready, replicas);
  }
  t.true(refused - before <= 4, `it was tried ${refused - before} times meanwhile`);
});

test('of an image config the last 100 versions are kept, and all are removed', async (t) => {
  const cluster = await startCluster(t);
  await saveImage(cluster, 'redis', busybox);
  for (let round = 2; round <= 130; round++) {
    await replaceImage(cluster, 'redis', { image: { ...busybox, environment: { ROUND: `${round}` } } });
  }
  t.is((await cluster.store.list('image-version')).length, 100);
  t.is((await findImage(cluster, 'redis', 31)).version, 31);
  await t.throwsAsync(findImage(cluster, 'redis', 30), { code: 'no_such_image_config' });
  await removeImage(cluster, 'redis');
  t.deepEqual(await cluster.store.list('image-version'), []);
});
