import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { registerEngine } from '../../src/commands/engines/register-engine.ts';
import { EngineWatcher } from '../../src/engine-sync/engine-watcher.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import type { ContainerList } from '../../src/engines/engine-client.ts';
import type { ContainerDetail } from '../../src/model/container.ts';
import { Semaphore } from '../../src/runtime/semaphore.ts';
import { FakeEngine } from '../engines/fake-engine.ts';
import { startCluster } from '../fixtures/harness.ts';

/** Lists so many containers that nobody has seen before, each time it is asked, while it is moody. */
class RestlessEngine extends FakeEngine {
  size = 0;
  isRestless = true;
  /** Called at each inspection. */
  inspected = () => {};
  #lists = 0;

  override async listContainers(): Promise<ContainerList> {
    await super.listContainers();
    if (this.isRestless) this.#lists += 1;
    const prefix = this.#lists.toString(16).padStart(8, '0');
    return Array.from({ length: this.size }, (_, index) => ({
      id: `${prefix}${index.toString(16).padStart(8, '0')}`.padEnd(64, '0'),
      name: `c${prefix}-${index}`,
      imageName: 'demo/busybox:1',
      state: 'running' as const,
      labels: {},
      ports: [],
      createdAt: '2026-01-01T00:00:00.000Z',
    }));
  }

  override async inspectContainer(id: string): Promise<ContainerDetail> {
    this.calls.push(`inspectContainer ${id}`);
    this.inspected();
    const nothing = {
      imageName: 'demo/busybox:1',
      hostname: '',
      domain: '',
      entrypoint: [],
      args: [],
      environment: {},
      volumes: [],
    };
    return { id, ...nothing, restartPolicy: {}, networkMode: 'bridge', cpus: 0, memory: 0, bindPorts: [], ports: [] };
  }
}

test('an engine that lists 5,000 new containers each time is processed at a limited rate', async (t) => {
  t.timeout(60_000);
  const cluster = await startCluster(t);
  const engine = new RestlessEngine('a');
  cluster.pool.engines.set('a', engine);
  await registerEngine(cluster, { id: 'a', addr: 'https://a.test:2376', labels: [] });
  engine.size = 5_000;
  const watcher = new EngineWatcher(cluster, 'a', { semaphores: { well: new Semaphore(1), unwell: new Semaphore(1) } });
  watcher.start();
  t.teardown(() => watcher.stop());
  const begin = performance.now();
  while (performance.now() - begin < 2_000) {
    engine.events.tell({ kind: 'image', action: 'pull', id: 'x' });
    await sleep(100);
  }
  const seconds = (performance.now() - begin) / 1000;
  const inspections = engine.calls.filter((call) => call.startsWith('inspectContainer')).length;
  t.true(inspections <= 2_000 + 500 * (seconds + 1), `${inspections} inspections in ${seconds} s`);
  t.is(cluster.cache.engine('a').value.condition, 'ok', 'it was well before');
});

test('an engine with more containers than one resync handles is pending until all are in the ledger', async (t) => {
  t.timeout(60_000);
  const cluster = await startCluster(t);
  const engine = new RestlessEngine('a');
  engine.isRestless = false;
  engine.size = 1_200;
  // On a slow machine the allowance is filled as fast as it is used up.
  engine.inspected = () => {
    const { allowance } = cluster.details.engine('a');
    while (allowance.take());
  };
  cluster.pool.engines.set('a', engine);
  await registerEngine(cluster, { id: 'a', addr: 'https://a.test:2376', labels: [] });
  t.is(cluster.cache.engine('a').value.condition, 'pending');
  engine.inspected = () => {};
  for (let resync = 1; !(await resyncEngine(cluster, 'a')); resync++) {
    t.true(resync < 100);
    await sleep(200);
  }
  t.is(cluster.cache.engine('a').value.condition, 'ok');
  t.is(cluster.cache.reservations('a').length, 1_200);
  const { length } = engine.calls;
  t.true(await resyncEngine(cluster, 'a'));
  t.deepEqual(
    engine.calls.slice(length),
    ['handshake', 'listContainers', 'listImages'],
    'known containers are not inspected again',
  );
});
