import type { Server } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import { createRole } from '../../src/commands/accounts/roles.ts';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { createProject } from '../../src/commands/projects/projects.ts';
import { createService } from '../../src/commands/services/change-service.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { createDoors } from '../../src/http/doors.ts';
import { scopeRuleOf } from '../../src/http/scope-rules.ts';
import { policy, spec } from '../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';

const by = { name: 'test', role: 'admin' };
const image = (project: string) => ({ name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 16, project });

/** The doors of a role that is narrowed to one of two projects, each of which has a container and a service. */
async function openNarrow(t: ExecutionContext): Promise<{ cluster: TestCluster; doors: ReadonlyMap<string, Server> }> {
  const cluster = await startCluster(t, { engines: 2 });
  const rules = [{ verbs: ['*'], nouns: ['*'] }] as const;
  for (const project of ['ours', 'theirs']) {
    await createProject(cluster, { name: project }, by);
    await runContainer(cluster, { ...image(project), container_name: `${project}-box` });
    const update = { ...policy, monitor: 0 };
    await createService(cluster, `${project}-web`, { ...spec, update, replicas: 1, image: image(project) });
  }
  await createRole(cluster, { name: 'narrow', rules, scope: { projects: ['ours'] } }, by);
  const settings = { listen: { host: '127.0.0.1', port: 0 }, role: 'narrow' };
  const open = { bastion: settings, panamax: settings, genisys: { ...settings, countBy: 'service' as const } };
  const others = { deblox: { ...settings, enginePort: 2376 }, shipyard: { listen: settings.listen } };
  const doors = await createDoors(cluster, { ...open, ...others }, []);
  for (const [name, door] of doors) if (name !== 'shipyard') await door.initialize();
  return { cluster, doors };
}

test('the doors of a role show and change what it is narrowed to, and nothing else', async (t) => {
  const { cluster, doors } = await openNarrow(t);
  const { token } = await createToken(cluster, { name: 'key', role: 'narrow' }, by);
  const ask = async (door: string, method: string, url: string, body?: unknown) => {
    const headers = { host: 'localhost', 'x-service-key': token };
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const answer = await doors.get(door)?.inject({ method: method as 'GET', url, headers, ...payload });
    return { status: answer?.statusCode ?? 0, text: answer?.payload ?? '' };
  };
  for (const [door, path] of [
    ...([
      ['bastion', '/containers'],
      ['genisys', '/service'],
      ['panamax', '/v1/services'],
    ] as const),
    ...([
      ['shipyard', '/api/containers'],
      ['shipyard', '/api/events'],
    ] as const),
  ]) {
    const { status, text } = await ask(door, 'GET', path);
    t.is(status, 200, `${door} ${path}: ${text}`);
    t.regex(text, /ours-/, `${door} ${path}`);
    t.notRegex(text, /theirs/, `${door} ${path}`);
  }
  const before = cluster.cache.reservations().length;
  const id = cluster.cache.named('theirs-box')[0]?.containerId;
  const plain = { name: 'demo/busybox:1', type: 'label' };
  for (const [door, method, path, body] of [
    ['bastion', 'DELETE', '/destroy', { id }],
    ['bastion', 'POST', '/run', { ...plain, project: 'theirs' }],
    ['genisys', 'GET', '/service/theirs-web', undefined],
    ['genisys', 'PUT', '/service/theirs-web', { image: 'demo/busybox:1' }],
    ['genisys', 'GET', '/service/theirs-web/status', undefined],
    ['genisys', 'POST', '/service/theirs-web/scale', { number: 0 }],
    ['panamax', 'GET', '/v1/services/theirs-web', undefined],
    ['panamax', 'PUT', '/v1/services/theirs-web', { desiredState: 'stopped' }],
    ['panamax', 'DELETE', '/v1/services/theirs-web', undefined],
    ['shipyard', 'GET', `/api/containers/${id}`, undefined],
    ['shipyard', 'GET', `/api/containers/${id}/stop`, undefined],
    ['shipyard', 'GET', `/api/containers/${id}/scale?count=0`, undefined],
    ['shipyard', 'GET', `/api/containers/${id}/logs`, undefined],
    ['shipyard', 'DELETE', `/api/containers/${id}`, undefined],
    ['shipyard', 'GET', '/api/cluster/info', undefined],
    ['shipyard', 'GET', '/api/servicekeys', undefined],
  ] as const) {
    const { status, text } = await ask(door, method, path, body);
    t.true(status >= 400, `${door} ${method} ${path}: ${status} ${text}`);
  }
  for (const action of ['list-containers', 'delete-container', 'inspect-container']) {
    const { text } = await ask('deblox', 'POST', '/', { action, id, all: true });
    t.regex(JSON.parse(text).error, /narrowed to project ours/, action);
  }
  t.is(cluster.cache.reservations().length, before);
  t.is(cluster.cache.services.get('theirs-web')?.value.spec.replicas, 1);
  t.is((await ask('bastion', 'POST', '/run', { ...plain, container_name: 'mine' })).status, 201);
  t.is(cluster.cache.named('mine')[0]?.image.project, 'ours');
  const scaled = cluster.cache.named('ours-box')[0]?.containerId;
  t.is((await ask('shipyard', 'GET', `/api/containers/${scaled}/scale?count=0`)).status, 204);
  t.is(cluster.cache.named('theirs-box').length, 1, 'one like it, of another project');
});

/** About more than the things of projects. */
const refused = [
  ...['deblox POST /', 'panamax GET /v1/metadata', 'panamax GET /healthcheck'],
  ...['GET /api/cluster/info', 'POST /api/engines', 'DELETE /api/engines/{id}', 'DELETE /api/events'].map(ofShipyard),
  ...['GET', 'POST', 'DELETE'].map((method) => ofShipyard(`${method} /api/accounts`)),
  ...['GET', 'POST', 'DELETE'].map((method) => ofShipyard(`${method} /api/roles`)),
  ...['GET', 'POST', 'DELETE'].map((method) => ofShipyard(`${method} /api/servicekeys`)),
  ...['webhookkeys', 'extensions'].flatMap((noun) =>
    [`GET /api/${noun}`, `POST /api/${noun}`, `GET /api/${noun}/{id}`, `DELETE /api/${noun}/{id}`].map(ofShipyard),
  ),
  ofShipyard('GET /api/roles/{name}'),
];

function ofShipyard(title: string): string {
  return `shipyard ${title}`;
}

test('every route of every door keeps to a scope, or is refused to whoever has one', async (t) => {
  const { doors } = await openNarrow(t);
  const without = [...doors].flatMap(([name, door]) =>
    door.table().flatMap(({ method, path, settings }) => {
      const title = `${name} ${method.toUpperCase()} ${path}`;
      return settings.plugins?.access === 'anyone' || scopeRuleOf({ method, path }) ? [] : [title];
    }),
  );
  t.deepEqual(without.sort(), refused.sort());
});
