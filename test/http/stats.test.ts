import { request as httpRequest, type IncomingMessage } from 'node:http';
import test from 'ava';
import { openDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1', type: 'label' };

test('stats of one container are in MB, bytes and percent of one CPU', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  await call('POST', '/apiv1/container', { ...image, container_name: 'web', cpus: 0.5 });
  const { status, body } = await call('GET', '/apiv1/container/web/stats');
  t.is(status, 200);
  const { id, observed_at, ...data } = body.data;
  t.regex(id, /^[0-9a-f]{64}$/);
  t.regex(observed_at, /Z$/);
  t.deepEqual(data, {
    ...{
      name: '/web',
      engine: 'a',
      cpu_percent: 10,
      cpu_limit: 0.5,
      memory: 64,
      memory_limit: 256,
      memory_percent: 25,
    },
    ...{ network: { rx: 1000, tx: 2000 }, block: { read: 3000, write: 4000 }, pids: 2 },
  });
  await call('POST', '/apiv1/container/web/stop');
  t.like(await call('GET', '/apiv1/container/web/stats'), { status: 409, body: { code: 'wrong_state' } });
  t.regex((await call('GET', '/apiv1/container/web/stats')).body.data, /container web is not running/);
  t.like(await call('GET', '/apiv1/container/nobody/stats'), { status: 404, body: { code: 'no_such_container' } });
  t.is((await call('GET', '/apiv1/container//stats')).status, 400, 'its name is missing');
});

test('stats of all are by engine and in sum, and an engine that fails is named', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 3 });
  for (const name of ['one', 'two', 'three']) {
    await call('POST', '/apiv1/container', {
      ...image,
      container_name: name,
      labels: [name === 'one' ? 'on-a' : 'on-b'],
    });
  }
  await call('POST', '/apiv1/container', { ...image, container_name: 'ended', labels: ['on-b'] });
  await call('POST', '/apiv1/container/ended/stop');
  const { data, errors } = (await call('GET', '/apiv1/stats')).body;
  t.deepEqual(errors, []);
  t.deepEqual(
    data.containers.map(({ name, engine }: { name: string; engine: string }) => [name, engine]),
    [
      ['/one', 'a'],
      ['/three', 'b'],
      ['/two', 'b'],
    ],
  );
  t.like(data.engines[1], {
    engine: 'b',
    containers: 2,
    cpu_percent: 20,
    cpu_limit: 4,
    memory: 128,
    memory_limit: 8192,
  });
  t.like(data.engines[2], { engine: 'c', containers: 0, cpu_percent: 0, memory_percent: 0 });
  t.like(data.sum, { containers: 3, cpu_percent: 30, cpu_limit: 12, memory: 192, pids: 6 });
  t.like(data.sum.network, { rx: 3000, tx: 6000 });

  const filtered = async (query: string) => (await call('GET', `/apiv1/stats?${query}`)).body.data;
  t.is((await filtered('engine=b')).containers.length, 2);
  t.is((await filtered('engine=b')).engines.length, 1);
  t.is((await filtered('label=on-a')).containers.length, 1);
  t.is((await filtered('container=one&container=two')).containers.length, 2);
  t.like(await call('GET', '/apiv1/stats?container=nobody'), { status: 404 });
  t.like(await call('GET', '/apiv1/stats?engine=z'), { status: 404 });
  t.like(await call('GET', '/apiv1/stats?all=1'), { status: 400 });

  await new Promise((resolve) => setTimeout(resolve, 1_000));
  cluster.engines[1]?.fail('sampleUsage', 'engine_unreachable');
  const partly = (await call('GET', '/apiv1/stats')).body;
  t.like(partly.errors, [{ engine: 'b', code: 'engine_unreachable' }]);
  t.is(partly.data.engines[0].containers, 1);
});

test('a stream has a line each time, and nothing is asked when its reader is gone', async (t) => {
  const { call, cluster, server } = await openDoor(t, { engines: 1 });
  await call('POST', '/apiv1/container', { ...image, container_name: 'web' });
  await server.start();
  t.teardown(() => server.stop());
  const [engine] = cluster.engines;
  const asked = () => engine?.calls.filter((each) => each.startsWith('sampleUsage')).length ?? 0;
  t.is(asked(), 0, 'nobody reads');
  for (const path of ['container/web/stats', 'stats']) {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest(`${server.info.uri}/apiv1/${path}?stream=true`, { headers: { host: 'localhost' } }, resolve)
        .on('error', reject)
        .end();
    });
    t.regex(String(response.headers['content-type']), /application\/x-ndjson/);
    let text = '';
    for await (const chunk of response) {
      text += chunk;
      if (text.split('\n').length > 2) break;
    }
    for (const line of text.trim().split('\n')) t.true('cpu_percent' in (JSON.parse(line).sum ?? JSON.parse(line)));
  }
  const before = asked();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  t.true(asked() <= before + 1, 'at most the one that was under way');
});

test('a stream of a container that ends says so in its last line', async (t) => {
  const { call, cluster, server } = await openDoor(t, { engines: 1 });
  await call('POST', '/apiv1/container', { ...image, container_name: 'web' });
  await server.start();
  t.teardown(() => server.stop());
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(`${server.info.uri}/apiv1/container/web/stats?stream=true`, { headers: { host: 'localhost' } }, resolve)
      .on('error', reject)
      .end();
  });
  let text = '';
  for await (const chunk of response) {
    if (text === '') cluster.engines[0]?.exit('web');
    text += chunk;
  }
  t.deepEqual(JSON.parse(text.trim().split('\n').at(-1) ?? '').error.code, 'wrong_state');
});

test('a stream that a stopping server cuts off says so in its last line', async (t) => {
  const { call, server } = await openDoor(t, { engines: 1 });
  await call('POST', '/apiv1/container', { ...image, container_name: 'web' });
  await server.start();
  const base = `http://127.0.0.1:${server.info.port}/apiv1`;
  const paths = ['container/web/stats', 'stats'];
  const responses = await Promise.all(paths.map((path) => fetch(`${base}/${path}?stream=true`)));
  const stopped = server.stop({ timeout: 60_000 });
  for (const response of responses) {
    const last = (await response.text()).trim().split('\n').at(-1) ?? '';
    t.like(JSON.parse(last), { error: { code: 'server_stopping' } });
  }
  await stopped;
});
