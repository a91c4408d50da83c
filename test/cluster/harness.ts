import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { buildRegistry } from '../../schedulers/index.ts';
import type { Cluster, ClusterSettings } from '../../src/cluster/cluster.ts';
import { DetailCache } from '../../src/cluster/containers/detail-cache.ts';
import { type ContainerFilter, listContainers } from '../../src/cluster/containers/list-containers.ts';
import { registerEngine } from '../../src/cluster/engines/register-engine.ts';
import { Gate } from '../../src/cluster/gate.ts';
import { Mirror } from '../../src/cluster/mirror/mirror.ts';
import { Turns } from '../../src/cluster/turns.ts';
import { ContainerPublisher } from '../../src/cluster/watch/container-publisher.ts';
import { Installation } from '../../src/installation/installation.ts';
import { deriveLabelKey } from '../../src/installation/label-keys.ts';
import { createLogger } from '../../src/logging/logger.ts';
import { openEmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { FakeEngine } from '../engines/fake-engine.ts';
import { FakePool } from '../engines/fake-pool.ts';
import { TurnedClock } from './turned-clock.ts';

export interface TestCluster extends Cluster {
  readonly pool: FakePool;
  readonly clock: TurnedClock;
  /** The fake engines that were registered: `a`, `b`, ... */
  readonly engines: readonly FakeEngine[];
}

export interface ClusterOptions {
  /** How many are registered, each with 4 CPUs and 8192 MB. */
  readonly engines?: number;
  readonly settings?: Partial<ClusterSettings>;
  /** Stands between the cluster and its store. */
  readonly wrap?: (store: Store) => Store;
  readonly composed?: Parameters<typeof buildRegistry>[0];
  readonly installation?: Installation;
  /** Shared by two clusters: both have these engines registered. */
  readonly pool?: FakePool;
}

/** An installation whose keys come of this secret. */
export function installationOf(secret: string, name?: string): Installation {
  return new Installation([deriveLabelKey(Buffer.from(secret))], name);
}

export const testInstallation = installationOf('a secret of the tests');

/** AVA starts all tests of a file at once: a hundred stores that are made together wait for the disk and each other. */
const starting = new Gate(4);

/** Everything real but the engines: an embedded store in a folder of its own, gone when the test is. */
export function startCluster(t: ExecutionContext, options: ClusterOptions = {}): Promise<TestCluster> {
  return starting.through(() => buildCluster(t, options));
}

async function buildCluster(t: ExecutionContext, options: ClusterOptions): Promise<TestCluster> {
  const dir = await mkdtemp(join(tmpdir(), 'satsuma-test-'));
  const opened = await openEmbeddedStore({ dir });
  const store = options.wrap?.(opened) ?? opened;
  const logger = createLogger({ level: 'silent' });
  const pool = options.pool ?? new FakePool();
  const settings = {
    strategy: 'binpack',
    overcommit: 1,
    leaseMs: 60_000,
    observeIntervalMs: 60_000,
    deadlines: { startMs: 60_000 },
    nameScope: 'cluster',
  } as const;
  const clock = new TurnedClock();
  const mirror = new Mirror(store, options.settings?.overcommit ?? 1, logger, clock);
  await mirror.start();
  const cluster: Cluster = {
    store,
    pool,
    mirror,
    clock,
    details: new DetailCache((...inspected) => mirror.containers.inspected(...inspected)),
    registry: buildRegistry(options.composed),
    turns: new Turns(),
    installation: options.installation ?? testInstallation,
    settings: { ...settings, ...options.settings },
    logger,
  };
  t.teardown(async () => {
    await mirror.stop();
    await opened.close();
    await rm(dir, { recursive: true });
  });
  const ids = [...'abcdefghij'].slice(0, options.engines ?? 0);
  for (const id of ids) await registerEngine(cluster, { id, addr: `https://${id}.test:2376`, labels: [`on-${id}`] });
  return { ...cluster, pool, clock, engines: ids.map((id) => pool.client({ id })) };
}

const publishing = new WeakSet<Store>();

/** From now on other servers on its store learn what this one sees of containers. */
export async function publishContainers(t: ExecutionContext, cluster: TestCluster): Promise<void> {
  if (publishing.has(cluster.store)) return;
  publishing.add(cluster.store);
  const name = 'watch/of the tests';
  const lease = await cluster.store.acquireLease(name, 'a server', 3_600_000);
  const publisher = new ContainerPublisher(cluster, { fence: () => ({ name, token: lease?.token ?? 0 }) });
  publisher.start();
  t.teardown(() => publisher.stop());
}

/** Of every engine. */
export async function listAll(cluster: Cluster, filter: ContainerFilter = {}) {
  const { shown, errors } = await listContainers(cluster, filter, (containers) => containers);
  return { containers: shown.flat(), errors };
}
