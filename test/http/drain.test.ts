import test from 'ava';
import { keeper, steady, untilService } from './services.ts';

const isRunning = ({ status: { state } }: { readonly status: { readonly state: string } }) => state === 'running';
const onA = { name: 'demo/busybox:1', type: 'label', labels: ['on-a'] };

test('a drain moves every replica, and leaves the engine in maintenance', async (t) => {
  const { call } = await keeper(t, { engines: 2 });
  await call('POST', '/apiv1/service', { name: 'web', replicas: 2, ...steady });
  await untilService(t, call, 'web', isRunning);
  const preview = await call('GET', '/apiv1/engine/a/drain');
  t.like(preview, { status: 200, body: { data: { engine: 'a', moves: [{ service: 'web', to: 'b' }], blocked: [] } } });
  t.is((await call('GET', '/apiv1/engine/a')).body.data.status, 'ok', 'a preview changes nothing');
  const { status, body } = await call('POST', '/apiv1/engine/a/drain');
  t.is(status, 202);
  t.like(body.data, { engine: 'a', moves: [{ service: 'web', to: 'b' }], blocked: [] });
  t.is((await call('GET', '/apiv1/engine/a')).body.data.status, 'draining');
  const shown = await untilService(t, call, 'web', ({ status: { state, ready, replicas } }) => {
    t.is(ready, 2, 'nobody goes before the successor is ready');
    return state === 'running' && replicas.every(({ engine }) => engine === 'b');
  });
  t.is(shown.status.replicas.length, 2);
  for (;;) {
    const { data } = (await call('GET', '/apiv1/engine/a')).body;
    if (data.status !== 'draining') return t.is(data.status, 'maintenance');
  }
});

test('what would have to stay is named, and nothing moves; with force the rest does', async (t) => {
  const { call } = await keeper(t, { engines: 2 });
  await call('POST', '/apiv1/service', { name: 'web', ...steady, image: { ...onA, volumes: ['data:/data'] } });
  await untilService(t, call, 'web', isRunning);
  await call('POST', '/apiv1/service', { name: 'api', ...steady, image: onA });
  await untilService(t, call, 'api', isRunning);
  await call('POST', '/apiv1/container', { ...onA, container_name: 'raw' });
  const { status, body } = await call('POST', '/apiv1/engine/a/drain', { force: false });
  const preview = await call('GET', '/apiv1/engine/a/drain');
  t.deepEqual(preview.body.data.blocked, body.details, 'a preview names the same');
  t.is(status, 409);
  t.is(body.code, 'drain_blocked');
  const blocked = body.details.map((each: Record<string, unknown>) => [each.service ?? each.container, each.code]);
  t.deepEqual(blocked, [
    ['raw', 'no_service'],
    ['web', 'local_volume'],
    ['api', 'no_room'],
  ]);
  t.like(body.details[2].details.engines, [{ engine: 'b', code: 'label_missing' }]);
  t.is((await call('GET', '/apiv1/engine/a')).body.data.status, 'ok');
  const forced = await call('POST', '/apiv1/engine/a/drain', { force: true });
  t.is(forced.status, 202);
  t.is(forced.body.data.blocked.length, 3);
  t.is((await call('GET', '/apiv1/engine/a')).body.data.status, 'draining');
});

test('a drain of nothing that is known, or with nonsense, is refused', async (t) => {
  const { call } = await keeper(t, { engines: 1 });
  t.like(await call('POST', '/apiv1/engine/z/drain'), { status: 404, body: { code: 'no_such_engine' } });
  t.is((await call('POST', '/apiv1/engine/a/drain', { force: 'yes' })).status, 400);
  t.is((await call('POST', '/apiv1/engine/a/drain', { colour: 'red' })).status, 400);
  t.is((await call('GET', '/apiv1/engine/z/rehearse-loss')).status, 404);
  t.is((await call('GET', '/apiv1/engine/z/drain')).status, 404);
});

test('a rehearsal says who would go where, who would have no place, and what would be gone; nothing happens', async (t) => {
  const { call, cluster } = await keeper(t, { engines: 2 });
  await call('POST', '/apiv1/service', { name: 'web', ...steady, image: { ...onA, labels: [] } });
  const { status } = await untilService(t, call, 'web', isRunning);
  const at = status.replicas[0]?.engine ?? '';
  const other = at === 'a' ? 'b' : 'a';
  await call('POST', '/apiv1/service', { name: 'fixed', ...steady, image: { ...onA, labels: [`on-${at}`] } });
  await untilService(t, call, 'fixed', isRunning);
  await call('POST', '/apiv1/container', { ...onA, labels: [`on-${at}`], container_name: 'raw' });
  const before = cluster.engines.map(({ containers }) => containers.size);
  const { data } = (await call('GET', `/apiv1/engine/${at}/rehearse-loss`)).body;
  t.like(data.lands, [{ service: 'web', slot: '1', to: other }]);
  t.like(data.stranded, [{ service: 'fixed', refused: { engines: [{ engine: other, code: 'label_missing' }] } }]);
  t.deepEqual(data.gone, [{ container: 'raw', image: 'demo/busybox:1', foreign: false }]);
  t.deepEqual(
    cluster.engines.map(({ containers }) => containers.size),
    before,
  );
});

test('a replica that needs a container of its engine stays with it, and the reason names that one', async (t) => {
  const { call } = await keeper(t, { engines: 2 });
  await call('POST', '/apiv1/container', { ...onA, container_name: 'db' });
  const busybox = { name: 'demo/busybox:1', type: 'label' };
  for (const [name, image, need] of [
    ['net', { network_mode: 'container:db' }, 'it shares the network of'],
    ['data', { volumes_from: ['db:ro'] }, 'it has the volumes of'],
    ['linked', { links: { db: 'db' } }, 'it is linked to'],
  ] as const) {
    await call('POST', '/apiv1/service', { name, ...steady, image: { ...busybox, ...image } });
    await untilService(t, call, name, isRunning);
    const drain = await call('POST', '/apiv1/engine/a/drain', { force: false });
    const blocker = drain.body.details.find(({ service }: { service?: string }) => service === name);
    t.like(blocker, { code: 'no_room', message: `${need} container db, which is on engine a` }, JSON.stringify(drain));
    const { data } = (
      await call('POST', '/apiv1/plan', { service: { name: `${name}-2`, image: { ...busybox, ...image } } })
    ).body;
    t.deepEqual(
      data.lands.map(({ to }: { to: string }) => to),
      ['a'],
    );
  }
  const nowhere = { name: 'none', image: { ...busybox, network_mode: 'container:nope' } };
  const { data } = (await call('POST', '/apiv1/plan', { service: nowhere })).body;
  t.is(data.stranded[0].refused.counts[0].message, 'it shares the network of container nope, which does not exist');
});

test('what has a successor elsewhere already goes nowhere: neither a loss nor a drain of its engine names it', async (t) => {
  const { call, cluster } = await keeper(t, { engines: 2 });
  await call('POST', '/apiv1/service', { name: 'web', ...steady });
  const { status } = await untilService(t, call, 'web', isRunning);
  const at = status.replicas[0]?.engine ?? '';
  const other = at === 'a' ? 'b' : 'a';
  const dead = cluster.pool.client({ id: at });
  dead.fail('any', 'engine_unreachable');
  await call('PATCH', `/apiv1/engine/${at}`, { status: 'lost' });
  await untilService(t, call, 'web', ({ status: { ready, replicas } }) => {
    return ready === 1 && replicas.some(({ engine, state }) => engine === other && state === 'ready');
  });
  const { data } = (await call('GET', `/apiv1/engine/${at}/rehearse-loss`)).body;
  t.like(data, { lands: [], stranded: [], gone: [] });
  t.is(data.lands.length, 0);
  const drain = await call('POST', `/apiv1/engine/${at}/drain`, { force: false });
  t.deepEqual(drain.body.data?.moves, [], JSON.stringify(drain.body));
});
