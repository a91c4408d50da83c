import test from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { idsIn as ids, openCalzion as open } from './open-calzion.ts';

/** The wire format of calzion's client, later onepiece, point by point: see docs/doors/calzion.md. Its uploads: calzion-code.test.ts. */
const image = 'demo/busybox:1';

test('1: every route is at the root and below /api', async (t) => {
  const { calzion } = await open(t, { isKept: false });
  for (const path of ['/list', '/api/list']) t.deepEqual((await calzion('GET', path)).body, { system: {} });
});

test('2: the key is the whole of Authorization, and may be empty; a wrong one is 401 in the words of the original', async (t) => {
  const { calzion, cluster } = await open(t, { role: 'viewer', isKept: false });
  const { token } = await createToken(cluster, { name: 'me', role: 'operator' }, { name: 'test', role: 'admin' });
  t.is((await calzion('GET', '/list', undefined, { authorization: '' })).status, 200);
  for (const authorization of ['wrong', `Bearer ${token}`]) {
    const { status, body } = await calzion('GET', '/list', undefined, { authorization });
    t.deepEqual([status, body], [401, { error: 'authorization failed.' }]);
  }
  t.is((await calzion('PUT', '/create', { deploy_id: 'shop' })).status, 403);
  t.is((await calzion('PUT', '/create', { deploy_id: 'shop' }, { authorization: token })).status, 200);
});

test('3 and 4: a deployment is created once, and listed with versions and instances', async (t) => {
  const { calzion, lines, cluster } = await open(t);
  t.deepEqual((await calzion('PUT', '/api/create', { deploy_id: 'shop' })).body, { job: 'Created deployment shop' });
  const again = await calzion('PUT', '/api/create', { deploy_id: 'shop' });
  t.deepEqual([again.status, again.body], [200, { error: 'Instance shop already exists.' }]);
  const [id] = ids(await lines('/setup', { deploy_id: 'shop', services: { [image]: {} } }), 'New instance id is');
  t.truthy(id && cluster.cache.reservationsOf(id).length > 0);
  t.deepEqual((await calzion('GET', '/list')).body, {
    system: {},
    shop: { busybox: { versions: 1, instances: [id] } },
  });
});

test('5, 6 and 8: a set-up is told line by line, unchanged it is skipped, and forced it exchanges the container', async (t) => {
  const { calzion, lines } = await open(t);
  await calzion('PUT', '/create', { deploy_id: 'shop' });
  const asked = { deploy_id: 'shop', services: { web: { image } }, globals: {}, force: false };
  const first = await lines('/setup', asked);
  const [id = ''] = ids(first, 'New instance id is');
  t.deepEqual(first, [{ job: 'web - installing' }, { log: `New instance id is ${id}` }]);
  t.deepEqual(await lines('/setup', asked), [
    { job: 'web - installing' },
    { log: 'service has not changed, skipping' },
  ]);
  const forced = await lines('/setup', { ...asked, force: true });
  t.deepEqual(ids(forced, 'Killing existing container'), [id]);
  t.is(ids(forced, 'New instance id is').length, 1);
  t.not(ids(forced, 'New instance id is')[0], id);
});

test('5: a set-up is text/json, and what is wrong with it is a line, and changes nothing', async (t) => {
  const { calzion, lines, cluster } = await open(t, { isKept: false });
  await calzion('PUT', '/create', { deploy_id: 'shop' });
  const [{ error } = {}] = await lines('/setup', {
    deploy_id: 'shop',
    services: { web: { image }, api: { prots: 'http' } },
  });
  t.is(error, 'api.prots: is no key of a template: did you mean ports?');
  t.deepEqual(cluster.cache.services.all(), []);
});

test('7: a deployment that is not there is told, also without services', async (t) => {
  const { lines } = await open(t, { isKept: false });
  for (const services of [{}, [], { web: { image } }]) {
    t.deepEqual(await lines('/setup', { deploy_id: 'shop', services }), [
      { error: 'no such deployment, create first' },
    ]);
  }
});

test('9: a redeployment exchanges the container of one service', async (t) => {
  const { calzion, lines } = await open(t);
  await calzion('PUT', '/create', { deploy_id: 'shop' });
  const [id] = ids(await lines('/setup', { deploy_id: 'shop', services: { web: { image } } }), 'New instance id is');
  const again = await lines('/redeploy', { deploy_id: 'shop', service: 'web' });
  t.deepEqual(again[0], { job: 'web - installing' });
  t.deepEqual(ids(again, 'Killing existing container'), [id]);
  t.deepEqual(await lines('/redeploy', { deploy_id: 'shop', service: 'wbe' }), [
    { error: 'deployment shop has no service wbe' },
  ]);
});

test('9: a redeployment makes nothing that whoever asks may not make', async (t) => {
  const { calzion, call, cluster } = await open(t);
  const rules = [{ verbs: ['read', 'update'], nouns: ['service'] }];
  t.is((await call('POST', '/apiv1/role', { name: 'updater', rules })).status, 201);
  const { token } = await createToken(cluster, { name: 'me', role: 'updater' }, { name: 'test', role: 'admin' });
  await calzion('PUT', '/create', { deploy_id: 'shop' });
  await calzion('POST', '/setup', { deploy_id: 'shop', services: { web: { image, require: 'db' } } });
  const redeploy = async (service: string) =>
    await calzion('POST', '/redeploy', { deploy_id: 'shop', service }, { authorization: token });
  t.is((await redeploy('web')).status, 403);
  t.is(cluster.cache.services.get('shop-web'), undefined);
  await calzion('POST', '/setup', { deploy_id: 'shop', services: { api: { image } } });
  t.is((await redeploy('api')).status, 200);
});

test('13: plug-ins of the original that have no meaning here are refused with what to do instead', async (t) => {
  const { calzion, lines } = await open(t, { isKept: false });
  for (const path of ['/gitreceive/setup', '/shelf/setup', '/gitreceive/push-data?name=shop/app&version=1'])
    t.regex((await lines(path, {}))[0]?.error ?? '', /asks its client to upload the code/);
  t.regex(JSON.stringify((await calzion('GET', '/flynn-postgres/init')).body), /there is no Flynn here/);
  for (const path of ['add-key', 'set-config'])
    t.regex(JSON.stringify((await calzion('GET', `/api/gitreceive/${path}`)).body), /there is no git server here/);
  for (const path of ['check-key?key=a', 'check-repo?name=shop/app'])
    t.is((await calzion('GET', `/gitreceive/${path}`)).body, 'unauthorized');
});

test('14 to 17: a definition is what the original made of it', async (t) => {
  const { calzion, lines, cluster } = await open(t);
  await calzion('PUT', '/create', { deploy_id: 'shop' });
  await lines('/setup', {
    deploy_id: 'shop',
    services: {
      [image]: {
        cmd: 'rethinkdb --driver-port {PORT_DRIVER}',
        entrypoint: '/bin/start {DEPLOY_ID}',
        env: { AT: '{HOST}:{PORT_WEB}' },
        volumes: { data: '/data' },
        privileged: true,
        ports: { driver: 28015, cluster: 29015, web: 'assign' },
        wan_map: { ':80': 'web' },
      },
    },
  });
  const { image: made } = cluster.cache.services.get('shop-busybox')?.value.spec ?? t.fail();
  const { environment = {}, bind_ports: ports = [] } = made ?? {};
  const web = Number(environment.PORT_WEB);
  t.is(made?.name, image);
  t.deepEqual(made?.args, ['/bin/sh', '-c', 'rethinkdb --driver-port 28015']);
  t.deepEqual(made?.entrypoint, ['/bin/start', 'shop']);
  t.is(made?.privileged, true);
  t.like(made?.mounts?.[0], { type: 'volume', source: 'shop_busybox-data', target: '/data' });
  t.deepEqual(
    ports.map(({ container_port }) => container_port),
    [28015, 29015, web, web],
  );
  t.is(ports[2]?.port, web);
  t.deepEqual(ports[3], { proto: 'tcp', port: 80, container_port: web });
  t.like(environment, {
    DEPLOY_ID: 'shop',
    AT: `{HOST}:${web}`,
    PORT_DRIVER: '28015',
    SD_DRIVER_NAME: 'shop:busybox:driver',
    SD_WEB: `{HOST}:${web}`,
    SD_WEB_HOST: '{HOST}',
    SD_WEB_PORT: String(web),
  });
  for (const name of ['DISCOVERD', 'ETCD']) t.false(name in environment);
});

test('18: globals', async (t) => {
  const { calzion, lines, cluster } = await open(t);
  await calzion('PUT', '/create', { deploy_id: 'shop' });
  const services = { web: { image }, api: { image } };
  const globals = { Env: { LEVEL: 'info', web: { COLOUR: 'blue' } }, Generate: { KEY: { hex: 8 } } };
  await lines('/setup', { deploy_id: 'shop', services, globals });
  const specOf = (name: string) => cluster.cache.services.get(name)?.value.spec.image;
  t.like(specOf('shop-web')?.environment, { LEVEL: 'info', COLOUR: 'blue' });
  t.is(specOf('shop-api')?.environment?.COLOUR, undefined);
  t.deepEqual(specOf('shop-api')?.secrets, [{ name: 'shop_KEY', target: 'KEY', env: 'KEY_FILE' }]);
  const made = cluster.cache.secrets.get('shop_KEY')?.value;
  t.is(made?.version, 1);
  t.deepEqual(ids(await lines('/setup', { deploy_id: 'shop', services, globals }), 'New instance id is'), []);
  t.is(cluster.cache.secrets.get('shop_KEY')?.value.version, 1);
  for (const name of ['Exec', 'Flynn-Postgres', 'Includes'])
    t.regex(
      (await lines('/setup', { deploy_id: 'shop', services, globals: { [name]: {} } }))[0]?.error ?? '',
      /is not done here/,
    );
});

test('19: what requires something is held until it is there, and system is always there', async (t) => {
  const { calzion, lines } = await open(t);
  t.deepEqual((await calzion('PUT', '/create', { deploy_id: 'system' })).body, {
    error: 'Instance system already exists.',
  });
  const web = { image, require: ['db'] };
  t.deepEqual(await lines('/setup', { deploy_id: 'system', services: { web } }), [
    { job: 'web - installing' },
    { log: 'service was held: requires db' },
  ]);
  const both = await lines('/setup', { deploy_id: 'system', services: { web, db: { image } } });
  t.is(ids(both, 'New instance id is').length, 2);
});
