import test from 'ava';
import { eventually, resyncAll, startServer } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';

const web = { name: 'web', image: { name: 'demo/busybox:1', type: 'label', strategy: 'spread' }, replicas: 3 };

test('a rebalance is planned, started, watched and over', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  await startServer(t, cluster);
  t.is((await call('GET', '/apiv1/rebalance')).body.data, null);
  await call('POST', '/apiv1/service', { ...web, update: { monitor: 0 } });
  const isRunning = async () =>
    (await call('GET', '/apiv1/service/web')).body.data.status.rollout?.state === 'completed';
  await eventually(t, isRunning);
  await call('POST', '/apiv1/engine', { id: 'b', addr: 'https://b.test:2376', labels: [] });
  const why = 'the scheduler spread ranks it higher: 0 instead of 2, and less is better';
  const move = { service: 'web', slot: '1', from: 'a', to: 'b', why };
  const { body, status } = await call('GET', '/apiv1/rebalance/plan');
  t.is(status, 200);
  const [cpu, none] = [
    { cpu_percent: 0, memory_percent: 0 },
    { least: 0, most: 0 },
  ];
  t.deepEqual(body.data, {
    moves: [move],
    stays: [],
    gain: {
      before: { containers: { least: 0, most: 3 }, cpu_percent: none, memory_percent: none },
      after: { containers: { least: 1, most: 2 }, cpu_percent: none, memory_percent: none },
    },
    engines: [
      { engine: 'a', before: { containers: 3, ...cpu }, after: { containers: 2, ...cpu } },
      { engine: 'b', before: { containers: 0, ...cpu }, after: { containers: 1, ...cpu } },
    ],
  });
  const started = await call('POST', '/apiv1/rebalance', { at_once: 2 });
  t.is(started.status, 202);
  t.like(started.body.data, { state: 'running', at_once: 2, gain: body.data.gain });
  t.deepEqual(started.body.data.moves, [{ ...move, state: 'waiting' }]);
  const isOver = async () => {
    await resyncAll(cluster);
    return (await call('GET', '/apiv1/rebalance')).body.data.state === 'done';
  };
  await eventually(t, isOver);
  const { data } = (await call('GET', '/apiv1/rebalance')).body;
  t.deepEqual(data.moves, [{ ...move, state: 'done' }]);
  t.true(data.finished_at > data.started_at);
});

test('there is one at a time, and none is stopped twice', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  t.like(await call('DELETE', '/apiv1/rebalance'), { status: 404, body: { code: 'no_rebalance' } });
  const value = { atOnce: 1, state: 'running', startedAt: new Date().toISOString(), moves: [] } as const;
  await cluster.store.write([{ kind: 'rebalance', id: 'rebalance', value }]);
  t.like(await call('POST', '/apiv1/rebalance'), { status: 409, body: { code: 'rebalance_running' } });
  t.like(await call('DELETE', '/apiv1/rebalance'), { status: 202, body: { data: { state: 'stopping' } } });
  t.like(await call('POST', '/apiv1/rebalance'), { status: 409, body: { code: 'rebalance_running' } });
});

test('with nothing to move it is done at once', async (t) => {
  const { call } = await openDoor(t, { engines: 2 });
  t.like(await call('POST', '/apiv1/rebalance', {}), { status: 202, body: { data: { state: 'done', at_once: 1 } } });
});
