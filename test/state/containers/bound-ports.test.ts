import test from 'ava';
import { restartContainer, startContainer } from '../../../src/commands/containers/start-container.ts';
import { stopContainer } from '../../../src/commands/containers/stop-container.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';

const web = (changes: Partial<ImageConfig> = {}): ImageConfig => ({
  name: 'demo/busybox:1',
  type: 'label',
  restart_policy: {},
  bind_ports: [{ proto: 'tcp', container_port: 80 }],
  ...changes,
});

async function portsHeld({ store }: TestCluster): Promise<string[]> {
  return [...(await store.sums('a'))].flatMap(([key, sum]) => (key.startsWith('port/') && sum > 0 ? [key] : []));
}

test('a port chosen by the engine is claimed and released like others', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, web());
  t.deepEqual(await portsHeld(cluster), ['port/tcp/32768']);
  const error = await t.throwsAsync(
    runContainer(cluster, web({ bind_ports: [{ proto: 'tcp', port: 32768, container_port: 80 }] })),
  );
  t.is(error?.message, 'no eligible engines to run image');
  await stopContainer(cluster, id);
  t.deepEqual(await portsHeld(cluster), []);
});

test('a port chosen at a start or restart is claimed', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, web());
  await restartContainer(cluster, id);
  t.deepEqual(await portsHeld(cluster), ['port/tcp/32769']);
  await stopContainer(cluster, id);
  await startContainer(cluster, id);
  t.deepEqual(await portsHeld(cluster), ['port/tcp/32770']);
});

test('a port chosen at a restart by hand is claimed', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, web());
  const [engine] = cluster.engines;
  await engine?.restartContainer(id);
  await resyncEngine(cluster, 'a');
  t.deepEqual(await portsHeld(cluster), ['port/tcp/32769']);
  const before = await cluster.store.head();
  await resyncEngine(cluster, 'a');
  t.is(await cluster.store.head(), before, 'it is on record');
});

test('unbound ports are not reported, and requested ports on the host network are claimed', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const bind_ports = [{ proto: 'tcp', port: 80, container_port: 80 }] as const;
  const { ports } = await runContainer(cluster, web({ network_mode: 'host', bind_ports }));
  t.deepEqual(ports, []);
  t.deepEqual(await portsHeld(cluster), ['port/tcp/80']);
});

test('a lost store gets the bound ports from the engine', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, web());
  const [reservation] = await cluster.store.reservations();
  await cluster.store.release(reservation?.id ?? '');
  await cluster.cache.catchUp();
  await resyncEngine(cluster, 'a');
  t.deepEqual(await portsHeld(cluster), ['port/tcp/32768']);
});
