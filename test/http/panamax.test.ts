import test, { type ExecutionContext } from 'ava';
import { eventually, resyncAll, startServer } from '../controllers/services/stage.ts';
import type { TestCluster } from '../fixtures/harness.ts';
import { type Call, openDoor, openOther, sharedDoor, sharedOther } from './open-door.ts';

interface Opened {
  readonly cluster: TestCluster;
  readonly panamax: Call;
  /** Through /apiv1. */
  readonly call: Call;
}

/** A door on a cluster whose services are looked after. */
async function open(t: ExecutionContext, engines = 2): Promise<Opened> {
  t.timeout(60_000);
  const { cluster, call } = await openDoor(t, { engines });
  for (const { images } of cluster.engines) for (const image of ['mysql', 'wordpress']) images.add(`${image}:latest`);
  await startServer(t, cluster);
  return { cluster, call, panamax: await openOther(cluster, 'panamax', {}) };
}

const db = { name: 'db', source: 'mysql:latest' };
const wp = { name: 'wp', source: 'wordpress:latest' };
const linkedWp = { ...wp, links: [{ name: 'db', alias: 'DB_1' }] };
const exposedDb = { ...db, expose: [3306] };

const specOf = async (call: Call, name: string) => (await call('GET', `/apiv1/service/${name}`)).body.data;
const namesOf = async (call: Call) =>
  (await call('GET', '/apiv1/services')).body.data.map(({ name }: { name: string }) => name);
const containersOf = ({ engines }: TestCluster) => engines.flatMap((engine) => [...engine.containers.values()]);
const environmentOf = (cluster: TestCluster, service: string) =>
  containersOf(cluster).find(({ labels }) => labels['satsuma.service'] === service)?.image.environment;

test('the seed’s examples: created, shown, and destroyed', async (t) => {
  const { cluster, panamax, call } = await open(t);
  const created = await panamax('POST', '/v1/services', [db, wp], { 'content-type': 'application/json' });
  t.is(created.status, 201);
  const started = { desiredState: 'started', currentState: 'started', actualState: 'started' };
  t.deepEqual(created.body, [
    { id: 'db.service', name: 'db', ...started },
    { id: 'wp.service', name: 'wp', ...started },
  ]);
  t.deepEqual(await namesOf(call), ['db', 'wp']);
  const shown = await panamax('GET', '/v1/services/db.service');
  t.deepEqual([shown.status, shown.body], [200, created.body[0]]);
  t.deepEqual((await panamax('GET', '/v1/services')).body, created.body);
  const destroyed = await panamax('DELETE', '/v1/services/db.service');
  t.deepEqual([destroyed.status, destroyed.body], [204, '']);
  t.is((await panamax('GET', '/v1/services/db.service')).status, 404, 'gone when it is answered');
  t.deepEqual(
    containersOf(cluster).map(({ labels }) => labels['satsuma.service']),
    ['wp'],
  );
});

test('an adapter tells what it is and whether it can do something', async (t) => {
  const { cluster, panamax } = await open(t, 1);
  const { body } = await panamax('GET', '/v1/metadata');
  t.regex(body.version, /^\d+\.\d+\.\d+/);
  t.like(body, { type: 'satsuma', isHealthy: true });
  const health = await panamax('GET', '/healthcheck');
  t.deepEqual([health.status, health.body], [200, 'true']);
  cluster.engines[0]?.fail('any', 'engine_unreachable');
  await resyncAll(cluster).catch(() => undefined);
  await eventually(t, async () => (await panamax('GET', '/healthcheck')).body === 'false');
  t.false((await panamax('GET', '/v1/metadata')).body.isHealthy);
});

test('services of other doors are seen, and those of Panamax are scaled through other doors', async (t) => {
  const { cluster, panamax, call } = await open(t);
  await call('POST', '/apiv1/service', { name: 'web.1', image: { name: 'mysql' } });
  await eventually(t, async () => (await panamax('GET', '/v1/services/web.1.service')).body.actualState === 'started');
  t.is((await panamax('GET', '/v1/services/web.1')).body.id, 'web.1.service', 'by its bare name too');
  await panamax('POST', '/v1/services/', [db]);
  t.is((await call('POST', '/apiv1/service/db/scale', { replicas: 3 })).status, 200);
  await eventually(t, async () => (await panamax('GET', '/v1/services/db.service')).body.actualState === 'started');
  t.is(containersOf(cluster).filter(({ labels }) => labels['satsuma.service'] === 'db').length, 3);
});

test('a service is stopped, and started again as large as it was', async (t) => {
  const { cluster, panamax, call } = await open(t);
  await panamax('POST', '/v1/services', [{ ...db, deployment: { count: 3 } }]);
  t.is(containersOf(cluster).length, 3);
  const put = (desiredState: unknown) => panamax('PUT', '/v1/services/db.service', { desiredState });
  const stopped = await put('stopped');
  t.deepEqual([stopped.status, stopped.body], [204, '']);
  t.deepEqual(containersOf(cluster), []);
  const states = { desiredState: 'stopped', currentState: 'stopped', actualState: 'stopped' };
  t.like((await panamax('GET', '/v1/services/db.service')).body, states);
  t.is((await put('stopped')).status, 204, 'twice is once');
  t.is((await put('started')).status, 204);
  t.is(containersOf(cluster).length, 3);
  t.is((await put('started')).status, 204);
  t.is((await specOf(call, 'db')).replicas, 3);
  t.is((await put('gone')).status, 400);
  t.is((await panamax('PUT', '/v1/services/db.service', {})).status, 400);
  t.is((await panamax('PUT', '/v1/services/no.service', { desiredState: 'started' })).status, 404);
});

test('a service that is created stopped starts when it is told to', async (t) => {
  const { cluster, panamax } = await open(t, 1);
  const created = await panamax('POST', '/v1/services', [
    { ...db, desired_state: 'stopped', deployment: { count: 2 } },
  ]);
  t.like(created.body[0], { desiredState: 'stopped', actualState: 'stopped' });
  t.deepEqual(containersOf(cluster), []);
  await panamax('PUT', '/v1/services/db.service', { desired_state: 'started' });
  t.is(containersOf(cluster).length, 2);
});

test('a link gives the address at which the linked service is published, whichever comes first in the list', async (t) => {
  const { cluster, panamax } = await open(t);
  const environment = [
    { variable: 'MYSQL_ROOT_PASSWORD', value: 'pass@word01' },
    { variable: 'DB_1_NAME', value: 'mine' },
  ];
  const created = await panamax('POST', '/v1/services', [linkedWp, { ...exposedDb, environment }]);
  t.is(created.status, 201);
  t.deepEqual(
    created.body.map(({ id }: { id: string }) => id),
    ['wp.service', 'db.service'],
    'in the order of the request',
  );
  const [{ labels, ports } = { labels: {}, ports: [] }] = containersOf(cluster).filter(
    (each) => each.labels['satsuma.service'] === 'db',
  );
  const engine = cluster.engines.find(({ containers }) =>
    [...containers.values()].some((each) => each.labels === labels),
  );
  const [{ port } = { port: 0 }] = ports;
  t.true(port > 0);
  t.like(environmentOf(cluster, 'wp'), {
    DB_1_NAME: 'DB_1',
    DB_1_PORT: `tcp://${engine?.id}.test:${port}`,
    DB_1_PORT_3306_TCP_ADDR: `${engine?.id}.test`,
    DB_1_PORT_3306_TCP_PORT: String(port),
    DB_1_PORT_3306_TCP_PROTO: 'tcp',
    DB_1_ENV_MYSQL_ROOT_PASSWORD: 'pass@word01',
  });
  const more = { name: 'admin', source: 'wordpress', links: [{ service: 'DB', alias: '' }] };
  t.is((await panamax('POST', '/v1/services', [more])).status, 201, 'linked to one that runs');
  t.is(environmentOf(cluster, 'admin')?.DB_PORT_3306_TCP_PORT, String(port));
});

test('both spellings, and what agents send for nothing', async (t) => {
  const { cluster, panamax, call } = await open(t, 1);
  const whole = {
    name: 'db',
    source: 'mysql:latest',
    command: 'mysqld --sql-mode="NO ZERO" \'a b\'',
    categories: ['DB Tier'],
    expose: ['3306', 33060],
    environment: [
      { variable: 'PASSWORD', value: 'secret' },
      { variable: 'PORT', value: 3306 },
      { variable: 'EMPTY' },
      { variable: 'NOTHING', value: null },
    ],
    deployment: { count: '2' },
    id: 'x',
    currentState: null,
  };
  const camel = {
    ports: [
      { hostPort: 0, containerPort: 3306 },
      { hostPort: '53', containerPort: 53, protocol: 'UDP' },
    ],
    volumes: [
      { hostPath: '/srv/db', containerPath: '/var/lib/mysql' },
      { hostPath: '', containerPath: '/tmp' },
    ],
    volumesFrom: [],
  };
  const snake = {
    ports: [
      { host_port: null, container_port: '3306', proto: 'TCP' },
      { host_port: 53, container_port: 53, proto: 'udp' },
    ],
    volumes: [
      { host_path: '/srv/db', container_path: '/var/lib/mysql' },
      { host_path: null, container_path: '/tmp' },
    ],
    volumes_from: null,
  };
  const specs: unknown[] = [];
  for (const spelling of [camel, snake]) {
    const created = await panamax('POST', '/v1/services', [{ ...whole, ...spelling, desiredState: 'stopped' }]);
    t.is(created.status, 201, JSON.stringify(created.body));
    const { image, replicas } = await specOf(call, 'db');
    specs.push({ image, replicas });
    await panamax('DELETE', '/v1/services/db.service');
  }
  t.deepEqual(specs[0], specs[1]);
  t.like((specs[0] as { image: object }).image, {
    name: 'mysql:latest',
    args: ['mysqld', '--sql-mode=NO ZERO', 'a b'],
    environment: { PASSWORD: 'secret', PORT: '3306', EMPTY: '', NOTHING: '' },
    bind_ports: [
      { proto: 'tcp', container_port: 3306 },
      { proto: 'udp', container_port: 53, port: 53 },
      { proto: 'tcp', container_port: 33060 },
    ],
    volumes: ['/srv/db:/var/lib/mysql', '/tmp'],
  });
  t.deepEqual(containersOf(cluster), []);
});

test('what a public template says beside what counts is taken, and says nothing', async (t) => {
  const { cluster, panamax, call } = await open(t, 1);
  const environment = [
    { variable: 'PASSWORD', value: 'x', required: true },
    { variable: 'USER', value: null, required: false, description: 'who logs in' },
  ];
  const deployment = { count: 2, affinity: 'ssd', restart: { policy: 'always' } };
  const posted = await panamax('POST', '/v1/services', [{ ...db, environment, deployment }]);
  t.is(posted.status, 201, JSON.stringify(posted.body));
  t.is((await specOf(call, 'db')).replicas, 2);
  t.deepEqual(environmentOf(cluster, 'db'), { PASSWORD: 'x', USER: '' });
  const unknown = await panamax('POST', '/v1/services', [{ ...wp, colour: 'red' }]);
  t.is(unknown.status, 400, 'other fields are refused as before');
});

test('a service may have 300 variables', async (t) => {
  const { panamax } = await open(t, 1);
  const environment = Array.from({ length: 300 }, (_, index) => ({ variable: `V_${index}`, value: index }));
  const { status, body } = await panamax('POST', '/v1/services', [{ ...db, environment }]);
  t.is(status, 201, JSON.stringify(body));
});

test('a link leads to the lowest port that the service declares, not to one of its image', async (t) => {
  const { cluster, panamax } = await open(t, 1);
  for (const { exposed } of cluster.engines) exposed.set('mysql:latest', [22, 33060]);
  await panamax('POST', '/v1/services', [linkedWp, { ...db, expose: [33060, 3306] }]);
  const { DB_1_PORT, DB_1_SERVICE_HOST, DB_1_SERVICE_PORT, ...variables } = environmentOf(cluster, 'wp') ?? {};
  t.is(DB_1_SERVICE_HOST, 'a.test');
  t.is(DB_1_PORT, variables.DB_1_PORT_3306_TCP);
  t.is(DB_1_SERVICE_PORT, variables.DB_1_PORT_3306_TCP_PORT);
  t.truthy(variables.DB_1_PORT_22_TCP, 'published by the image alone');
});

test('volumes of another service are shared, on its engine', async (t) => {
  const { cluster, panamax, call } = await open(t, 3);
  const data = { name: 'data', source: 'mysql', volumes: [{ containerPath: '/var/lib/mysql' }] };
  const users = ['a', 'b'].map((name) => ({
    name,
    source: 'mysql',
    volumesFrom: name === 'a' ? ['data'] : [{ name: 'data' }],
  }));
  t.is((await panamax('POST', '/v1/services', [...users, data])).status, 201);
  t.is(cluster.engines.filter(({ containers }) => containers.size > 0).length, 1);
  for (const name of ['a', 'b', 'data']) {
    t.deepEqual((await specOf(call, name)).image.volumes, ['data-var-lib-mysql:/var/lib/mysql']);
  }
});

test('a name that runs is 409, and nothing of the request is left', async (t) => {
  const { cluster, panamax, call } = await open(t);
  await panamax('POST', '/v1/services', [db]);
  const refused = await panamax('POST', '/v1/services', [wp, db, { ...wp, name: 'other' }]);
  t.is(refused.status, 409);
  t.deepEqual(refused.body, { message: 'there is a service db already: an update (PUT) changes it' });
  t.deepEqual(await namesOf(call), ['db']);
  t.is(containersOf(cluster).length, 1);
});

test('what cannot be started undoes all that was posted with it, and says why', async (t) => {
  const { cluster, panamax, call } = await open(t, 1);
  const ports = [{ hostPort: 80, containerPort: 80 }];
  t.is((await panamax('POST', '/v1/services', [{ ...wp, name: 'web', ports }])).status, 201);
  const full = await panamax('POST', '/v1/services', [{ ...db, ports }, wp]);
  t.is(full.status, 409, 'a host port that a running service holds is a conflict');
  t.regex(full.body.message, /^service db cannot be started, so none of 2 is kept: .*port/);
  const unknown = await panamax('POST', '/v1/services', [{ ...linkedWp, source: 'no/such:1' }, exposedDb]);
  t.is(unknown.status, 422);
  t.regex(unknown.body.message, /^service wp cannot be started, .*no image no\/such:1/);
  const silent = await panamax('POST', '/v1/services', [linkedWp, db]);
  t.regex(silent.body.message, /service db, which publishes no port$/);
  t.deepEqual(await namesOf(call), ['web']);
  t.is(containersOf(cluster).length, 1);
});

test('a service that ends again and again is an error that says so, and is kept', async (t) => {
  const { cluster, panamax } = await open(t, 1);
  await panamax('POST', '/v1/services', [db]);
  await eventually(t, async () => {
    for (const { name, state } of containersOf(cluster)) if (state === 'running') cluster.engines[0]?.exit(name, 3);
    await resyncAll(cluster);
    return (await panamax('GET', '/v1/services/db.service')).body.actualState === 'error';
  });
  const { body } = await panamax('GET', '/v1/services/db.service');
  t.like(body, { currentState: 'error', desiredState: 'started' });
  t.regex(body.message, /exit code 3/);
});

test('names that no service can have become ids that no URL escapes, and are shown as they were given', async (t) => {
  const { panamax } = await open(t, 1);
  const given = ['My Café / 1', '数据库', 'Web_1'];
  const created = await panamax(
    'POST',
    '/v1/services',
    given.map((name) => ({ name, source: 'mysql' })),
  );
  t.is(created.status, 201, JSON.stringify(created.body));
  t.deepEqual(
    created.body.map(({ name }: { name: string }) => name),
    given,
  );
  const ids: string[] = created.body.map(({ id }: { id: string }) => id);
  t.is(ids[0], 'My-Cafe-1.service');
  t.regex(ids[1] ?? '', /^service-[0-9a-f]{8}\.service$/);
  t.is(ids[2], 'Web_1.service');
  for (const id of ids) t.is((await panamax('GET', `/v1/services/${id}`)).status, 200);
});

test('an empty list creates nothing', async (t) => {
  const { panamax } = await open(t, 0);
  const created = await panamax('POST', '/v1/services', []);
  t.deepEqual([created.status, created.body], [201, []]);
});

test('what is not there is 404, with a message', async (t) => {
  const { panamax } = await open(t, 0);
  for (const method of ['GET', 'DELETE']) {
    const { status, body } = await panamax(method, '/v1/services/db.service');
    t.deepEqual([status, body], [404, { message: 'No service found with name db' }]);
  }
  t.deepEqual((await panamax('GET', '/v2/services')).body, { message: 'Not Found' });
});

const refused = test.macro(async (t, body: unknown, message: RegExp) => {
  const { cluster } = await sharedDoor();
  const panamax = await sharedOther('panamax', {});
  const before = await cluster.store.head();
  const answer = await panamax('POST', '/v1/services', body);
  t.is(answer.status, 400);
  t.deepEqual(Object.keys(answer.body), ['message']);
  t.regex(answer.body.message, message);
  t.is(await cluster.store.head(), before, 'something was changed');
});

const linkTo = (...names: string[]) => ({ links: names.map((name) => ({ name, alias: name })) });

test('refused: no JSON', refused, '[{', /^the body is not JSON$/);
test('refused: no list', refused, db, /^the body must be a list of services$/);
test('refused: no body', refused, undefined, /^the body must be a list of services$/);
test('refused: no service', refused, ['db'], /^"\[0\]" must be of type object$/);
test('refused: no name', refused, [{ source: 'x' }, db], /^"\[0\]\.name" is required$/);
test('refused: no source', refused, [db, { name: 'wp' }], /^"\[1\]\.source" is required$/);
test('refused: no image', refused, [{ ...db, source: 'my sql' }], /"\[0\]\.source" must be an image name/);
test('refused: a field that is none', refused, [{ ...db, enviroment: [] }], /"\[0\]\.enviroment" is not allowed/);
test('refused: no such port', refused, [{ ...db, expose: [70_000] }], /"\[0\]\.expose\[0\]" must be less than/);
test(
  'refused: no protocol',
  refused,
  [{ ...db, ports: [{ containerPort: 1, protocol: 'IP' }] }],
  /protocol" must be one/,
);
test(
  'refused: no container port',
  refused,
  [{ ...db, ports: [{ hostPort: 1 }] }],
  /ports\[0\]\.containerPort" is required/,
);
test('refused: a path with a colon', refused, [{ ...db, volumes: [{ containerPath: '/a:b' }] }], /must be a path/);
test('refused: an open quote', refused, [{ ...db, command: 'echo "a' }], /"\[0\]\.command" has a quote without an end/);
test('refused: too many', refused, [{ ...db, deployment: { count: 1e9 } }], /count" must be less than/);
test(
  'refused: one host port twice',
  refused,
  [{ ...db, ports: [1, 2].map((containerPort) => ({ containerPort, hostPort: 80 })) }],
  /^service "db": .* port tcp\/80 twice/,
);
test(
  'refused: a name twice',
  refused,
  [db, { ...wp, name: 'db' }],
  /^"db" and "db" would both be called db: rename one$/,
);
test(
  'refused: a link to nothing',
  refused,
  [{ ...wp, ...linkTo('db') }],
  /"wp" needs "db", which is neither in the request/,
);
test(
  'refused: a link without a name',
  refused,
  [{ ...wp, links: [{ alias: 'x' }] }],
  /links\[0\]" must have the "name"/,
);
test('refused: a link twice', refused, [{ ...wp, ...linkTo('db', 'DB') }, db], /"wp" is linked to db twice/);
test('refused: a link to itself', refused, [{ ...db, ...linkTo('db') }], /form a cycle: db -> db$/);
test(
  'refused: links in a circle',
  refused,
  [
    { ...wp, ...linkTo('a') },
    { ...db, name: 'a', ...linkTo('b') },
    { ...db, name: 'b', ...linkTo('a') },
  ],
  /the links form a cycle: a -> b -> a$/,
);
