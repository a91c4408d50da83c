import test from 'ava';
import { eventually, isRunning, startServer, untilShown } from '../controllers/services/stage.ts';
import { startReceiver } from '../controllers/webhooks/receiver.ts';
import { routesThatAnswered } from './answer-check.ts';
import { openDoor } from './open-door.ts';
import { steady } from './services.ts';

/** Why this test does not have an answer of them. */
const elsewhere: Readonly<Record<string, string>> = {
  'GET /apiv1/container/{container}/exec/ws': 'a WebSocket, in exec-socket.test.ts',
  'GET /apiv1/container/{container}/attach/ws': 'a WebSocket, in exec-socket.test.ts',
  'POST /apiv1/service/{name}/move': 'in the integration test of services with volumes',
  'DELETE /apiv1/service/{name}/move': 'in the integration test of services with volumes',
  'GET /ui/{file?}': 'of a page that is built, in ui.test.ts',
  'GET /apiv1/oidc': 'of a server with a provider, in oidc.test.ts',
  'POST /apiv1/session/oidc': 'of a server with a provider, in sessions.test.ts',
  'DELETE /apiv1/rebalance': 'of one that goes on, in rebalance.test.ts',
  'POST /apiv1/engine-images/load': 'of archives, in engine-image-loads.test.ts',
  'POST /apiv1/engine-images/build': 'of archives, in builds.test.ts',
  'PATCH /apiv1/upload/{id}': 'of bytes, in uploads.test.ts',
  'POST /apiv1/volume/{engine}/{name}/copy': 'in the integration test of data',
  'POST /apiv1/mesh/rotate-tokens': 'of a mesh that was made, in the integration test of the mesh',
  'GET /apiv1/audit/recording/{recording}': 'of a policy that wants them, in recordings.test.ts',
};

const image = { name: 'demo/busybox:1', type: 'label' };

test('every route answers as the document of the API says', async (t) => {
  const { call, cluster, server } = await openDoor(t, {
    ...{ engines: 2, isAudited: true, settings: { webhookAllow: ['127.0.0.1'] } },
  });
  const { url } = await startReceiver(t);
  const [a] = cluster.engines;
  await startServer(t, cluster);
  // The answers are checked as they come: see answer-check.ts.
  const failures: string[] = [];
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) failures.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body?.data;
  };
  const get = (path: string) => ask('GET', path);
  const post = (path: string, body?: unknown) => ask('POST', path, body);
  const remove = (path: string) => ask('DELETE', path);
  const container = (name: string, action = '') => `/apiv1/container/${name}${action}`;

  for (const path of ['/', '/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/apiv1', '/apiv1/'])
    await get(path);
  for (const noun of ['config', 'doctor', 'schedulers', 'version', 'certificates', 'cluster?consistent'])
    await get(`/apiv1/${noun}`);

  await post('/apiv1/container', {
    ...image,
    container_name: 'web',
    labels: ['on-a'],
    cpus: 0.5,
    environment: { A: '1' },
  });
  await post('/apiv1/container?count=2', image);
  await post('/apiv1/plan', image);
  await post('/apiv1/translate', { run: 'docker run busybox' });
  await post('/apiv1/translate', { template: 'redis: {}' });
  await post('/apiv1/translate', {
    compose: 'services: { web: { image: nginx, network_mode: bridge } }',
    name: 'shop',
  });
  await post('/apiv1/plan', { service: { name: 'planned', image } });
  const upload = await post('/apiv1/upload', { size: 1, sha256: 'a'.repeat(64) });
  await get(`/apiv1/upload/${upload.id}`);
  await remove(`/apiv1/upload/${upload.id}`);
  for (const path of [
    'containers?all&consistent',
    'engines',
    'engines/others',
    'engine/a',
    'engine/a/containers?all',
    'engine/a/rehearse-loss',
    'engine/a/drain',
  ])
    await get(`/apiv1/${path}`);
  await ask('PUT', container('web', '/archive?path=/data'), 'an archive');
  for (const path of ['', '/inspect', '/logs', '/top', '/diff', '/export', '/stats', '/archive?path=/data'])
    await get(container('web', path));
  await get('/metrics/containers');
  for (const path of [
    'stats',
    'logs',
    'logs?format=json',
    'events?since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z',
  ])
    await get(`/apiv1/${path}`);
  await post(container('web', '/exec'), { cmd: ['echo', 'hello'] });
  await post(container('web', '/exec?stream=true'), { cmd: ['echo', 'hello'] });
  await post(container('web', '/commit'), { image: 'demo/fixed:1' });
  await post(container('web', '/rename'), { name: 'site' });
  await post(container('site', '/update'), { memory: 64 });
  for (const action of ['pause', 'unpause', 'restart', 'kill', 'start', 'stop', 'wait'])
    await post(container('site', `/${action}`));
  await remove(container('site'));
  await post('/apiv1/container', { ...image, container_name: 'two', labels: ['on-b'] });
  await remove('/apiv1/engine/b/container/two');

  await post('/apiv1/image', { name: 'saved', image });
  await ask('PUT', '/apiv1/image/saved', { image });
  for (const path of ['images', 'image/saved?version=1']) await get(`/apiv1/${path}`);
  await remove('/apiv1/image/saved');

  const name = encodeURIComponent(image.name);
  for (const path of ['', `/inspect?name=${name}`, `/history?name=${name}`, `/save?name=${name}`])
    await get(`/apiv1/engine-images${path}`);
  a?.registry.add('demo/tool:2');
  await post('/apiv1/engine-images/pull', { name: 'demo/tool:2', engines: ['a'] });
  await post('/apiv1/engine-images/tag', { name: 'demo/tool:2', tag: 'demo/tool:3', engines: ['a'] });
  await post('/apiv1/engine-images/remove', { name: 'demo/tool:3', engines: ['a'] });
  await post('/apiv1/engine-images/prune', { dry_run: true });
  await post('/apiv1/registry', { server: 'registry.test', username: 'ci', password: 'correct horse' });
  await get('/apiv1/registries');
  await remove('/apiv1/registry/registry.test');

  await post('/apiv1/secret', { name: 'db', value: 'correct horse' });
  await ask('PUT', '/apiv1/secret/db', { value: 'another horse' });
  for (const path of ['secrets', 'secret/db']) await get(`/apiv1/${path}`);
  await remove('/apiv1/secret/db');
  await post('/apiv1/volume', { engine: 'a', name: 'data' });
  await post('/apiv1/network', { scope: 'a', name: 'front', subnet: '10.5.0.0/16' });
  await post('/apiv1/container', { ...image, container_name: 'member', labels: ['on-a'] });
  for (const action of ['connect', 'disconnect'])
    await post(`/apiv1/network/a/front/${action}`, { container: 'member' });
  for (const thing of ['volume', 'network']) {
    await get(`/apiv1/${thing}s`);
    await get(`/apiv1/${thing}/a/${thing === 'volume' ? 'data' : 'front'}`);
    await post(`/apiv1/${thing}s/prune`, { dry_run: true });
    await remove(`/apiv1/${thing}/a/${thing === 'volume' ? 'data' : 'front'}`);
  }

  const port = { proto: 'tcp', container_port: 80 };
  const ported = { ...steady.image, bind_ports: [port] };
  await post('/apiv1/service', {
    ...steady,
    image: ported,
    name: 'web',
    replicas: 2,
  });
  await untilShown(t, cluster, 'web', isRunning);
  for (const path of [
    'services',
    'service/web',
    'service/web/generations',
    'service/web/logs',
    'catalog',
    'catalog/http_sd',
  ])
    await get(`/apiv1/${path}`);
  await ask('PUT', '/apiv1/service/web', { image: { ...ported, environment: { A: '2' } } });
  await untilShown(t, cluster, 'web', isRunning);
  await post('/apiv1/service/web/scale', { replicas: 3 });
  await post('/apiv1/service/web/restart');
  await post('/apiv1/service/web/pause');
  await post('/apiv1/service/web/resume');
  await post('/apiv1/service/web/rollback');
  await untilShown(t, cluster, 'web', isRunning);
  await get('/apiv1/rebalance');
  await get('/apiv1/rebalance/plan');
  await post('/apiv1/rebalance');
  await get('/apiv1/rebalance');

  await post('/apiv1/job', { name: 'night', schedule: '0 3 * * *', image: steady.image });
  await ask('PUT', '/apiv1/job/night', { keep: 3 });
  await post('/apiv1/job/night/run');
  for (const path of ['jobs', 'job/night', 'job/night/runs', 'job/night/runs/1']) await get(`/apiv1/${path}`);
  await post('/apiv1/job/night/runs/1/cancel');
  await remove('/apiv1/job/night');

  await post('/apiv1/webhook', { name: 'hook', url, secret: 'correct horse' });
  for (const path of ['webhooks', 'webhook/hook']) await get(`/apiv1/${path}`);
  await post('/apiv1/webhook/hook/test');
  await remove('/apiv1/webhook/hook');

  await post('/apiv1/role', { name: 'reader', rules: [{ verbs: ['read'], nouns: ['*'] }] });
  await post('/apiv1/role', { name: 'spare', rules: [{ verbs: ['read'], nouns: ['*'] }] });
  await post('/apiv1/account', { name: 'ana', role: 'reader', password: 'correct horse' });
  await post('/apiv1/login', { account: 'ana', password: 'correct horse' });
  await post('/apiv1/session', { account: 'ana', password: 'correct horse' });
  await get('/apiv1/session');
  await remove('/apiv1/session');
  await post('/apiv1/account/ana/password', { password: 'battery staple' });
  await post('/apiv1/token', { name: 'ci', role: 'viewer', expires_in: 'never' });
  await ask('PUT', '/apiv1/deployment/app', {});
  await post('/apiv1/deployment/app/plan', { services: { 'demo/busybox:1': null } });
  await post('/apiv1/deployment/app/setup', { services: { 'demo/busybox:1': null } });
  for (const path of ['deployments', 'deployment/app']) await get(`/apiv1/${path}`);
  await remove('/apiv1/deployment/app');
  await post('/apiv1/project', { name: 'shop', description: 'the shop', quota: { cpus: 2, memory: 512 } });
  await ask('PATCH', '/apiv1/project/shop', { quota: { cpus: null, containers: 3 } });
  for (const path of ['projects', 'project/shop', 'project/default']) await get(`/apiv1/${path}`);
  await remove('/apiv1/project/shop');
  await post('/apiv1/policy', { name: 'team', rules: { bind_mounts: ['/srv'] } });
  await ask('PUT', '/apiv1/policy/team', { rules: { gpus: true } });
  await post('/apiv1/policy/team/check', { name: 'redis', privileged: true });
  for (const path of ['policies', 'policy/team']) await get(`/apiv1/${path}`);
  await post('/apiv1/role', { name: 'held', rules: [{ verbs: ['read'], nouns: ['*'] }], policy: 'team' });
  await get('/apiv1/roles');
  for (const path of ['role/held', 'policy/team']) await remove(`/apiv1/${path}`);
  for (const path of ['roles', 'accounts', 'tokens', 'can-i?verb=read&noun=service']) await get(`/apiv1/${path}`);
  for (const path of ['token/ci', 'account/ana', 'role/spare']) await remove(`/apiv1/${path}`);
  await ask('PUT', '/apiv1/router', { labels: ['nowhere'], dns: ['10.0.0.5:53'] });
  await get('/apiv1/router');
  await post('/apiv1/domain', { name: 'shop.test', service: 'web' });
  for (const path of ['domains', 'domain/shop.test']) await get(`/apiv1/${path}`);
  await remove('/apiv1/domain/shop.test');
  await remove('/apiv1/router');
  await ask('PUT', '/apiv1/mesh', { managers: 3 });
  await get('/apiv1/mesh');
  await remove('/apiv1/mesh?force=true');
  await eventually(t, async () => (await get('/apiv1/audit')).length > 0);
  for (const path of ['audit/verify', 'audit/export', 'audit/recordings']) await get(`/apiv1/${path}`);

  const backup = (await call('GET', '/apiv1/backup')).body;
  await post('/apiv1/restore?dry_run', backup);

  await ask('PATCH', '/apiv1/engine/b', { labels: ['on-b', 'disk=ssd'] });
  await post('/apiv1/engine/b/drain', { force: true });
  await remove('/apiv1/service/web');
  await remove('/apiv1/engine/b?force=true');
  await post('/apiv1/engine', { id: 'b', addr: 'https://b.test:2376' });

  t.deepEqual(failures, []);
  const answered = routesThatAnswered(server);
  const routes = server.table().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const missing = routes.filter((route) => !answered.has(route) && elsewhere[route] === undefined);
  t.deepEqual(missing, [], 'ask them in this test: an answer that nobody saw is described in vain');
});
