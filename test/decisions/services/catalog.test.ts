import test from 'ava';
import { createService } from '../../../src/commands/services/change-service.ts';
import { type ShownService, showService } from '../../../src/commands/services/show-service.ts';
import { linkEnvironment } from '../../../src/controllers/services/link-environment.ts';
import { catalog } from '../../../src/decisions/services/catalog.ts';
import { eventually, isRunning, resyncAll, startServer, untilShown } from '../../controllers/services/stage.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { busybox, policy, spec } from './views.ts';

const image = { ...busybox, bind_ports: [{ proto: 'tcp', container_port: 80 }] } as const;
const web = { ...spec, image, replicas: 1, update: policy };

/** Where the only container is bound. */
function bound({ engines }: TestCluster): number | undefined {
  return [...(engines[0]?.containers.values() ?? [])][0]?.ports[0]?.port;
}

const reported = (cluster: Parameters<typeof catalog>[0]) => catalog(cluster, 'web').entries.map(({ port }) => port);

test('the ports that a replica has after a restart are told everywhere, and none while it is down', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  await createService(cluster, 'web', web);
  const { replicas } = await untilShown(t, cluster, 'web', isRunning);
  const before = bound(cluster);
  t.deepEqual(reported(cluster), [before]);
  const [engine] = cluster.engines;
  const id = replicas[0]?.view.containerId ?? '';
  engine?.restarts(id);
  await resyncAll(cluster);
  t.deepEqual(reported(cluster), [], 'it waits to be started again');
  await engine?.startContainer(id);
  const after = bound(cluster);
  t.not(after, before);
  await resyncAll(cluster);
  t.deepEqual(reported(cluster), [after]);
  t.is(linkEnvironment(cluster, { image, links: { web: 'web' } }).WEB_PORT_80_TCP_PORT, String(after));
  const shown = await showService(cluster, 'web');
  t.is(shown.replicas[0]?.ports[0]?.port, after);
});

test('a replica that its engine keeps running stays through a restart by hand, and is exchanged if none follows', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  const kept = { ...image, restart_policy: { name: 'always' } } as const;
  await createService(cluster, 'web', { ...web, image: kept });
  const [replica] = (await untilShown(t, cluster, 'web', isRunning)).replicas;
  const [engine] = cluster.engines;
  const id = replica?.view.containerId ?? '';
  const checkContainer = engine?.checkContainer.bind(engine);
  const ended = new Promise<void>((resolve) => {
    if (!engine || !checkContainer) return;
    engine.checkContainer = async (container) => {
      const seen = await checkContainer(container);
      if (!seen.isRunning) resolve();
      return seen;
    };
  });
  engine?.exit(id, 143);
  await resyncAll(cluster);
  t.deepEqual(reported(cluster), [], 'nobody is sent to it');
  await ended;
  await engine?.startContainer(id);
  await resyncAll(cluster);
  const after = await untilShown(t, cluster, 'web', isRunning);
  t.is(after.replicas[0]?.view.containerId, id);
  engine?.exit(id, 143);
  const isAnother = ({ replicas: [now] }: ShownService) => now?.view.containerId !== id && now?.view.state === 'ready';
  await untilShown(t, cluster, 'web', isAnother);
  t.regex((await showService(cluster, 'web')).lastFailures?.[0]?.reason ?? '', /exit code 143/);
});

test('a server that does not follow the engine tells the ports of a restart too', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const other = await startServer(t, cluster);
  await createService(cluster, 'web', web);
  const { replicas } = await untilShown(t, cluster, 'web', isRunning);
  await cluster.engines[0]?.restartContainer(replicas[0]?.view.containerId ?? '');
  await resyncAll(cluster);
  const isReported = () => reported(other.cluster)[0] === bound(cluster);
  await eventually(t, isReported, () => reported(other.cluster));
  t.deepEqual(reported(other.cluster), [bound(cluster)]);
});

test('a replica on the network of its host is told with the ports that it declares', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  const onHost = { ...busybox, network_mode: 'host', bind_ports: [{ proto: 'tcp', container_port: 8098 }] } as const;
  await createService(cluster, 'web', { ...web, image: onHost });
  await untilShown(t, cluster, 'web', isRunning);
  t.deepEqual(reported(cluster), [8098]);
});
