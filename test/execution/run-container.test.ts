import test, { type ExecutionContext } from 'ava';
import { destroyContainer } from '../../src/commands/containers/destroy-container.ts';
import { showEngine } from '../../src/commands/engines/show-engine.ts';
import type { EngineClient } from '../../src/engines/engine-client.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { Explanation } from '../../src/placement/explain.ts';
import type { Store } from '../../src/store/store.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';
import { overlay } from '../fixtures/overlay.ts';

const busybox = (changes: Partial<ImageConfig> = {}): ImageConfig => ({
  name: 'demo/busybox:1',
  type: 'label',
  restart_policy: {},
  ...changes,
});
const on80 = { bind_ports: [{ proto: 'tcp', port: 80, container_port: 8080 }] } as const;

/** What the ledger holds, by engine; nothing where it holds nothing. */
async function held(cluster: TestCluster): Promise<Record<string, Record<string, number>>> {
  await cluster.cache.catchUp();
  const entries = await Promise.all(
    cluster.engines.map(async ({ id }) => [id, Object.fromEntries(await cluster.store.sums(id))] as const),
  );
  return Object.fromEntries(entries.filter(([, sums]) => Object.values(sums).some((sum) => sum > 0)));
}

async function failure(t: ExecutionContext, run: Promise<unknown>): Promise<SatsumaError> {
  const error = await t.throwsAsync(run, { instanceOf: SatsumaError });
  return error as SatsumaError;
}

test('a container runs, is recorded as bound, and has its record in its labels', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const ran = await runContainer(cluster, busybox({ cpus: 0.5, memory: 128, ...on80 }));
  t.is(ran.engine.id, 'a');
  t.deepEqual(ran.ports, [{ proto: 'tcp', host_ip: '0.0.0.0', port: 80, container_port: 8080 }]);
  const container = cluster.engines[0]?.containers.get(ran.id);
  t.is(container?.state, 'running');
  const [record] = await cluster.store.reservations();
  t.like(record?.value, { state: 'bound', containerId: ran.id, engineId: 'a' });
  t.is(container?.labels['satsuma.reservation'], record?.id);
  t.deepEqual(await held(cluster), { a: { cpu: 500, memory: 128, 'port/tcp/80': 65_536, 'image/demo/busybox:1': 1 } });
});

test('a placement lists, inspects and pulls nothing; a started container is inspected for its ports', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  for (const { calls } of cluster.engines) calls.length = 0;
  await runContainer(cluster, busybox(on80));
  const calls = cluster.engines.flatMap((engine) => engine.calls.map((call) => call.split(' ')[0]));
  t.deepEqual(calls, ['createContainer', 'startContainer', 'inspectContainer']);
});

test('the details of a replica without ports are not waited for; those of a container that a client asked for are', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [engine] = cluster.engines;
  if (!engine) return t.fail();
  const order: string[] = [];
  const inspect = engine.inspectContainer.bind(engine);
  engine.inspectContainer = async (id) => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    order.push('inspected');
    return await inspect(id);
  };
  await runContainer(cluster, busybox());
  order.push('container');
  const replica = { service: 'web', fingerprint: '', slot: '1', generation: 1, copy: 0 };
  const { id } = await runContainer(cluster, busybox(), { replica });
  order.push('replica');
  while (!cluster.details.engine('a').get(id)) await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(order, ['inspected', 'container', 'replica', 'inspected']);
});

test('a port held by a foreign process moves the container to the next engine, and leaves nothing behind', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.foreignPorts.add('tcp/80');
  const ran = await runContainer(cluster, busybox(on80));
  t.is(ran.engine.id, 'b');
  t.is(cluster.engines[0]?.containers.size, 0);
  t.deepEqual(Object.keys(await held(cluster)), ['b']);
});

test('with names unique per engine, a name held by a foreign container moves to the next engine', async (t) => {
  const cluster = await startCluster(t, { engines: 2, settings: { nameScope: 'engine' } });
  cluster.engines[0]?.runForeign('web');
  t.is((await runContainer(cluster, busybox({ container_name: 'web' }))).engine.id, 'b');
});

test('an unreachable engine moves the container to the next one', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.fail('any', 'engine_unreachable');
  t.is((await runContainer(cluster, busybox())).engine.id, 'b');
});

test('an invalid response to a create moves the container to the next engine', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.fail('createContainer', 'engine_failed');
  t.is((await runContainer(cluster, busybox())).engine.id, 'b');
  t.deepEqual(cluster.cache.snapshot('a').holders, []);
});

test('if every engine is refused, each has its reason with the holders', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  for (const name of ['one', 'two']) await runContainer(cluster, busybox({ ...on80, container_name: name }));
  cluster.engines[2]?.foreignPorts.add('tcp/80');
  const error = await failure(t, runContainer(cluster, busybox(on80)));
  t.is(error.code, 'unschedulable');
  t.is(error.message, 'no eligible engines to run image');
  const { engines } = error.details as Explanation;
  t.deepEqual(
    engines.map(({ engine, code, held_by }) => ({ engine, code, held_by })),
    [
      { engine: 'a', code: 'port_taken', held_by: ['one'] },
      { engine: 'b', code: 'port_taken', held_by: ['two'] },
      { engine: 'c', code: 'port_taken', held_by: undefined },
    ],
  );
});

test('of 100 concurrent runs with one port on three engines, three succeed', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  const runs = await Promise.allSettled(Array.from({ length: 100 }, () => runContainer(cluster, busybox(on80))));
  t.is(runs.filter(({ status }) => status === 'fulfilled').length, 3);
  const refused = runs.flatMap((run) => (run.status === 'rejected' ? [run.reason as SatsumaError] : []));
  t.true(
    refused.every(
      ({ code, details }) =>
        code === 'unschedulable' && (details as Explanation).engines.every(({ held_by }) => held_by?.length === 1),
    ),
  );
  t.deepEqual(
    cluster.engines.map(({ containers }) => containers.size),
    [1, 1, 1],
  );
});

test('a port is free again as soon as its container is destroyed', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  for (let i = 0; i < 3; i++) {
    const { id } = await runContainer(cluster, busybox(on80));
    await destroyContainer(cluster, id);
  }
  t.deepEqual(await held(cluster), {});
});

test('a missing image is pulled; one that does not exist is named, and nothing is left', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.registry.add('team/web:2');
  t.is((await runContainer(cluster, busybox({ name: 'team/web:2' }))).engine.id, 'a');
  const error = await failure(t, runContainer(cluster, busybox({ name: 'team/none' })));
  t.is(error.code, 'no_such_image');
  t.deepEqual(
    Object.keys((await held(cluster)).a ?? {}).filter((key) => key.includes('none')),
    [],
  );
});

test('an image that no registry has is found on an engine that has it', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  cluster.engines[2]?.images.add('local/tool:1');
  cluster.cache.observed('c', {
    observedAt: 'now',
    version: 1,
    images: new Set(['local/tool:1']),
  });
  t.is((await runContainer(cluster, busybox({ name: 'local/tool:1' }))).engine.id, 'c');
  t.false(cluster.engines[1]?.calls.includes('pullImage local/tool:1'));
});

test('an unreachable registry does not matter if another engine has the image', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.fail('pullImage', 'engine_refused');
  cluster.cache.observed('b', {
    observedAt: 'now',
    version: 1,
    images: new Set(['local/tool:1']),
  });
  cluster.engines[1]?.images.add('local/tool:1');
  t.is((await runContainer(cluster, busybox({ name: 'local/tool:1' }))).engine.id, 'b');
  const error = await failure(t, runContainer(cluster, busybox({ name: 'local/none:1' })));
  t.is(error.code, 'pull_failed');
  t.false('image/local/none:1' in ((await held(cluster)).a ?? {}));
});

test('a missing mounted image is pulled; one that does not exist is named', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [engine] = cluster.engines;
  const mounted = (source: string) => busybox({ mounts: [{ type: 'image', source, target: '/models' }] });
  const pulls = () => engine?.calls.filter((call) => call.startsWith('pullImage'));
  for (const each of ['team/models:1', 'team/models:2', 'team/web:1']) engine?.registry.add(each);
  await runContainer(cluster, mounted('team/models:1'));
  t.deepEqual(pulls(), ['pullImage team/models:1']);
  await runContainer(cluster, { ...mounted('team/models:2'), name: 'team/web:1' });
  t.deepEqual(pulls()?.slice(1).sort(), ['pullImage team/models:2', 'pullImage team/web:1']);
  const error = await failure(t, runContainer(cluster, mounted('team/models:3')));
  t.regex(error.message, /team\/models:3/);
});

test('pull "never" does not pull', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  cluster.engines[0]?.registry.add('team/web:2');
  const error = await failure(t, runContainer(cluster, busybox({ name: 'team/web:2', pull: 'never' })));
  t.is(error.code, 'no_such_image');
});

test('a create that timed out keeps its claims, because the container may exist', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  cluster.engines[0]?.fail('createContainer', 'engine_timeout', { takesEffect: true, times: 1 });
  const error = await failure(t, runContainer(cluster, busybox({ memory: 100 })));
  t.is(error.code, 'engine_timeout');
  t.is((await held(cluster)).a?.memory, 100);
});

test('a refused start is undone', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.fail('startContainer', 'engine_refused');
  const error = await failure(t, runContainer(cluster, busybox({ memory: 100 })));
  t.is(error.code, 'engine_refused');
  t.is(cluster.engines[0]?.containers.size, 0);
  t.deepEqual(await held(cluster), {});
});

test('an engine that cannot start containers moves the container to the next one, and leaves nothing behind', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  for (const engine of cluster.engines.slice(0, 2)) engine.fail('startContainer', 'engine_failed');
  t.is((await runContainer(cluster, busybox({ memory: 100 }))).engine.id, 'c');
  t.deepEqual(
    cluster.engines.map(({ containers }) => containers.size),
    [0, 0, 1],
  );
  t.deepEqual(Object.keys(await held(cluster)), ['c']);
});

test('if no engine can start containers, a few are tried and the engine is named', async (t) => {
  const cluster = await startCluster(t, { engines: 10 });
  for (const engine of cluster.engines) engine.fail('startContainer', 'engine_failed');
  const error = await failure(t, runContainer(cluster, busybox({ memory: 100 })));
  t.is(error.code, 'engine_failed');
  t.is(cluster.engines.flatMap(({ calls }) => calls.filter((call) => call.startsWith('startContainer'))).length, 8);
  t.deepEqual(await held(cluster), {});
});

for (const call of ['createContainer', 'startContainer'] as const) {
  test(`an engine that lacks something for ${call} moves the container to the next one, without a failure count`, async (t) => {
    const cluster = await startCluster(t, { engines: 3 });
    for (const engine of cluster.engines.slice(0, 2)) engine.fail(call, 'engine_lacks');
    t.is((await runContainer(cluster, busybox({ memory: 100, network_mode: 'only2b' }))).engine.id, 'c');
    t.deepEqual(
      cluster.engines.map(({ containers }) => containers.size),
      [0, 0, 1],
    );
    t.deepEqual(Object.keys(await held(cluster)), ['c']);
    for (const { id } of cluster.engines) t.is((await showEngine(cluster, id)).failures, undefined);
  });
}

test('if every engine lacks it, the error has the message of each, besides those without capacity', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  await runContainer(cluster, busybox({ memory: 8000 }));
  for (const engine of cluster.engines) engine.fail('startContainer', 'engine_lacks');
  const error = await failure(t, runContainer(cluster, busybox({ memory: 500 })));
  t.is(error.code, 'unschedulable');
  const { engines } = error.details as Explanation;
  t.deepEqual(
    engines.map(({ engine, code, message }) => [engine, code, message]),
    [
      ['b', 'engine_lacks', 'engine b: startContainer fails with engine_lacks'],
      ['c', 'engine_lacks', 'engine c: startContainer fails with engine_lacks'],
      ['a', 'memory_short', '500 MB of memory wanted, 192 of 8192 free'],
    ],
  );
});

test('equal messages about different containers are counted together', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  const clients = new Map<string, EngineClient>();
  for (const engine of cluster.engines) {
    const startContainer = async (id: string): Promise<never> => {
      const sentence = `refused to start container ${id}: network nosuchnet not found`;
      throw new SatsumaError('engine_lacks', `engine ${engine.id} (https://${engine.id}.test:2376) ${sentence}`);
    };
    clients.set(engine.id, overlay<EngineClient>(engine, { startContainer }));
  }
  const client = (engine: { readonly id: string }) => clients.get(engine.id) ?? cluster.pool.client(engine);
  const server = { ...cluster, pool: overlay(cluster.pool, { client: client as never }) };
  const error = await failure(t, runContainer(server, busybox()));
  t.deepEqual((error.details as Explanation).counts, [
    { message: 'refused to start container: network nosuchnet not found', engines: 3 },
  ]);
});

test('of many engines that lack it, a few are tried, and each of those has its reason', async (t) => {
  const cluster = await startCluster(t, { engines: 10 });
  for (const engine of cluster.engines) engine.fail('startContainer', 'engine_lacks');
  const error = await failure(t, runContainer(cluster, busybox()));
  t.is(error.code, 'unschedulable');
  t.is((error.details as Explanation).engines.length, 8);
  t.is(cluster.engines.flatMap(({ calls }) => calls.filter((call) => call.startsWith('startContainer'))).length, 8);
  t.deepEqual(await held(cluster), {});
});

test('besides engines that lack it, one that fails is named and counted', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.fail('startContainer', 'engine_failed');
  cluster.engines[1]?.fail('startContainer', 'engine_lacks');
  const error = await failure(t, runContainer(cluster, busybox()));
  t.is(error.code, 'unschedulable');
  t.deepEqual(
    (error.details as Explanation).engines.map(({ engine, code }) => [engine, code]),
    [
      ['a', 'engine_failed'],
      ['b', 'engine_lacks'],
    ],
  );
  t.is((await showEngine(cluster, 'a')).failures?.count, 1);
  t.is((await showEngine(cluster, 'b')).failures, undefined);
});

test('if the store becomes unavailable before the container is recorded, the container is removed', async (t) => {
  const away = () => Promise.reject(new SatsumaError('store_unavailable', 'away'));
  const cluster = await startCluster(t, { engines: 1, wrap: (store) => overlay(store, { bind: away }) });
  const error = await failure(t, runContainer(cluster, busybox()));
  t.is(error.code, 'store_unavailable');
  t.is(cluster.engines[0]?.containers.size, 0);
});

test('if the reservation expires during a slow start, the container is removed', async (t) => {
  const cluster = await startCluster(t, {
    engines: 1,
    wrap: (store) => overlay(store, { bind: async () => undefined }),
  });
  const error = await failure(t, runContainer(cluster, busybox()));
  t.is(error.code, 'reservation_lost');
  t.is(cluster.engines[0]?.containers.size, 0);
});

test('a decision on a record that changed meanwhile is repeated', async (t) => {
  let staleOnce = true;
  const cluster = await startCluster(t, {
    engines: 1,
    wrap: (store) =>
      overlay(store, {
        reserve: async (request) => {
          if (!staleOnce) return store.reserve(request);
          staleOnce = false;
          return { ok: false, reason: 'stale' };
        },
      }),
  });
  t.is((await runContainer(cluster, busybox())).engine.id, 'a');
});

test('ports chosen by the engine are returned', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { ports } = await runContainer(cluster, busybox({ bind_ports: [{ proto: 'tcp', container_port: 8080 }] }));
  t.like(ports[0], { host_ip: '0.0.0.0', port: 32768, container_port: 8080 });
});

test('concurrent decisions consider each other: 30 are spread evenly', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  await Promise.all(Array.from({ length: 30 }, () => runContainer(cluster, busybox({ strategy: 'spread' }))));
  t.deepEqual(
    cluster.engines.map(({ containers }) => containers.size),
    [10, 10, 10],
  );
});

test('an assumed reservation that is refused holds nothing', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { store } = cluster;
  const refusing = { ...cluster, store: overlay(store, { reserve: async () => ({ ok: false, reason: 'stale' }) }) };
  await t.throwsAsync(runContainer(refusing, busybox({ memory: 100 })));
  t.deepEqual(cluster.cache.snapshot('a').holders, []);
  t.is(cluster.cache.snapshot('a').usedMemoryMiB, 0);
});

test('a missing engine is not a final answer while the store is unavailable', async (t) => {
  const readOnly = new SatsumaError('store_unavailable', 'Redis is a replica and takes no writes.');
  const wrap = (store: Store) => overlay(store, { ping: () => Promise.reject(readOnly) });
  const cluster = await startCluster(t, { wrap });
  t.is(await failure(t, runContainer(cluster, busybox())), readOnly);
});

test('without engines, the error says how to register one', async (t) => {
  const cluster = await startCluster(t);
  const error = await failure(t, runContainer(cluster, busybox()));
  t.is(error.code, 'unschedulable');
  t.is(error.message, 'no engine is registered: satsuma engine add');
});
