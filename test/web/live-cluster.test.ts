import test, { type ExecutionContext } from 'ava';
import type { ClusterEvent } from '../../src/model/cluster-event.ts';
import { followEvents } from '../../web/follow-events.ts';
import { type ClusterState, LiveCluster, live } from '../../web/live-cluster.ts';
import { type PageServer, startPageServer } from './page-server.ts';

const all = 'apiv1/containers?all=true&sort=name';

function container(id: string, engine: string, changes: object = {}) {
  return { id, name: `/${id}`, engine: { id: engine }, state: 'running', ...changes };
}

async function start(t: ExecutionContext, cluster: LiveCluster): Promise<PageServer> {
  const page = await startPageServer(t);
  page.answers.set('apiv1/engines', [{ id: 'a' }, { id: 'b' }]);
  page.answers.set('apiv1/services', []);
  page.answers.set(all, [container('one', 'a'), container('two', 'b')]);
  t.teardown(() => cluster.stop());
  cluster.start();
  return page;
}

function until(cluster: LiveCluster, isSo: (state: ClusterState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isSo(cluster.state)) return;
      stop();
      resolve();
    };
    const stop = cluster.subscribe(look);
    look();
  });
}

const isLive = ({ connection }: ClusterState) => connection === 'live';

test.serial('of an engine that is down, the containers are read again: they are stale', async (t) => {
  const cluster = new LiveCluster();
  const page = await start(t, cluster);
  await until(cluster, isLive);
  page.answers.set(`${all}&engine=a`, [container('one', 'a', { stale: true })]);
  page.tell('engine.down', { kind: 'engine', engine: 'a', id: 'a' });
  await until(cluster, ({ containers }) => containers.get('a')?.[0]?.stale === true);
  t.is(cluster.state.containers.get('b')?.length, 1);
});

test.serial(
  'an engine that is removed goes with its containers, and keeps no other change from being seen',
  async (t) => {
    const cluster = new LiveCluster();
    const page = await start(t, cluster);
    await until(cluster, isLive);
    page.answers.set('apiv1/engines', [{ id: 'b' }]);
    page.answers.set(`${all}&engine=b`, [container('two', 'b'), container('three', 'b')]);
    page.tell('engine.remove', { kind: 'engine', engine: 'a', id: 'a' });
    page.tell('container.start', { kind: 'container', engine: 'b', id: 'three' });
    await until(cluster, ({ containers }) => containers.get('b')?.length === 2);
    t.deepEqual([...cluster.state.containers.keys()], ['b']);
  },
);

test.serial('a list that the account may not see takes nothing from the others', async (t) => {
  const cluster = new LiveCluster();
  const page = await startPageServer(t);
  page.failures.set('apiv1/services', 403);
  page.answers.set('apiv1/engines', [{ id: 'a' }]);
  page.answers.set(all, [container('one', 'a')]);
  t.teardown(() => cluster.stop());
  cluster.start();
  await until(cluster, isLive);
  t.like(cluster.state, { services: [], engines: [{ id: 'a' }] });
  t.is(cluster.state.containers.get('a')?.length, 1);
});

test.serial('whoever may not follow events sees the cluster nevertheless', async (t) => {
  const cluster = new LiveCluster();
  const page = await start(t, cluster);
  page.failures.set('apiv1/events', 403);
  await until(cluster, isLive);
  t.is(cluster.state.engines.length, 2);
});

test.serial('events of the past come before those that happen meanwhile, each once', async (t) => {
  const page = await start(t, live);
  await until(live, isLive);
  const event = (id: string) => ({ kind: 'container', id, action: 'start' });
  const heard = new Promise<void>((resolve) => {
    const stop = live.hear((each) => {
      if (each === 'open' || each.data.id !== 'new') return;
      stop();
      resolve();
    });
  });
  // The first event that is told has the id e.1.
  page.past = heard.then(() => [
    { id: 'p.1', event: 'container.start', data: event('old') },
    { id: 'e.1', event: 'container.start', data: event('both') },
  ]);
  const taken: string[] = [];
  const caughtUp = new Promise<string | undefined>((resolve) => {
    const stop = followEvents(
      { query: '', sinceMs: 0, isSelected: ({ kind }: ClusterEvent) => kind === 'container' },
      { take: ({ id }) => taken.push(id), caughtUp: resolve },
    );
    t.teardown(stop);
  });
  page.tell('container.start', event('both'));
  page.tell('container.start', event('new'));
  t.is(await caughtUp, undefined);
  t.deepEqual(taken, ['old', 'both', 'new']);
});
