import test from 'ava';
import { planContainer } from '../../src/commands/containers/plan-container.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { SwarmPorts } from '../../src/state/swarm-ports.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';

const web = { proto: 'tcp', port: 8080, service: 'web' } as const;
const image: ImageConfig = {
  ...{ name: 'demo/busybox:1', type: 'label', restart_policy: {} },
  bind_ports: [{ proto: 'tcp', port: 8080, container_port: 80 }],
};

const manager = { node: 'm', managers: ['m'] };
const worker = { node: 'w', managers: ['m'] };

test('a manager’s report applies to all engines of its swarm only', (t) => {
  const ports = new SwarmPorts();
  t.deepEqual(ports.put('b', worker), ['b']);
  t.deepEqual(ports.holdersOn('b'), []);
  t.deepEqual([...ports.put('a', { ...manager, ingress: [web] })].sort(), ['a', 'b']);
  ports.put('c', { node: 'x', managers: ['y'] });
  const holder = { name: 'swarm service web', claims: [{ key: 'port/tcp/8080', amount: 65_536, limit: null }] };
  t.deepEqual(
    ['a', 'b', 'c', 'd'].map((id) => ports.holdersOn(id)),
    [[holder], [holder], [], []],
  );
  t.deepEqual(ports.put('a', { ...manager, ingress: [web] }), [], 'nothing new');
  t.deepEqual([...ports.put('a', undefined)].sort(), ['a', 'b']);
  t.deepEqual(ports.holdersOn('b'), []);
});

test('ports reported by several managers count once', (t) => {
  const ports = new SwarmPorts();
  for (const node of ['m', 'n']) ports.put(node, { node, managers: ['m', 'n'], ingress: [web] });
  t.is(ports.holdersOn('m')[0]?.claims.length, 1);
});

async function withSwarm(cluster: TestCluster): Promise<void> {
  const [a, b] = cluster.engines;
  if (!a || !b) throw new Error('two engines are needed');
  a.swarm = { ...manager, isManager: true };
  a.ingressPorts = [web];
  b.swarm = { ...worker, isManager: false };
  for (const id of ['a', 'b']) await resyncEngine(cluster, id);
}

test('a swarm port is taken on its engines, and the service is named', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  await withSwarm(cluster);
  const { candidates, refused } = await planContainer(cluster, image);
  t.deepEqual(
    candidates.map(({ engine }) => engine.id),
    ['c'],
  );
  t.deepEqual(
    refused.engines.map(({ engine, message }) => [engine, message]),
    ['a', 'b'].map((engine) => [engine, 'port tcp/8080 is taken by swarm service web']),
  );
  t.is((await runContainer(cluster, image)).engine.id, 'c');
  t.deepEqual(cluster.cache.snapshot('a').holders, [], 'it is no container');
});

test('a removed service frees its port', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await withSwarm(cluster);
  const [a] = cluster.engines;
  if (a) a.ingressPorts = [];
  await resyncEngine(cluster, 'a');
  t.is((await planContainer(cluster, image)).candidates.length, 2);
});

test('a manager without an answer stays ok, and its last report is kept', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await withSwarm(cluster);
  cluster.engines[0]?.fail('listIngressPorts', 'engine_refused');
  await resyncEngine(cluster, 'a');
  t.is(cluster.cache.engine('a').value.condition, 'ok');
  t.is((await planContainer(cluster, image)).candidates.length, 0);
});

test('other servers learn it from the published observation', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await withSwarm(cluster);
  const observations = await cluster.store.list('observation');
  t.deepEqual(
    observations.map(({ value }) => value.swarm),
    [{ ...manager, ingress: [web] }, worker],
  );
});
