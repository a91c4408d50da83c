import test from 'ava';
import { anyone } from '../../src/access/principal.ts';
import { configLabel } from '../../src/application/labels.ts';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { createProject } from '../../src/commands/projects/projects.ts';
import type { Scope } from '../../src/model/scope.ts';
import { openDoor, sharedDoor } from './open-door.ts';

const file = `
name: shop
services:
  web:
    image: nginx
    ports: ["8080:80"]
    deploy: { replicas: 2 }
    depends_on: { db: { condition: service_healthy }, migrate: { condition: service_completed_successfully } }
  db:
    image: postgres:\${PG_VERSION:-16}
    volumes: ["data:/var/lib/postgresql/data"]
    secrets: [password]
    configs: [mode]
  migrate: { image: shop/migrate, depends_on: [db] }
volumes: { data: }
secrets: { password: { external: true } }
configs: { mode: { content: on } }
`;

test('a Compose file is answered as the bodies that create it', async (t) => {
  const { call } = await sharedDoor();
  const { status, body } = await call('POST', '/apiv1/translate', { compose: file });
  t.is(status, 200);
  const { name, services, jobs, networks, volumes, secrets } = body.data;
  t.deepEqual([name, volumes, secrets[0]], ['shop', ['shop_data'], { name: 'password' }]);
  t.like(secrets[1].body, { value_base64: Buffer.from('on').toString('base64'), labels: { [configLabel]: 'mode' } });
  t.deepEqual(
    networks.map(({ external, body: network }: (typeof networks)[number]) => [external, network.name]),
    [[false, 'shop_default']],
  );
  const [web, db] = services;
  t.like(web, { key: 'web', body: { name: 'shop-web', replicas: 2, image: { name: 'nginx' } } });
  t.deepEqual(web.depends_on, [
    { name: 'shop-db', condition: 'service_healthy', optional: false },
    { name: 'shop-migrate', condition: 'service_completed_successfully', optional: false },
  ]);
  t.is(db.body.image.name, 'postgres:16');
  t.like(jobs[0], { key: 'migrate', body: { name: 'shop-migrate', completions: 1 } });
});

test('what it answers is what the routes take', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  const compose = 'services: { web: { image: demo/busybox:1, network_mode: bridge, deploy: { replicas: 2 } } }';
  const { body } = await call('POST', '/apiv1/translate', { compose, name: 'shop' });
  t.is((await call('POST', '/apiv1/service', body.data.services[0].body)).status, 201);
  const line = await call('POST', '/apiv1/translate', { run: 'docker run -m 64m --name one demo/busybox:1 sleep 60' });
  t.is((await call('POST', '/apiv1/container', line.body.data.image)).status, 201);
  t.is(cluster.cache.containers.find('one').length, 1);
});

test('all that is wrong with a file is said, each with its line and path', async (t) => {
  const { call } = await sharedDoor();
  const compose = [
    'services:',
    '  web:',
    '    image: nginx',
    '    ports: [many]',
    '    env_file: /etc/hostname',
    '  api:',
    '    build: .',
    '    network_mode: bridge',
    '    frob: 1',
  ].join('\n');
  const { status, body } = await call('POST', '/apiv1/translate', { compose, name: 'shop' });
  t.is(status, 400);
  const said: readonly string[] = body.details;
  for (const expected of [
    /^compose\.yaml:4: services\.web\.ports/,
    /^compose\.yaml:5: services\.web\.env_file.*cannot read \/etc\/hostname: only the text itself is read/,
    /^compose\.yaml:9: services\.api\.frob/,
  ])
    t.true(
      said.some((each) => expected.test(each)),
      `${expected} in ${said.join('\n')}`,
    );
});

test('neither files nor variables of the server are read', async (t) => {
  const { call } = await sharedDoor();
  process.env.SATSUMA_TEST_SHOP = 'of the server';
  t.teardown(() => {
    delete process.env.SATSUMA_TEST_SHOP;
  });
  const of = (rest: string) => `services: { web: { image: nginx, network_mode: bridge, ${rest} } }`;
  const translated = async (compose: string) =>
    await call('POST', '/apiv1/translate', { compose, name: 'shop', profiles: [] });
  const { body } = await translated(of(`environment: { A: "x\${SATSUMA_TEST_SHOP}", SATSUMA_TEST_SHOP: }`));
  t.notRegex(JSON.stringify(body), /of the server/);
  for (const wrong of [
    'include: [/etc/hostname]',
    of('extends: { service: web, file: /etc/hostname }'),
    of('build: /etc'),
    `${of('secrets: [a]').slice(0, -1)} , secrets: { a: { file: /etc/hostname } }`,
  ]) {
    const { status, body: answer } = await translated(wrong);
    t.is(status, 400, wrong);
    t.regex(answer.data, /only the text itself is read|"satsuma compose up" sends them|not YAML/, wrong);
  }
});

test('a narrowed account translates for its own projects, and learns of no engine beyond them', async (t) => {
  const { cluster, server } = await openDoor(t, { engines: 1 }, 'token');
  const by = { name: 'test', role: 'admin' };
  const tokenOf = async (name: string, scope: Scope) =>
    (await createToken(cluster, { name, role: 'operator', scope }, by)).token;
  await createProject(cluster, { name: 'ours' }, anyone);
  const asked = async (token: string, more: object) => {
    const headers = { host: 'localhost', authorization: `Bearer ${token}` };
    const compose = 'services: { web: { image: nginx } }';
    const payload = JSON.stringify({ compose, name: 'shop', ...more });
    return await server.inject({ method: 'POST', url: '/apiv1/translate', headers, payload });
  };
  const ours = await tokenOf('ours', { projects: ['ours'] });
  const { payload } = await asked(ours, {});
  t.is(JSON.parse(payload).data.services[0].body.image.project, 'ours');
  t.is((await asked(ours, { project: 'default' })).statusCode, 403);
  const elsewhere = await asked(await tokenOf('elsewhere', { engineLabels: ['zone=moon'] }), {});
  t.deepEqual(JSON.parse(elsewhere.payload).data.networks, []);
});

test('a line and a file at once, or neither, is refused', async (t) => {
  const { call } = await sharedDoor();
  for (const body of [{}, { run: 'docker run a', compose: '' }, { run: 'docker run a', name: 'x' }, { run: 1 }])
    t.is((await call('POST', '/apiv1/translate', body)).status, 400);
  const { body } = await call('POST', '/apiv1/translate', { run: 'docker run --frob nginx' });
  t.regex(body.data, /unknown option '--frob'/);
});
