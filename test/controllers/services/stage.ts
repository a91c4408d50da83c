import type { ExecutionContext } from 'ava';
import { type ShownService, showService } from '../../../src/commands/services/show-service.ts';
import { ControllerManager } from '../../../src/controllers/controller-manager.ts';
import { Leadership } from '../../../src/controllers/leadership.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import type { EngineClient } from '../../../src/engines/engine-client.ts';
import type { Cluster } from '../../../src/state/cluster.ts';
import { StateCache } from '../../../src/state/state-cache.ts';
import { publishContainers, type TestCluster } from '../../fixtures/harness.ts';
import type { Life } from '../../fixtures/mortal.ts';

const timeoutMs = 30_000;

/** Asks again and again until it is so; `describe` tells what there is instead where it never is. */
export async function eventually(
  t: ExecutionContext,
  isSo: () => boolean | Promise<boolean>,
  describe: () => unknown = () => isSo.toString(),
): Promise<void> {
  const until = performance.now() + timeoutMs;
  t.timeout(timeoutMs + 10_000);
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error(`not within ${timeoutMs} ms: ${JSON.stringify(await describe())}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

interface TestServer {
  readonly cluster: Cluster;
  readonly leadership: Leadership;
}

/** A server that looks after services beside others on the same store, for as long as `life` lets it. */
export async function startServer(
  t: ExecutionContext,
  shared: TestCluster,
  { id = 'one', life }: { readonly id?: string; readonly life?: Life } = {},
): Promise<TestServer> {
  await publishContainers(t, shared);
  const cache = new StateCache(shared.store, 1, shared.logger, shared.clock);
  await cache.start();
  const clients = new Map<string, EngineClient>();
  const clientOf = (engine: { readonly id: string }): EngineClient => {
    const client = clients.get(engine.id) ?? life?.through(shared.pool.client(engine)) ?? shared.pool.client(engine);
    clients.set(engine.id, client);
    return client;
  };
  const pool = {
    ...{ client: clientOf, forget: () => undefined, close: () => undefined },
    canonicalAddress: (addr: string) => shared.pool.canonicalAddress(addr),
    certificates: () => shared.pool.certificates(),
    engineCertificates: () => shared.pool.engineCertificates(),
    identify: (name: string, pem: string) => shared.pool.identify(name, pem),
    violations: shared.pool.violations,
  };
  const store = life?.through(shared.store) ?? shared.store;
  const cluster: Cluster = { ...shared, store, cache, pool };
  const leadership = new Leadership(store, id, shared.logger);
  const controllerManager = new ControllerManager(cluster, leadership);
  leadership.start();
  controllerManager.start();
  t.teardown(async () => {
    // The dead are told as well, and do not answer.
    const stopped = [controllerManager.stop(), leadership.stop()];
    if (!life?.isOver) await Promise.all(stopped);
    await cache.stop();
  });
  return { cluster, leadership };
}

/** Ends the lease of a server that is gone, as time would. */
export async function endLeadOf({ store }: TestCluster, id: string): Promise<void> {
  await store.acquireLease('services', id, 1);
}

/** What the engines' watchers would see by and by. */
export async function resyncAll(cluster: TestCluster): Promise<void> {
  for (const { id } of cluster.engines) await resyncEngine(cluster, id);
}

/** Waits until the service is shown as it should be, while engines are looked at as watchers do. */
export async function untilShown(
  t: ExecutionContext,
  cluster: TestCluster,
  name: string,
  isSo: (shown: ShownService) => boolean,
): Promise<ShownService> {
  let shown = await showService(cluster, name);
  const look = async () => {
    await resyncAll(cluster);
    await cluster.cache.catchUp();
    shown = await showService(cluster, name);
    return isSo(shown);
  };
  await eventually(t, look, () => shown);
  return shown;
}

/** It is whole: all its replicas of the present template, and nothing else. */
export function isRunning({ state, ready, replicas, record }: ShownService): boolean {
  const areOfTemplate = replicas.every(({ view }) => view.generation === record.template && view.state === 'ready');
  return state === 'running' && replicas.length === ready && areOfTemplate;
}

/** Every container there is, as `engine/slot/generation/copy`, sorted. */
export function containersOf({ engines }: TestCluster): string[] {
  const labels = engines.flatMap((engine) =>
    [...engine.containers.values()].map((each) => ({ engine, ...each.labels })),
  );
  return labels
    .map(({ engine, ...of }) => {
      const {
        'satsuma.slot': slot,
        'satsuma.generation': generation,
        'satsuma.copy': copy,
      } = of as Record<string, string>;
      return `${engine.id}/${slot}/${generation}/${copy}`;
    })
    .sort();
}

/** How often containers were asked for, on all engines. */
export function createdOn({ engines }: TestCluster): number {
  return engines.flatMap(({ calls }) => calls.filter((call) => call.startsWith('createContainer'))).length;
}
