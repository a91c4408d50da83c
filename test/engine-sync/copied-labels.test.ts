import test from 'ava';
import { destroyContainer } from '../../src/commands/containers/destroy-container.ts';
import { createService, scaleService } from '../../src/commands/services/change-service.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { FakeEngine } from '../engines/fake-engine.ts';
import { listAll, startCluster, type TestCluster } from '../fixtures/harness.ts';

const busybox: ImageConfig = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 };

function labelsOn(engine: FakeEngine | undefined, containerId: string): Readonly<Record<string, string>> {
  return engine?.containers.get(containerId)?.labels ?? {};
}

async function startByHand(
  engine: FakeEngine | undefined,
  name: string,
  labels: Readonly<Record<string, string>>,
  image: ImageConfig = busybox,
): Promise<string> {
  const id = (await engine?.createContainer({ image, name, labels, maximumCpus: 4 })) ?? '';
  await engine?.startContainer(id);
  return id;
}

async function resyncAll(cluster: TestCluster): Promise<void> {
  for (const { id } of cluster.engines) await resyncEngine(cluster, id);
}

test('a container with copied labels on another engine is foreign, and counted by its resources', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const [a, b] = cluster.engines;
  const { id, engine } = await runContainer(cluster, { ...busybox, labels: ['on-a'] });
  t.is(engine.id, 'a');
  const copy = await startByHand(b, 'copy', labelsOn(a, id), { ...busybox, memory: 300 });
  await resyncAll(cluster);
  t.is((await cluster.store.sums('b')).get('memory'), 300);
  const [record] = cluster.cache.reservationsOf(copy);
  t.like(record, { engineId: 'b', isForeign: true, name: 'copy' });
  t.like(cluster.cache.reservationsOf(id)[0], { engineId: 'a' });
  const shown = (await listAll(cluster)).containers.map(({ name, image }) => [name, image.type]);
  t.deepEqual(Object.fromEntries(shown)['/copy'], '');
});

test('a label claiming a replacement replaces nothing', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const [a, b] = cluster.engines;
  const image = { ...busybox, labels: ['on-a'], reschedule: 'on-engine-failure' } as const;
  const { id } = await runContainer(cluster, image);
  const labels = labelsOn(a, id);
  const changed = {
    ...labels,
    'satsuma.reservation': 'f'.repeat(24),
    'satsuma.replaces': labels['satsuma.reservation'] ?? '',
  };
  const forged = await startByHand(b, 'forged', changed);
  await resyncAll(cluster);
  t.deepEqual(
    cluster.cache.reservationsOf(forged).filter(({ replaces }) => replaces !== undefined),
    [],
  );
  t.deepEqual(
    cluster.cache.reschedulable().map(({ containerId }) => containerId),
    [id],
  );
});

test('claims of unsigned labels do not fill an engine', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [a] = cluster.engines;
  const { id } = await runContainer(cluster, busybox);
  const { 'satsuma.signature': _, 'satsuma.installation': __, ...labels } = labelsOn(a, id);
  const claims = JSON.stringify([{ key: 'memory', amount: 2 ** 39, limit: null }]);
  const changed = { ...labels, 'satsuma.reservation': 'f'.repeat(24), 'satsuma.claims': claims };
  for (const each of [changed, { ...labelsOn(a, id), ...changed, 'satsuma.reservation': 'e'.repeat(24) }]) {
    await startByHand(a, `hand-${each['satsuma.reservation'].slice(0, 4)}`, each);
  }
  await resyncAll(cluster);
  t.is((await cluster.store.sums('a')).get('memory'), 300);
});

test('a container with a copied slot and a later copy number is not a replica', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const [, b] = cluster.engines;
  const spec = {
    image: busybox,
    replicas: 1,
    update: { parallelism: 1, delay: 0, order: 'start-first', monitor: 0, max_failure: 0, on_failure: 'pause' },
    grace: 30,
    shutdown_delay: 0,
  } as const;
  await createService(cluster, 'web', spec);
  await scaleService(cluster, 'web', 0);
  const labels = { 'satsuma.service': 'web', 'satsuma.slot': '1', 'satsuma.generation': '1', 'satsuma.copy': '77' };
  const image = { 'satsuma.image': JSON.stringify(busybox), 'satsuma.claims': '[]', 'satsuma.reason': '{}' };
  await startByHand(b, 'forged', { 'satsuma.reservation': 'f'.repeat(24), ...image, ...labels });
  await resyncAll(cluster);
  const { id } = cluster.cache.services.get('web')?.value ?? {};
  t.deepEqual(cluster.cache.replicas('web', id), []);
});

test('a copy on the same engine is foreign, with or without the store', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [a] = cluster.engines;
  const { id } = await runContainer(cluster, { ...busybox, container_name: 'web' });
  const copy = await startByHand(a, 'committed', labelsOn(a, id));
  await resyncAll(cluster);
  t.true(cluster.cache.reservationsOf(copy)[0]?.isForeign);
  for (const { id: reservation } of await cluster.store.reservations()) await cluster.store.release(reservation);
  await cluster.cache.catchUp();
  await resyncAll(cluster);
  t.true(cluster.cache.reservationsOf(copy)[0]?.isForeign);
  t.is(cluster.cache.reservationsOf(id)[0]?.isForeign, undefined);
});

test('a copy stays foreign after its original is gone, and is not removed', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const [a, b] = cluster.engines;
  const { id } = await runContainer(cluster, { ...busybox, labels: ['on-a'], container_name: 'web' });
  const copies = [await startByHand(a, 'copy', labelsOn(a, id)), await startByHand(b, 'far', labelsOn(a, id))];
  await resyncAll(cluster);
  await destroyContainer(cluster, id);
  await resyncAll(cluster);
  for (const copy of copies) {
    t.deepEqual(
      cluster.cache.reservationsOf(copy).map(({ isForeign }) => isForeign),
      [true],
    );
  }
});
