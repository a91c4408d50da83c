import test from 'ava';
import { catalogAfter } from '../../src/decisions/services/catalog.ts';
import { openDoor } from './open-door.ts';
import { keeper, steady, untilService } from './services.ts';

const published = { ...steady, image: { ...steady.image, bind_ports: [{ container_port: 80 }] } };
const isReady = ({ status: { ready } }: { readonly status: { readonly ready: number } }) => ready > 0;

test('the catalogue has what is ready, and answers who waits when it changes', async (t) => {
  const { call } = await keeper(t, { engines: 1 });
  const empty = (await call('GET', '/apiv1/catalog')).body;
  t.deepEqual(empty.data, []);
  const waiting = call('GET', `/apiv1/catalog?since=${empty.tag}&wait=60`);
  await call('POST', '/apiv1/service', { name: 'web', ...published });
  await untilService(t, call, 'web', isReady);
  const { data, tag } = (await waiting).body;
  t.not(tag, empty.tag);
  t.like(data[0], { service: 'web', slot: '1', engine: 'a', host: 'a.test', container_port: 80, proto: 'tcp' });
  t.is(data[0].port > 0, true);
  t.deepEqual((await call('GET', '/apiv1/catalog?service=other')).body.data, []);
});

test('all who are woken by one change get one catalogue', async (t) => {
  const { cluster } = await openDoor(t);
  const { signal } = new AbortController();
  const wait = () => catalogAfter(cluster, 'another', { ms: 60_000, signal });
  const [first, ...others] = await Promise.all(Array.from({ length: 100 }, wait));
  t.true(others.every((each) => each === first));
});

test('nothing changed: the same answer when the time is over', async (t) => {
  const { call } = await openDoor(t);
  const { tag } = (await call('GET', '/apiv1/catalog')).body;
  const begin = performance.now();
  t.deepEqual((await call('GET', `/apiv1/catalog?since=${tag}&wait=0.2`)).body, { ok: true, data: [], tag });
  t.true(performance.now() - begin >= 190);
});

test('who knows another catalogue is told at once, and nonsense is refused', async (t) => {
  const { call } = await openDoor(t);
  t.is((await call('GET', '/apiv1/catalog?since=0123456789abcdef&wait=60')).status, 200);
  for (const query of ['since=1', 'since=xxxxxxxxxxxxxxxx', 'wait=-1', 'wait=301', 'service=a%20b', 'colour=red']) {
    t.like(await call('GET', `/apiv1/catalog?${query}`), { status: 400, body: { code: 'invalid' } });
  }
});

test("http_sd is Prometheus' own shape, of one service or port where that is asked for", async (t) => {
  const { call } = await keeper(t, { engines: 1 });
  const bind_ports = [{ container_port: 80 }, { container_port: 9100 }, { container_port: 53, proto: 'udp' }];
  await call('POST', '/apiv1/service', { name: 'web', ...steady, image: { ...steady.image, bind_ports } });
  const shown = await untilService(t, call, 'web', isReady);
  const groups = (await call('GET', '/apiv1/catalog/http_sd?port=9100')).body;
  t.is(groups.length, 1);
  t.regex(groups[0].targets[0], /^a\.test:\d+$/);
  t.deepEqual(groups[0].labels, {
    __meta_satsuma_service: 'web',
    __meta_satsuma_slot: '1',
    __meta_satsuma_engine: 'a',
    __meta_satsuma_container: shown.status.replicas[0]?.container,
    __meta_satsuma_container_port: '9100',
  });
  t.is((await call('GET', '/apiv1/catalog/http_sd')).body.length, 2, 'what is not TCP is nothing to scrape');
  t.deepEqual((await call('GET', '/apiv1/catalog/http_sd?service=other')).body, []);
});

test('who is linked waits until there is something to be linked to, and is told where it is', async (t) => {
  const { call, cluster } = await keeper(t, { engines: 2 });
  const image = { ...steady.image, environment: { MINE: '1' } };
  await call('POST', '/apiv1/service', { name: 'app', ...steady, image, links: { 'db-1': 'db-1' } });
  const waiting = await untilService(t, call, 'app', ({ status }) => status.waiting.length > 0);
  t.like(waiting.status.waiting[0], {
    code: 'link_not_ready',
    message: 'it is linked to service db-1, which does not exist yet',
  });
  await call('POST', '/apiv1/service', { name: 'db-1', ...published, replicas: 2 });
  const [db, app] = [await untilService(t, call, 'db-1', isReady), await untilService(t, call, 'app', isReady)];
  const { engine, container } = app.status.replicas[0] ?? {};
  const environment = cluster.pool.client({ id: engine ?? '' }).containers.get(container ?? '')?.image.environment;
  const [address] = db.status.replicas.flatMap(({ addresses }) => addresses);
  const { host = '', port = 0 } = address ?? {};
  t.like(environment, {
    ...{ MINE: '1', DB_1_NAME: 'db-1', DB_1_PORT: `tcp://${host}:${port}` },
    ...{ DB_1_PORT_80_TCP: `tcp://${host}:${port}`, DB_1_PORT_80_TCP_PROTO: 'tcp' },
    ...{ DB_1_PORT_80_TCP_ADDR: host, DB_1_PORT_80_TCP_PORT: String(port) },
  });
  t.true(environment?.DB_1_PORT_80_TCP_ADDRESSES?.split(',').includes(`${host}:${port}`));
});
