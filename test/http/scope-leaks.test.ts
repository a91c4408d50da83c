import test, { type ExecutionContext } from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import type { Scope } from '../../src/model/scope.ts';
import { bare } from '../../src/state/containers/stopped.ts';
import type { Store } from '../../src/store/store.ts';
import { eventually, startServer } from '../controllers/services/stage.ts';
import type { ClusterOptions } from '../fixtures/harness.ts';
import { openDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1', type: 'label', memory: 16 };

/** Two projects on two engines, and whoever has a token for less than all of it. */
async function open(t: ExecutionContext, scope: Scope, options: ClusterOptions = {}) {
  const { cluster, call } = await openDoor(t, { engines: 2, ...options }, 'token');
  await startServer(t, cluster);
  const by = { name: 'test', role: 'admin' };
  const as = async (name: string, narrowed?: Scope) => {
    const { token } = await createToken(cluster, { name, role: 'admin', scope: narrowed }, by);
    return async (method: string, path: string, body?: unknown) => {
      const answer = await call(method, `/apiv1/${path}`, body, { authorization: `Bearer ${token}` });
      return { ...answer, text: JSON.stringify(answer.body) };
    };
  };
  const [admin, narrow] = [await as('root'), await as('narrow', scope)];
  for (const id of ['a', 'b']) await admin('PATCH', `engine/${id}`, { labels: [`zone=${id}`] });
  for (const project of ['ours', 'theirs']) {
    await admin('POST', 'project', { name: project });
    const spec = { ...image, project, strategy: 'spread' };
    t.is((await admin('POST', 'service', { name: `${project}-web`, replicas: 2, image: spec })).status, 201);
  }
  await eventually(t, () => cluster.cache.allReplicas().filter(({ state }) => state === 'bound').length === 4);
  return { cluster, admin, narrow };
}

test('an engine beyond is said to be missing in the words for what is not there, also where a list is asked for', async (t) => {
  const { narrow } = await open(t, { engineLabels: ['zone=a'] });
  for (const path of ['containers', 'containers?all=true', 'stats']) {
    const asked = (engine: string) => narrow('GET', `${path}${path.includes('?') ? '&' : '?'}engine=${engine}`);
    const [beyond, none] = [await asked('b'), await asked('z')];
    t.like(beyond, { status: 404, body: { code: 'no_such_engine' } }, path);
    t.is(beyond.text.replaceAll('"b"', '*').replaceAll(' b', ' *'), none.text.replaceAll(' z', ' *'), path);
    t.is((await asked('a')).status, 200, path);
  }
});

test('what an earlier service of others left behind is not told to whoever makes one of its name', async (t) => {
  const { cluster, admin, narrow } = await open(t, { projects: ['ours'] });
  const [record] = cluster.cache.replicas('theirs-web', cluster.cache.services.get('theirs-web')?.value.id);
  if (!record) throw new Error('no replica');
  const leave = async (service: string) => {
    const replica = { ...record.replica, service, serviceId: 'gone' };
    const left = { ...bare(record), id: `left-${service}`, name: `theirs-${service}`, claims: [], replica };
    t.true(await cluster.store.adopt(left, `container-${service}`));
  };
  for (const service of ['one', 'other']) await leave(service);
  await cluster.cache.catchUp();
  const spec = { ...image, project: 'ours' };
  const made = await narrow('POST', 'service', { name: 'one', replicas: 0, image: spec });
  t.is(made.status, 201);
  t.notRegex(made.text, /theirs|left/);
  t.regex((await admin('POST', 'service', { name: 'other', replicas: 0, image: spec })).text, /theirs-other/);
});

test('what others have on an engine is told as sizes, and as nothing else', async (t) => {
  const { cluster, admin, narrow } = await open(t, { projects: ['ours'], engineLabels: ['zone=a'] });
  const run = { ...image, project: 'theirs', labels: ['host:a'], type: 'host', container_name: 'theirs-box' };
  t.is(
    (await admin('POST', 'container', { ...run, memory: 24, cpus: 0.5, environment: { KEY: 'theirs' } })).status,
    201,
  );
  const { body } = await narrow('GET', 'engines/others');
  t.deepEqual(body.data, [
    {
      engine: 'a',
      sizes: [
        { cpus: 0.5, memory: 24 },
        { cpus: 0, memory: 16 },
      ],
    },
  ]);
  t.is(cluster.cache.reservations('a').length, 3, 'one is their own');
  t.deepEqual((await admin('GET', 'engines/others')).body.data, [], 'whoever sees all has no others');
});

test('who holds most of a quota is not told to whoever does not see all of its engines', async (t) => {
  const { admin, narrow } = await open(t, { projects: ['ours'], engineLabels: ['zone=a'] });
  await admin('PATCH', 'project/ours', { quota: { containers: 2 } });
  const run = { ...image, project: 'ours' };
  t.regex((await admin('POST', 'container', run)).text, /held by service ours-web/);
  for (const { status, text } of [await narrow('POST', 'container', run), await narrow('POST', 'plan', run)]) {
    t.true(status === 422 || status === 200, text);
    t.regex(text, /has no room: 1 containers wanted, 0 of 2 left/);
    t.notRegex(text, /ours-web|held/);
  }
});

test('a reason that counts engines names nothing of others, and of no engine beyond', async (t) => {
  const { admin, narrow } = await open(t, { projects: ['ours'], engineLabels: ['zone=a'] });
  const away = { ...image, project: 'ours', constraints: ['service!=*-web'] };
  t.regex((await admin('POST', 'plan', away)).text, /service (theirs|ours)-web is there already/);
  const told = await narrow('POST', 'plan', away);
  t.deepEqual(told.body.data.refused.counts, [{ message: 'service@ours!=*-web is not met', engines: 1 }]);
  t.notRegex(told.text, /theirs/);
  const { body, text } = await narrow('POST', 'plan', { ...image, project: 'ours', constraints: ['engine==z'] });
  t.deepEqual(body.data.refused.counts, [{ message: 'engine==z is not met: the engine is a', engines: 1 }]);
  t.notRegex(text, /is b/);
});

test('of what an engine says where logs cannot be read, whoever is narrowed is told no names', async (t) => {
  const { cluster, admin, narrow } = await open(t, { projects: ['ours'] });
  const said = 'engine a (https://a.test:2376) refused to read logs: container theirs-web.1 is in use by "theirs-box"';
  for (const engine of cluster.engines)
    engine.openLogs = () => Promise.reject(new SatsumaError('engine_refused', said));
  for (const path of ['service/ours-web/logs', 'logs?service=ours-web', 'logs?service=ours-web&format=json']) {
    t.regex((await admin('GET', path)).text, /theirs-box/, path);
    const { text } = await narrow('GET', path);
    t.regex(text, /the engine refused it: what this needs is taken or in use there/, path);
    t.notRegex(text, /theirs/, path);
  }
});

test('what is not there is not within: it may be of others by the time that it is looked up', async (t) => {
  const made = new Set<string>();
  let makes: ((kind: string, name: string) => Promise<void>) | undefined;
  /** Others make what is asked for just before it is read. */
  const wrap = (store: Store): Store =>
    new Proxy(store, {
      get: (target, key) => {
        const value = Reflect.get(target, key);
        if (key !== 'read') return typeof value === 'function' ? value.bind(target) : value;
        return async (kind: string, id: string) => {
          if (id.startsWith('late-') && !made.has(id)) {
            made.add(id);
            await makes?.(kind, id);
          }
          return await value.call(target, kind, id);
        };
      },
    });
  const { cluster, admin, narrow } = await open(t, { projects: ['ours'] }, { wrap });
  const spec = { ...image, project: 'theirs' };
  const bodies: Readonly<Record<string, object>> = {
    service: { replicas: 0, image: spec },
    job: { schedule: '0 3 * * *', image: spec },
    secret: { value: 'correct horse', project: 'theirs' },
    image: { image: spec },
  };
  makes = async (kind, name) => void (await admin('POST', kind, { name, ...bodies[kind] }));
  for (const kind of Object.keys(bodies)) {
    const name = `late-${kind}`;
    const { status } = await narrow('DELETE', `${kind}/${name}`);
    t.is(status, 404, kind);
    await cluster.cache.catchUp();
    if (!made.has(name)) continue;
    t.is((await admin('GET', `${kind}/${name}`)).status, 200, `${kind}: theirs is there still`);
  }
});

test('of an image config of others not even the versions are told', async (t) => {
  const { admin, narrow } = await open(t, { projects: ['ours'] });
  await admin('POST', 'image', { name: 'theirs-image', image: { ...image, project: 'theirs' } });
  for (const path of ['image/theirs-image?version=7', 'image/no-image?version=7'])
    t.regex((await narrow('GET', path)).text, /no image config (theirs|no)-image is saved/);
  const body = { name: 'new', from: 'theirs-image@7' };
  t.regex((await narrow('POST', 'service', body)).text, /no image config theirs-image is saved/);
});

test('constraints that are narrowed to a project are bounded as those that look at each engine', async (t) => {
  const { admin, narrow } = await open(t, { projects: ['ours'] });
  const constraints = Array.from({ length: 33 }, (_, at) => `image!=demo/app${at}`);
  const body = { ...image, project: 'ours', constraints };
  t.is((await admin('POST', 'plan', body)).status, 200);
  const { status, text } = await narrow('POST', 'plan', body);
  t.is(status, 400, text);
  t.regex(text, /constraints has more than 32/);
});
