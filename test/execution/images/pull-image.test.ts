import test, { type ExecutionContext } from 'ava';
import { forgetOldEventRecords } from '../../../src/execution/images/forget-old-event-records.ts';
import { pullImage } from '../../../src/execution/images/pull-image.ts';
import { PullReport } from '../../../src/execution/images/pull-report.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import type { ClusterEvent } from '../../../src/model/cluster-event.ts';
import { EventLog } from '../../../src/state/events/event-log.ts';
import type { Store } from '../../../src/store/store.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { overlay } from '../../fixtures/overlay.ts';

/** The events of images, as a reader gets them. */
async function follow(t: ExecutionContext, cluster: TestCluster) {
  const log = new EventLog(cluster);
  const end = new AbortController();
  t.teardown(() => {
    end.abort();
    log.close();
  });
  const events: ClusterEvent[] = [];
  const news = log.read({ signal: end.signal });
  await news.next();
  const read = async () => {
    for await (const each of news) if (each.type === 'event' && each.event.kind === 'image') events.push(each.event);
  };
  void read();
  const until = async (isSo: () => boolean) => {
    for (let tries = 0; !isSo() && tries < 3_000; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
    if (!isSo()) t.fail(`told only ${JSON.stringify(events)}`);
  };
  return { events, actions: () => events.map(({ action }) => action), until };
}

test('a container’s pull emits events, and leaves nothing in the store', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { events, actions, until } = await follow(t, cluster);
  cluster.engines[0]?.registry.add('demo/tool:2');
  const image = { name: 'demo/tool:2', type: 'label', restart_policy: {}, container_name: 'web' } as const;
  await runContainer(cluster, image);
  await until(() => actions().includes('pull'));
  t.deepEqual(actions(), ['pull_start', 'pull']);
  const [started, pulled] = events;
  t.like(started, { name: 'demo/tool:2', engine: 'a', attributes: { container: 'web' } });
  t.like(pulled, { engine: 'a', attributes: { container: 'web', layers: 1, layers_done: 1 } });
  t.is(started?.attributes.pull, pulled?.attributes.pull);
  t.deepEqual(await cluster.store.list('image-pull'), []);
});

test('a failed pull reports its reason', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { events, actions, until } = await follow(t, cluster);
  const { value: engine } = cluster.cache.engine('a');
  await t.throwsAsync(pullImage(cluster, engine, { name: 'team/none' }), { message: /no image team\/none/ });
  await until(() => actions().includes('pull_failed'));
  t.like(events[1], { name: 'team/none:latest', attributes: { code: 'no_such_image' } });
  t.regex(String(events[1]?.attributes.error), /no image team\/none:latest to pull/);
});

test('progress is reported per tenth, at most once a second, and after increasing intervals', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { events, actions, until } = await follow(t, cluster);
  const report = new PullReport(cluster, { engine: 'a', image: 'demo/tool:2' });
  const layer = 'abcdefabcdef';
  const progress = () => actions().filter((each) => each === 'pull_progress').length;
  for (let current = 0; current < 1_000; current++) {
    report.add({ layer, status: 'Downloading', current, total: 1_000 });
    cluster.clock.turn(20);
  }
  // Twenty seconds: nine tenths, and the first waits of 2, 4 and 8 s at most.
  await until(() => progress() > 0);
  const told = progress();
  for (let step = 0; step < 1_000; step++) {
    report.add({ layer, status: 'Extracting' });
    cluster.clock.turn(1_000);
    if (step % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await report.end();
  await until(() => actions().includes('pull'));
  t.true(told <= 12, `${told} in the download`);
  t.true(progress() <= 24, `${progress()} in all`);
  t.like(events.at(-1), { attributes: { layers: 1, layers_done: 0, current: 1_000, total: 1_000 } });
});

test('an unavailable store only affects the events', async (t) => {
  const wrap = (store: Store) =>
    overlay(store, {
      write: async (...call: Parameters<Store['write']>) => {
        if (call[0].some(({ kind }) => kind === 'image-pull')) throw new Error('the store is full');
        return await store.write(...call);
      },
    });
  const cluster = await startCluster(t, { engines: 1, wrap });
  cluster.engines[0]?.registry.add('demo/tool:2');
  t.is(await pullImage(cluster, cluster.cache.engine('a').value, { name: 'demo/tool:2' }), 'pulled');
});

test('leftovers of a dead server’s pulls are removed, with an event', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { actions, until } = await follow(t, cluster);
  const sum = { layers: 0, layersDone: 0, current: 0, total: 0 };
  const recordAt = (at: number) =>
    ({ engine: 'a', image: 'demo/tool:2', state: 'pulling', ...sum, at: new Date(at).toISOString() }) as const;
  const now = cluster.clock.now();
  await cluster.store.write([
    { kind: 'image-pull', id: 'old', value: recordAt(now - 16 * 60_000) },
    { kind: 'image-pull', id: 'young', value: recordAt(now - 14 * 60_000) },
  ]);
  await forgetOldEventRecords(cluster);
  await until(() => actions().includes('pull_failed'));
  t.deepEqual(
    (await cluster.store.list('image-pull')).map(({ id }) => id),
    ['young'],
  );
});
