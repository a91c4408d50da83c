import test from 'ava';
import { agedStatus } from '../../../src/state/aged-status.ts';
import type { FakeEngine } from '../../engines/fake-engine.ts';
import { engineOf, openDocker } from './docker-door.ts';

const asked = ({ relays }: FakeEngine) => relays.filter(({ path }) => path === '/containers/json').length;

test('the list is that of all engines, the newest first, and one that fails fails nothing', async (t) => {
  const { cluster, docker } = await openDocker(t);
  engineOf(cluster, 'a').relayed.set('GET /containers/json', { body: [{ Id: 'x', Created: 1 }, 'nonsense'] });
  engineOf(cluster, 'b').relayed.set('GET /containers/json', { body: [{ Id: 'y', Created: 2 }] });
  const y = { Id: 'y', Created: 2 };
  t.deepEqual((await docker('GET', '/v1.41/containers/json?all=1')).body, [y, { Id: 'x', Created: 1 }]);
  t.deepEqual((await docker('GET', '/containers/json?limit=1')).body, [y]);
  const filters = JSON.stringify({ ancestor: { redis: true }, node: ['b'] });
  t.deepEqual((await docker('GET', `/containers/json?all=1&filters=${filters}`)).body, [y]);
  t.is(engineOf(cluster, 'b').relays.at(-1)?.query?.get('filters'), '{"ancestor":["redis"]}');
  engineOf(cluster, 'a').fail('relay', 'engine_unreachable');
  t.is((await docker('GET', '/v1.40/containers/json?all=1')).body.length, 1);
  t.is((await docker('GET', '/containers/json?filters=x')).status, 400);
});

test('a list is kept until a container changes, for a while, and its times go on', async (t) => {
  const { cluster, docker, create } = await openDocker(t, { engines: 1 });
  cluster.clock.stop();
  const engine = engineOf(cluster, 'a');
  const list = async () => (await docker('GET', '/containers/json?all=1')).body;
  const Status = 'Up 5 seconds (healthy)';
  engine.relayed.set('GET /containers/json', { body: [{ Id: 'x', State: 'running', Created: 1, Status }] });
  t.is((await list())[0].Status, Status);
  cluster.clock.turn(5_000);
  t.is((await list())[0].Status, agedStatus(Status, 5_000));
  t.is((await list())[0].Status, 'Up 10 seconds (healthy)');
  t.is(asked(engine), 1);
  await create();
  await list();
  t.is(asked(engine), 2, 'a container came');
  await list();
  t.is(asked(engine), 2);
  cluster.clock.turn(10_000);
  await list();
  t.is(asked(engine), 3, 'it was too old');
  await docker('GET', '/v1.30/containers/json?all=1');
  t.is(asked(engine), 4, 'another version says it otherwise');
  await docker('GET', '/containers/json?all=1&size=1');
  t.is(engine.relays.at(-1)?.query?.get('size'), '1');
});

test('filters that a list itself can tell are docker’s own', async (t) => {
  const { cluster, docker } = await openDocker(t, { engines: 1 });
  const entry = (Id: string, name: string, State: string, Labels = {}) => {
    return { Id, Names: [`/${name}`, `/other/${name}link`], State, Labels, Created: Number(Id[0]) };
  };
  engineOf(cluster, 'a').relayed.set('GET /containers/json', {
    body: [
      entry('3c', 'web', 'running', { tier: 'web' }),
      entry('2b', 'webdb', 'paused'),
      entry('1a', 'job', 'exited'),
    ],
  });
  const ids = async (filters: object, more = '') =>
    (await docker('GET', `/containers/json?filters=${JSON.stringify(filters)}${more}`)).body.map(
      ({ Id }: { Id: string }) => Id,
    );
  t.deepEqual(await ids({}), ['3c', '2b']);
  t.deepEqual(await ids({}, '&all=1'), ['3c', '2b', '1a']);
  t.deepEqual(await ids({}, '&limit=3'), ['3c', '2b', '1a']);
  t.deepEqual(await ids({ status: ['exited', 'paused'] }), ['2b', '1a']);
  t.deepEqual(await ids({ name: ['web'] }), ['3c', '2b']);
  t.deepEqual(await ids({ name: ['link'] }), []);
  t.deepEqual(await ids({ id: ['3'] }), ['3c']);
  t.deepEqual(await ids({ label: ['tier=web'] }), ['3c']);
  t.deepEqual(await ids({ label: ['tier', 'tier=db'] }), []);
  t.is(asked(engineOf(cluster, 'a')), 1);
});

test('containers before and after another one are told by when they were made, on whichever engine', async (t) => {
  const { cluster, docker, create } = await openDocker(t);
  const id = await create({}, '?name=web');
  const at = Math.floor(Date.parse(cluster.cache.containers.find('web')[0]?.summary.createdAt ?? '') / 1000);
  const entries = [-5, 0, 5].map((seconds) => ({ Id: `${seconds}`, State: 'running', Created: at + seconds }));
  engineOf(cluster, 'a').relayed.set('GET /containers/json', { body: entries });
  const ids = async (filters: object) => {
    const { body } = await docker('GET', `/containers/json?filters=${JSON.stringify(filters)}`);
    return body.map(({ Id }: { Id: string }) => Id);
  };
  t.deepEqual(await ids({ before: ['web'] }), ['-5']);
  t.deepEqual(await ids({ since: [id] }), ['5']);
  t.is((await docker('GET', '/containers/json?filters={"since":["none"]}')).status, 404);
  const [made] = cluster.cache.containers.find('web');
  const within = ['newer', id, 'older'].map((Id) => ({ Id, State: 'running', Created: at }));
  engineOf(cluster, made?.engineId ?? '').relayed.set('GET /containers/json', { body: within });
  cluster.clock.turn(10_000);
  t.deepEqual(await ids({ since: ['web'] }), ['newer'], 'within one second');
  t.deepEqual(await ids({ before: ['web'] }), ['older']);
});

for (const engines of [
  ['b', 'a'],
  ['a', 'b'],
] as const) {
  const title = `of engines ${engines.join(' and ')}, which of ours was made first within a second is told by their records`;
  test(title, async (t) => {
    const { cluster, docker, create } = await openDocker(t);
    const made: string[] = [];
    for (const engine of engines) {
      cluster.clock.turn(5);
      made.push(await create({ Labels: { 'satsuma.constraints': `engine==${engine}` } }, `?name=on-${engine}`));
    }
    const [first, second] = made;
    const names = engines.map((engine) => `on-${engine}`);
    const at = Math.floor(Date.parse(cluster.cache.containers.find(names[0] ?? '')[0]?.summary.createdAt ?? '') / 1000);
    for (const [index, engine] of engines.entries()) {
      const Id = made[index] ?? '';
      const known = cluster.cache.containers.get(engine, Id);
      if (known) known.summary = { ...known.summary, createdAt: new Date(at * 1000).toISOString() };
      const entry = { Id, State: 'created', Created: at };
      engineOf(cluster, engine).relayed.set('GET /containers/json', { body: [entry] });
    }
    const ids = async (filters: object, more = '&all=1') => {
      const { body } = await docker('GET', `/containers/json?filters=${JSON.stringify(filters)}${more}`);
      return body.map(({ Id }: { Id: string }) => Id);
    };
    t.deepEqual(await ids({ since: [names[0]] }), [second]);
    t.deepEqual(await ids({ before: [names[1]] }), [first]);
    t.deepEqual(await ids({}), [second, first]);
    t.deepEqual(await ids({}, '&limit=1'), [second], 'as docker ps -l asks');
  });
}

test('a list names containers with their engines where that is configured, and both names are looked up', async (t) => {
  for (const [naming, name] of [
    ['engine', '/a/web'],
    ['plain', '/web'],
  ] as const) {
    const { cluster, docker, create } = await openDocker(t, { engines: 2 }, { names: naming });
    const id = await create({ Labels: { 'satsuma.constraints': 'engine==a' } }, '?name=web');
    engineOf(cluster, 'a').relayed.set('GET /containers/json', { body: [{ Id: id, Names: ['/web', '/db/web'] }] });
    for (const query of ['', '&size=1', '&filters={"name":["web"]}']) {
      const { body } = await docker('GET', `/v1.41/containers/json?all=1${query}`);
      t.deepEqual(body[0].Names, [name, name.replace('web', 'db/web')], query);
    }
    engineOf(cluster, 'a').relayed.set('GET /system/df', { body: { Containers: [{ Id: id, Names: ['/web'] }] } });
    t.is((await docker('GET', '/system/df')).body.Containers[0].Names[0], name);
    engineOf(cluster, 'a').relayed.set(`GET /containers/${id}/json`, { body: { Id: id, Name: '/web' } });
    for (const each of ['web', 'a/web', '/a/web', `a/${id.slice(0, 12)}`]) {
      const { status, body } = await docker('GET', `/v1.41/containers/${each}/json`);
      t.is(status, 200, each);
      t.is(body.Name, '/web');
    }
    for (const each of ['b/web', 'none/web', 'a/web/x', 'a/b/web'])
      t.is((await docker('GET', `/containers/${each}/json`)).status, 404, each);
    t.is((await docker('POST', '/containers/a/web/start')).status, 204);
    t.is((await docker('DELETE', '/containers/b/web?force=1')).status, 404);
    t.is((await docker('DELETE', '/containers/a/web?force=1')).status, 204);
  }
});

test('what is asked of all engines has no more than the newest of each, unless some are left out later', async (t) => {
  const { cluster, docker } = await openDocker(t, { engines: 1 });
  const engine = engineOf(cluster, 'a');
  engine.relayed.set('GET /containers/json', { body: [] });
  const limits = async (query: string) => {
    t.is((await docker('GET', `/containers/json?size=1${query}`)).status, 200);
    return engine.relays.at(-1)?.query?.get('limit') ?? undefined;
  };
  t.is(await limits('&limit=5'), '5');
  t.is(await limits(''), undefined);
  t.is(await limits('&limit=-1'), undefined);
});
