import test, { type ExecutionContext } from 'ava';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { removeEngine } from '../../../src/commands/engines/remove-engine.ts';
import { warnOfOthers } from '../../../src/commands/engines/warn-of-others.ts';
import {
  createService,
  removeService,
  scaleService,
  updateService,
} from '../../../src/commands/services/change-service.ts';
import { leftoverWarnings } from '../../../src/commands/services/leftover-warnings.ts';
import { listServices, showService } from '../../../src/commands/services/show-service.ts';
import { summarizeCluster } from '../../../src/commands/summarize-cluster.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import type { ServiceSpec } from '../../../src/model/service.ts';
import {
  containersOf,
  createdOn,
  eventually,
  isRunning,
  resyncAll,
  startServer,
  untilShown,
} from '../../controllers/services/stage.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { mortalCluster } from './lost-store.ts';

const image: ImageConfig = {
  name: 'demo/busybox:1',
  type: 'label',
  restart_policy: {},
  memory: 100,
  strategy: 'spread',
  environment: { V: 'old', PASSWORD: 'hunter2' },
};
const spec: ServiceSpec = {
  image,
  replicas: 2,
  update: { parallelism: 1, delay: 0, order: 'start-first', monitor: 0, max_failure: 0, on_failure: 'pause' },
  grace: 30,
  shutdown_delay: 0,
};
const engineOf = (id: string) => ({ id, addr: `https://${id}.test:2376`, labels: [`on-${id}`] });

function environmentsOf({ engines }: TestCluster, service: string): (string | undefined)[] {
  const containers = engines.flatMap((engine) => [...engine.containers.values()]);
  return containers
    .filter(({ labels }) => labels['satsuma.service'] === service)
    .map((each) => each.image.environment?.V)
    .sort();
}

/** A service in a store that is lost then: its engines are what is left. */
async function lostService(t: ExecutionContext, change?: (cluster: TestCluster) => Promise<unknown>) {
  const { cluster, scope, end } = await mortalCluster(t, { engines: 2 });
  await createService(cluster, 'shop', spec);
  await startServer(scope, cluster);
  await untilShown(t, cluster, 'shop', isRunning);
  if (change) {
    await change(cluster);
    await untilShown(t, cluster, 'shop', isRunning);
  }
  const record = cluster.cache.services.get('shop')?.value;
  await end();
  if (!record) throw new Error('no service');
  return { pool: cluster.pool, record, before: containersOf(cluster) };
}

test('a service is restored from its replicas’ labels after the store is lost', async (t) => {
  const { pool, record, before } = await lostService(t);
  const cluster = await startCluster(t, { pool, engines: 2 });
  const created = createdOn(cluster);
  await startServer(t, cluster);
  await untilShown(t, cluster, 'shop', isRunning);
  const { id, generation, template, spec: restored, createdAt, cause } = (await showService(cluster, 'shop')).record;
  t.deepEqual(
    { id, generation, template, spec: restored, createdAt },
    {
      ...{ id: record.id, generation: 1, template: 1, spec: record.spec, createdAt: record.createdAt },
    },
  );
  t.is(cause, 'restore');
  t.deepEqual(containersOf(cluster), before);
  t.is(createdOn(cluster), created, 'nothing was started');
  t.regex((await warnOfOthers(cluster, 'a')) ?? '', /^engine a has 1 container of another store of this installation/);

  await scaleService(cluster, 'shop', 3);
  await untilShown(t, cluster, 'shop', (shown) => isRunning(shown) && shown.ready === 3);
  t.deepEqual(environmentsOf(cluster, 'shop'), ['old', 'old', 'old']);
});

test('a service whose engines are registered one by one starts nothing in between', async (t) => {
  const { pool, before } = await lostService(t);
  const cluster = await startCluster(t, { pool });
  await startServer(t, cluster);
  await registerEngine(cluster, engineOf('b'));
  const whole = { ...cluster, engines: [pool.client({ id: 'a' }), pool.client({ id: 'b' })] };
  const one = { ...cluster, engines: [pool.client({ id: 'b' })] };
  await eventually(t, async () => {
    await cluster.cache.catchUp();
    return cluster.cache.services.get('shop') !== undefined;
  });
  await untilShown(t, one, 'shop', ({ ready }) => ready === 1);
  await registerEngine(cluster, engineOf('a'));
  await untilShown(t, whole, 'shop', isRunning);
  t.deepEqual(containersOf(whole), before);
});

test('the latest generation of a service wins', async (t) => {
  const { pool, record } = await lostService(t, (cluster) =>
    updateService(cluster, 'shop', { image: { ...image, environment: { V: 'new' } } }),
  );
  t.is(record.generation, 2);
  const cluster = await startCluster(t, { pool, engines: 2 });
  await startServer(t, cluster);
  const shown = await untilShown(t, cluster, 'shop', isRunning);
  t.like(shown.record, { generation: 2, template: 2, spec: record.spec });
  await updateService(cluster, 'shop', { image });
  await untilShown(t, cluster, 'shop', isRunning);
  t.deepEqual(environmentsOf(cluster, 'shop'), ['old', 'old']);
});

test('a service that was removed while an engine was disconnected is not restored by it', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await createService(cluster, 'shop', spec);
  await startServer(t, cluster);
  await untilShown(t, cluster, 'shop', isRunning);
  const [, b] = cluster.engines;
  await removeEngine(cluster, 'b', { force: true });
  await removeService(cluster, 'shop');
  const onA = { ...cluster, engines: cluster.engines.slice(0, 1) };
  const isGone = async () => {
    await resyncAll(onA);
    await cluster.cache.catchUp();
    return cluster.cache.services.get('shop') === undefined;
  };
  await eventually(t, isGone);
  await registerEngine(cluster, engineOf('b'));
  t.deepEqual(await listServices(cluster), []);
  t.is(b?.containers.size, 1, 'what is left of it runs on');

  await createService(cluster, 'shop', { ...spec, image: { ...image, environment: { V: 'new' } } });
  const shown = await untilShown(t, cluster, 'shop', isRunning);
  t.is(shown.ready, 2);
  t.deepEqual(environmentsOf(cluster, 'shop'), ['new', 'new', 'old']);
  const [left] = cluster.cache.reservations('b').filter(({ replica }) => replica?.serviceId !== shown.record.id);
  t.like(left, { state: 'bound', image: { environment: { V: 'old' } } });
});

test('a restored service that was removed is not restored again', async (t) => {
  const { pool } = await lostService(t);
  const cluster = await startCluster(t, { pool, engines: 1 });
  await startServer(t, cluster);
  await untilShown(t, cluster, 'shop', ({ ready }) => ready === 1);
  await removeService(cluster, 'shop');
  await eventually(t, async () => {
    await resyncAll(cluster);
    await cluster.cache.catchUp();
    return cluster.cache.services.get('shop') === undefined;
  });
  await registerEngine(cluster, engineOf('b'));
  await resyncAll(cluster);
  t.deepEqual(await listServices(cluster), []);
  await eventually(t, () => pool.client({ id: 'b' }).containers.size === 0);
});

for (const [which, order] of [
  ['first', ['a', 'b']],
  ['last', ['b', 'a']],
] as const) {
  test(`of two lost services with the same name, the later one is restored; the removed one is found ${which}`, async (t) => {
    const { cluster, scope, end } = await mortalCluster(t, { engines: 2 });
    await createService(cluster, 'shop', spec);
    await startServer(scope, cluster);
    await untilShown(t, cluster, 'shop', isRunning);
    cluster.pool.client({ id: 'a' }).fail('any', 'engine_unreachable');
    await resyncAll(cluster);
    await removeService(cluster, 'shop');
    await eventually(t, async () => (await listServices(cluster)).length === 0);
    cluster.clock.turn(1_000);
    await createService(cluster, 'shop', { ...spec, replicas: 1, image: { ...image, environment: { V: 'new' } } });
    await untilShown(t, cluster, 'shop', isRunning);
    const record = cluster.cache.services.get('shop')?.value;
    await end();
    cluster.pool.client({ id: 'a' }).heal();
    const back = await startCluster(t, { pool: cluster.pool });
    for (const id of order) await registerEngine(back, engineOf(id));
    await startServer(t, back);
    const engines = ['a', 'b'].map((id) => cluster.pool.client({ id }));
    const whole = { ...back, engines };
    await eventually(
      t,
      async () => {
        await resyncAll(back);
        return environmentsOf(whole, 'shop').join() === 'new';
      },
      () => environmentsOf(whole, 'shop'),
    );
    t.like(back.cache.services.get('shop')?.value, { id: record?.id, generation: 1, createdAt: record?.createdAt });
    await untilShown(t, whole, 'shop', isRunning);
  });
}

test('a service that was recreated is distinct from the lost one', async (t) => {
  const { pool, before } = await lostService(t);
  const cluster = await startCluster(t, { pool });
  await createService(cluster, 'shop', { ...spec, image: { ...image, environment: { V: 'new' } } });
  for (const id of ['a', 'b']) await registerEngine(cluster, engineOf(id));
  await startServer(t, cluster);
  const whole = { ...cluster, engines: [pool.client({ id: 'a' }), pool.client({ id: 'b' })] };
  await untilShown(t, whole, 'shop', isRunning);
  t.deepEqual(environmentsOf(whole, 'shop'), ['new', 'new', 'old', 'old']);
  for (const each of before) t.true(containersOf(whole).includes(each));
  const [warning, ...others] = summarizeCluster(cluster).warnings;
  t.deepEqual(others, []);
  t.regex(
    warning ?? '',
    /^an earlier service shop left 2 containers behind \(shop\.1\.\S+ on [ab], shop\.2\.\S+ on [ab]\): they /,
  );
  t.regex(
    (await warnOfOthers(cluster, 'a')) ?? '',
    /an earlier service shop left a container behind \(shop\.[12]\.\S+ on a\)/,
  );
  t.deepEqual(leftoverWarnings(cluster, { service: 'other' }), []);
});
