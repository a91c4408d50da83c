import test from 'ava';
import { openDoor } from './open-door.ts';

const url = '/apiv1/engine-images';

test('an image is one row with the engines that have it, and one that is down costs its rows only', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 3 });
  const [a, b, c] = cluster.engines;
  a?.images.add('demo/tool:2');
  b?.dangling.add(`sha256:${'d'.repeat(64)}`);
  c?.fail('any', 'engine_unreachable');
  const { status, body } = await call('GET', url);
  t.is(status, 200);
  t.like(body.errors, [{ engine: 'c', code: 'engine_unreachable' }]);
  const rows = body.data.map(({ tags, engines }: { tags: string[]; engines: string[] }) => [tags, engines]);
  t.deepEqual(rows, [
    [['demo/busybox:1'], ['a', 'b']],
    [['demo/tool:2'], ['a']],
    [[], ['b']],
  ]);
  t.like(body.data[0], { size: 1_000_000, created_at: '2026-01-01T00:00:00.000Z' });
  const named = async (query: string) => (await call('GET', `${url}?${query}`)).body.data.length;
  t.is(await named('name=demo/tool'), 1, 'a repository stands for all of its tags');
  t.is(await named('name=demo/tool:1'), 0);
  t.is(await named(`name=${'d'.repeat(12)}`), 1);
  t.is(await named('engine=b'), 2);
  t.is((await call('GET', `${url}?engine=none`)).status, 404);
  t.is((await call('GET', `${url}?name=../containers`)).status, 400);
});

test('one image is inspected, and its history told, by whichever engine has it', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  cluster.engines[1]?.images.add('demo/tool:2');
  const inspected = await call('GET', `${url}/inspect?name=demo/tool:2`);
  t.like(inspected.body, { ok: true, engine: 'b', data: { RepoTags: ['demo/tool:2'] } });
  const history = await call('GET', `${url}/history?name=demo/tool:2`);
  t.like(history.body, { engine: 'b', data: [{ created_by: 'ADD . /', size: 1_000_000 }] });
  t.like(await call('GET', `${url}/inspect?name=none`), { status: 404, body: { code: 'no_such_image' } });
  t.like(await call('GET', `${url}/inspect?name=demo/tool:2&engine=a`), { status: 404 });
  t.is((await call('GET', `${url}/history`)).status, 400);
});

test('an image is tagged and removed where it is', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  const [a, b] = cluster.engines;
  b?.images.add('demo/tool:2');
  const tagged = await call('POST', `${url}/tag`, { name: 'demo/tool:2', tag: 'demo/tool:stable' });
  t.deepEqual(tagged.body, { ok: true, data: { engines: ['b'] }, errors: [] });
  t.true(b?.images.has('demo/tool:stable'));
  t.like(await call('POST', `${url}/tag`, { name: 'demo/tool:2', tag: 'x@sha256:1' }), { status: 400 });
  t.is(
    (await call('POST', `${url}/tag`, { name: 'demo/tool:2', tag: 'x', engines: ['a'], labels: ['x'] })).status,
    400,
  );
  t.is((await call('POST', `${url}/tag`, { name: 'demo/tool:2', tag: 'x', labels: ['nobody'] })).status, 404);
  const removed = await call('POST', `${url}/remove`, { name: 'demo/tool:stable', labels: ['on-b'] });
  t.deepEqual(Object.keys(removed.body.data.engines), ['b']);
  t.false(b?.images.has('demo/tool:stable'));
  t.like(await call('POST', `${url}/remove`, { name: 'demo/tool:stable' }), { status: 404 });
  await call('POST', '/apiv1/container', { name: 'demo/busybox:1', type: 'label', labels: ['on-a'] });
  t.like(await call('POST', `${url}/remove`, { name: 'demo/busybox:1', engines: ['a'] }), {
    status: 409,
    body: { code: 'image_in_use' },
  });
  t.true(a?.images.has('demo/busybox:1'));
});

const named = ['service', 'mounted', 'older', 'job', 'saved', 'saved-before', 'placed', 'stopped'].map(
  (each) => `demo/${each}:1`,
);

test('a prune keeps what a service, a job, a saved image config or a container names, and says so', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  const [a, b] = cluster.engines;
  if (!a || !b) return t.fail();
  for (const name of [...named, 'demo/unused:1']) a.images.add(name);
  a.images.delete('demo/busybox:1');
  a.dangling.add(`sha256:${'d'.repeat(64)}`);
  const image = (name: string) => ({ name: `demo/${name}:1`, type: 'label', labels: ['on-a'] });
  await call('POST', '/apiv1/service', { name: 'web', image: image('older'), replicas: 0 });
  await call('PUT', '/apiv1/service/web', { image: image('service'), replicas: 0 });
  const mounts = [{ type: 'image', source: 'demo/mounted:1', target: '/data' }];
  await call('POST', '/apiv1/job', { name: 'nightly', image: { ...image('job'), mounts } });
  await call('POST', '/apiv1/image', { name: 'kept', image: image('saved-before') });
  await call('PUT', '/apiv1/image/kept', { image: image('saved') });
  await call('POST', '/apiv1/container', { ...image('placed'), container_name: 'ours' });
  a.exit(a.runForeign('theirs', { name: 'demo/stopped:1' }));
  const rehearsed = await call('POST', `${url}/prune`, { dry_run: true });
  t.is(rehearsed.status, 200);
  const reasons = Object.fromEntries(
    rehearsed.body.data.kept
      .filter(({ engine }: { engine: string }) => engine === 'a')
      .map(({ tags, reason }: { tags: string[]; reason: string }) => [tags[0], reason]),
  );
  t.deepEqual(Object.keys(reasons).sort(), [...named].sort());
  t.like(reasons, {
    'demo/service:1': 'service web',
    'demo/older:1': 'an earlier generation of service web',
    'demo/job:1': 'job nightly',
    'demo/mounted:1': 'job nightly',
    'demo/saved:1': 'image config kept',
    'demo/placed:1': 'container ours',
    'demo/stopped:1': 'container theirs',
  });
  const removed = rehearsed.body.data.removed.filter(({ engine }: { engine: string }) => engine === 'a');
  t.is(removed.length, 2);
  t.true(a.images.has('demo/unused:1'), 'a dry run removes nothing');
  const dangling = await call('POST', `${url}/prune`, { dangling: true });
  t.deepEqual(
    dangling.body.data.removed.map(({ engine, tags }: { engine: string; tags: string[] }) => [engine, tags]),
    [['a', []]],
  );
  t.true(a.images.has('demo/unused:1'));
  b.fail('any', 'engine_unreachable');
  const pruned = await call('POST', `${url}/prune`);
  t.like(pruned.body.errors, [{ engine: 'b' }]);
  t.deepEqual([...a.images].sort(), [...named].sort());
});

test('the list comes in pages, each image once, those without a name last', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  const [a, b] = cluster.engines;
  for (const name of ['demo/a:1', 'demo/b:1', 'demo/c:1']) a?.images.add(name);
  for (const digit of 'abc') b?.dangling.add(`sha256:${digit.repeat(64)}`);
  const whole = (await call('GET', url)).body;
  t.is(whole.data.length, 7);
  t.false('next' in whole);
  const pages: unknown[][] = [];
  for (let after = ''; ; ) {
    const { body } = await call('GET', `${url}?limit=2${after}`);
    pages.push(body.data);
    t.deepEqual(body.errors, []);
    if (body.next === undefined) break;
    // What is gone meanwhile costs no other row.
    if (pages.length === 1) a?.images.delete('demo/a:1');
    after = `&after=${body.next}`;
  }
  t.deepEqual(pages.flat(), whole.data);
  t.deepEqual(
    pages.map(({ length }) => length),
    [2, 2, 2, 1],
  );
  t.is((await call('GET', `${url}?limit=2&after=nonsense`)).status, 400);
  for (const limit of ['0', '10001', 'x']) t.is((await call('GET', `${url}?limit=${limit}`)).status, 400);
});
