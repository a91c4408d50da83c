import test from 'ava';
import type { TestCluster } from '../fixtures/harness.ts';
import { type Call, openOther, sharedDoor } from './open-door.ts';
import { openGenisys } from './open-genisys.ts';

const helloworld = {
  name: 'helloworld',
  image: 'tutum/hello-world:latest',
  ports: ['8080', '8081'],
  environment: { VAR_A: 'value', VAR_B: 'value' },
};
const changed = {
  image: 'panamax/hello-world-php:latest',
  command: '/run.sh',
  ports: ['8080', '8082'],
  environment: { VAR_A: 'value', VAR_B: 'value' },
};

test('a service is defined, shown and listed as the connector did', async (t) => {
  const { genisys } = await openGenisys(t);
  const created = await genisys('POST', '/service', helloworld);
  t.deepEqual([created.status, created.body], [200, '']);
  await genisys('POST', '/service', { name: 'plain', image: 'demo/busybox:1' });
  const plain = { name: 'plain', image: 'demo/busybox:1', command: null, environment: null, ports: null };
  t.deepEqual((await genisys('GET', '/service/plain')).body, plain);
  const listed = await genisys('GET', '/service');
  t.is(listed.status, 200);
  t.deepEqual(listed.body, { helloworld: { ...helloworld, command: null }, plain });
  t.deepEqual((await genisys('GET', '/service/helloworld/status')).body, { running_resources: 0 });
});

test('a PUT says everything anew', async (t) => {
  const { genisys } = await openGenisys(t);
  await genisys('POST', '/service', helloworld);
  const answer = await genisys('PUT', '/service/helloworld', changed);
  t.deepEqual([answer.status, answer.body], [200, '']);
  t.deepEqual((await genisys('GET', '/service/helloworld')).body, { name: 'helloworld', ...changed });
  // As it was shown.
  t.is((await genisys('PUT', '/service/helloworld', { name: 'helloworld', ...changed })).status, 200);
  await genisys('PUT', '/service/helloworld', { image: 'tutum/hello-world:latest' });
  t.like((await genisys('GET', '/service/helloworld')).body, { command: null, environment: null, ports: null });
});

test('a service that is there may be defined again: its containers stay as many', async (t) => {
  const { genisys, call } = await openGenisys(t);
  await genisys('POST', '/service', helloworld);
  await call('POST', '/apiv1/service/helloworld/scale', { replicas: 2 });
  t.is((await genisys('POST', '/service', { name: 'helloworld', ...changed })).status, 200);
  t.like((await call('GET', '/apiv1/service/helloworld')).body.data, { replicas: 2, cause: 'update', generation: 3 });
});

test('it is a service like any other: ports where the engine chooses, the words of its command, no container yet', async (t) => {
  const { genisys, call } = await openGenisys(t);
  const definition = {
    ...{
      name: 'backend',
      image: 'skynet-backend:latest',
      command: `java -jar "/tmp/the backend.jar" 'a "b"' c\\ d ''`,
    },
    ...{ environment: { SERVICE_8081_IGNORE: 1, DEBUG: true }, ports: [8080, '53/udp'] },
  };
  t.is((await genisys('POST', '/service', definition)).status, 200);
  const { data } = (await call('GET', '/apiv1/service/backend')).body;
  t.like(data, { replicas: 0, grace: 30, update: { order: 'start-first' }, status: { state: 'updating', wanted: 0 } });
  t.deepEqual(data.image, {
    ...{
      name: 'skynet-backend:latest',
      type: 'label',
      strategy: 'spread',
      spread: 'engine',
      restart_policy: {},
      publish: true,
    },
    args: ['java', '-jar', '/tmp/the backend.jar', 'a "b"', 'c d', ''],
    environment: { SERVICE_8081_IGNORE: '1', DEBUG: 'true' },
    bind_ports: [
      { proto: 'tcp', container_port: 8080 },
      { proto: 'udp', container_port: 53 },
    ],
  });
  const shown = (await genisys('GET', '/service/backend')).body;
  t.like(shown, { command: `java -jar '/tmp/the backend.jar' 'a "b"' 'c d' ''`, ports: ['8080', '53/udp'] });
  await genisys('PUT', '/service/backend', shown);
  t.is((await call('GET', '/apiv1/service/backend')).body.data.generation, 1, 'the same words are no change');
});

test('what Genisys has no words for stays as another door has made it', async (t) => {
  const { genisys, call } = await openGenisys(t);
  const image = { name: 'demo/web:1', cpus: 0.5, bind_ports: [{ port: 80, container_port: 8080 }], args: ['serve'] };
  await call('POST', '/apiv1/service', { name: 'web', image, replicas: 2, grace: 5 });
  const shown = (await genisys('GET', '/service/web')).body;
  t.deepEqual(shown, { name: 'web', image: 'demo/web:1', command: 'serve', environment: null, ports: ['8080'] });
  await genisys('PUT', '/service/web', { ...shown, image: 'demo/web:2', ports: ['8080', '9000'] });
  const { data } = (await call('GET', '/apiv1/service/web')).body;
  t.like(data, { grace: 5, replicas: 2, image: { name: 'demo/web:2', cpus: 0.5, type: 'label' } });
  t.like(data.image.bind_ports, [{ port: 80, container_port: 8080 }, { container_port: 9000 }]);
  t.false('publish' in data.image);
});

let prepared: Promise<{ readonly genisys: Call; readonly cluster: TestCluster }> | undefined;

/** For all that is refused: the door of Genisys once `helloworld` is defined. */
function withHelloworld() {
  prepared ??= sharedDoor().then(async ({ cluster }) => {
    const genisys = await openOther(cluster, 'genisys', { countBy: 'service' });
    await genisys('POST', '/service', helloworld);
    return { genisys, cluster };
  });
  return prepared;
}

/** Refused whole: nothing is left of it. */
const refused = test.macro(async (t, method: string, path: string, body: unknown, status: number, says: RegExp) => {
  const { genisys, cluster } = await withHelloworld();
  const before = await cluster.store.head();
  const answer = await genisys(method, `/service${path}`, body);
  t.is(answer.status, status, answer.body);
  t.regex(answer.body, says);
  t.is(await cluster.store.head(), before, 'something was changed');
});

const image = 'demo/busybox:1';
const post = (name: string, body: unknown, says: RegExp) => test(name, refused, 'POST', '', body, 400, says);
const put = (name: string, body: unknown, says: RegExp) => test(name, refused, 'PUT', '/helloworld', body, 400, says);
const scale = (name: string, number: unknown) =>
  test(name, refused, 'POST', '/helloworld/scale', { number }, 400, /^Invalid value for number parameter\. A whole/);

for (const [method, path, body] of [
  ['GET', '/nobody', undefined],
  ['GET', '/nobody/status', undefined],
  ['PUT', '/nobody', { image }],
  ['POST', '/nobody/scale', { number: 1 }],
  ['GET', '/a%20b', undefined],
] as const) {
  const says = new RegExp(`^Undefined service: ${decodeURIComponent(path.split('/')[1] ?? '')}\\.\n$`);
  test(`${method} ${path}: nobody defined it`, refused, method, path, body, 501, says);
}
for (const [method, path] of [
  ['POST', ''],
  ['PUT', '/helloworld'],
  ['POST', '/helloworld/scale'],
] as const) {
  test(`${method} ${path}: no body`, refused, method, path, undefined, 400, /^No data received\n$/);
  test(`${method} ${path}: an empty body`, refused, method, path, {}, 400, /^No data received\n$/);
  test(
    `${method} ${path}: a body that is not JSON`,
    refused,
    method,
    path,
    'name=web',
    400,
    /^the body is not JSON\n$/,
  );
  test(`${method} ${path}: a list`, refused, method, path, [1], 400, /must be of type object/);
}

post('a definition without an image', { name: 'web' }, /^Missing parameter: "image" is required\n$/);
post('a definition without a name', { image }, /^Missing parameter: "name" is required/);
post('a name that is none', { name: '../web', image }, /"name" must begin with a letter/);
post('an image that is none', { name: 'web', image: 'a b' }, /"image" must be an image name/);
post('a field that is none', { name: 'web', image, enviroment: {} }, /"enviroment" is not allowed/);
post(
  'a command with an open quote',
  { name: 'web', image, command: `sh -c "sleep` },
  /"command" has an unterminated quote/,
);
post(
  'a command with a backslash at its end',
  { name: 'web', image, command: 'sh \\' },
  /"command" has an unterminated quote/,
);
post('a command that is a list', { name: 'web', image, command: ['sh'] }, /"command" must be a string/);
post('an environment that is a list', { name: 'web', image, environment: ['A=1'] }, /"environment" must be of type/);
post('a variable without a value', { name: 'web', image, environment: { A: null } }, /"environment\.A" must be a text/);
post('a variable with a "=" in its name', { name: 'web', image, environment: { 'A=': '1' } }, /is not allowed/);
post('a port that is none', { name: 'web', image, ports: ['http'] }, /"ports\[0\]" must be a port of the container/);
post('port 0', { name: 'web', image, ports: [0] }, /"ports\[0\]" must be a port/);
post('a host port', { name: 'web', image, ports: ['80:8080'] }, /"ports\[0\]" must be a port/);
post('the same port twice', { name: 'web', image, ports: ['80', 80] }, /"ports\[1\]" contains a duplicate/);
post('ports that are no list', { name: 'web', image, ports: '8080' }, /"ports" must be an array/);
put('a change without an image', { command: '/run.sh' }, /^Missing parameter: "image" is required/);
put('another name', { name: 'other', image }, /"name" must be "helloworld": a service cannot be renamed/);
scale('a number in words', 'three');
scale('half a container', 1.5);
scale('fewer than none', -1);
scale('far too many', '10001');
scale('no number', null);
scale('true', true);
test(
  'a scale without a number',
  refused,
  'POST',
  '/helloworld/scale',
  { n: 1 },
  400,
  /^Missing parameter: "number" is/,
);

test('a role that may only define services changes none that is there', async (t) => {
  const { cluster, call, genisys } = await openGenisys(t);
  await call('POST', '/apiv1/role', { name: 'maker', rules: [{ verbs: ['create'], nouns: ['service'] }] });
  const maker = await openOther(cluster, 'genisys', { countBy: 'service', role: 'maker' });
  t.is((await maker('POST', '/service', { name: 'web', image: 'demo/busybox:1' })).status, 200);
  const again = await maker('POST', '/service', { name: 'web', image: 'demo/busybox:2' });
  t.is(again.status, 403, JSON.stringify(again.body));
  t.is(cluster.cache.services.get('web')?.value.generation, 1);
  t.is((await genisys('POST', '/service', { name: 'web', image: 'demo/busybox:2' })).status, 200);
});
