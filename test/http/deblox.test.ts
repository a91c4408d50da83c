import test, { type ExecutionContext } from 'ava';
import { saveImage } from '../../src/commands/images/save-image.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { type Call, openDoor, openOther } from './open-door.ts';

const silence = { status: 'timeout or no such id' };
const id = /^[0-9a-f]{64}$/;
const now = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/;

/** Sends a message to the door, which answers 200 whatever comes of it. */
async function openDeblox(t: ExecutionContext, engines = 2) {
  const { cluster, call } = await openDoor(t, { engines });
  const door = await openOther(cluster, 'deblox', { enginePort: 2376 });
  const send = async (message: unknown, ask: Call = door) => {
    const { status, body } = await ask('POST', '/', message, { 'content-type': 'application/x-www-form-urlencoded' });
    t.is(status, 200);
    return body;
  };
  const create = async () =>
    (await send({ action: 'create-container', image: 'demo/busybox:1' })).Response.Body.Id as string;
  return { cluster, call, door, send, create };
}

test('a container of an image is answered as Docker answered, with the host', async (t) => {
  const { send, call } = await openDeblox(t, 1);
  const answer = await send({ action: 'create-container', image: 'demo/busybox:1' });
  t.regex(answer.Response.Body.Id, id);
  t.regex(answer.Date, now);
  t.deepEqual(answer, {
    'Content-Length': '90',
    'Content-Type': 'application/json',
    Date: answer.Date,
    Response: { Body: { Id: answer.Response.Body.Id, Warnings: null } },
    dockerInstance: 'a.test',
    statusCode: 201,
  });
  const [running] = (await call('GET', '/apiv1/containers')).body.data;
  t.like(running, { id: answer.Response.Body.Id, state: 'running', image: { name: 'demo/busybox:1' } });
});

for (const action of ['create-container', 'create-unibet-container']) {
  test(`${action}: instances of a template go round the engines`, async (t) => {
    const { cluster, send } = await openDeblox(t, 3);
    await saveImage(cluster, 'test', { name: 'demo/busybox:1', type: 'label', args: ['top'], restart_policy: {} });
    const { containers } = await send({ action, template: 'test', image: 5, instances: 6 });
    t.deepEqual(
      containers.map(({ statusCode }: { statusCode: number }) => statusCode),
      Array(6).fill(201),
    );
    const hosts = containers.map(({ dockerInstance }: { dockerInstance: string }) => dockerInstance).sort();
    t.deepEqual(hosts, ['a.test', 'a.test', 'b.test', 'b.test', 'c.test', 'c.test']);
    t.deepEqual(
      cluster.engines.flatMap(({ containers }) => [...containers.values()].map(({ image }) => image.args)),
      Array(6).fill(['top']),
    );
    t.is((await send({ action, template: 'test', instances: 0 })).containers.length, 1);
  });
}

test('of instances, those that cannot run say why beside those that do', async (t) => {
  const { cluster, send } = await openDeblox(t, 2);
  await saveImage(cluster, 'alone', { name: 'demo/busybox:1', type: 'unique', restart_policy: {} });
  const { containers } = await send({ action: 'create-container', template: 'alone', instances: 3 });
  t.deepEqual(
    containers.map(({ statusCode }: { statusCode: number }) => statusCode),
    [201, 201, 422],
  );
  t.like(containers[2], { dockerInstance: '', Response: { Body: { message: 'no eligible engines to run image' } } });
  t.is(containers[2].Response.Body.details.engines.length, 2);
  const none = await send({ action: 'create-container', template: 'alone', instances: 2 });
  t.deepEqual(
    none.containers.map(({ statusCode }: { statusCode: number }) => statusCode),
    [422, 422],
  );
});

test('what cannot be made is told with Docker’s status', async (t) => {
  const { cluster, send } = await openDeblox(t);
  const unknown = await send({ action: 'create-container', template: 'nothing' });
  t.is(unknown.statusCode, 404);
  t.regex(unknown.Response.Body.message, /^no image config nothing is saved/);
  const missing = await send({ action: 'create-container', image: 'nowhere/nothing' });
  t.is(missing.statusCode, 404);
  const several = await send({ action: 'create-container', template: 'nothing', instances: 2 });
  t.deepEqual(
    several.containers.map(({ statusCode }: { statusCode: number }) => statusCode),
    [404, 404],
  );
  // As a refusal of the engine's own comes, with what it answered.
  const refusal = Object.assign(new Error('no space left on device'), { status: 500 });
  for (const engine of cluster.engines) {
    engine.createContainer = () =>
      Promise.reject(
        new SatsumaError('engine_refused', 'engine a refused: no space left on device', { cause: refusal }),
      );
  }
  const full = await send({ action: 'create-container', image: 'demo/busybox:1' });
  t.like(full, { statusCode: 500, Response: { Body: { message: 'engine a refused: no space left on device' } } });
});

test('a container is stopped, started, restarted and deleted by its id, its beginning or its name', async (t) => {
  const { cluster, send, create } = await openDeblox(t, 2);
  const made = await create();
  const [engine] = cluster.engines.filter(({ containers }) => containers.has(made));
  const bare = (answer: Record<string, unknown>) => {
    t.regex(String(answer.Date), now);
    t.deepEqual(Object.keys(answer).sort(), ['Date', 'Response', 'dockerInstance', 'statusCode']);
    t.deepEqual([answer.Response, answer.dockerInstance], ['', `${engine?.id}.test`]);
    return answer.statusCode;
  };
  const state = () => engine?.containers.get(made)?.state;
  t.is(bare(await send({ action: 'start-container', id: made })), 304, 'it was started when it was made');
  t.is(bare(await send({ action: 'stop-container', id: made })), 204);
  t.is(state(), 'exited');
  t.is(bare(await send({ action: 'stop-container', id: made })), 304);
  t.is(bare(await send({ action: 'start-container', id: made.slice(0, 12) })), 204);
  t.is(state(), 'running');
  t.is(bare(await send({ action: 'restart-container', id: `/${engine?.containers.get(made)?.name}` })), 204);
  t.is(bare(await send({ action: 'delete-container', id: made })), 204);
  t.is(state(), undefined);
  t.deepEqual(await send({ action: 'delete-container', id: made }), silence);
});

test('an inspection is Docker’s own', async (t) => {
  const { cluster, send, create } = await openDeblox(t, 1);
  const made = await create();
  const answer = await send({ action: 'inspect-container', id: made });
  t.like(answer, { statusCode: 200, dockerInstance: 'a.test', 'Content-Type': 'application/json' });
  t.deepEqual(
    answer.Response.Body,
    JSON.parse(JSON.stringify(await cluster.pool.client({ id: 'a' }).inspectDocument(made))),
  );
  t.is(answer['Content-Length'], String(JSON.stringify(answer.Response.Body).length + 1));
});

test('nobody answers to an id that nobody has', async (t) => {
  const { send, create } = await openDeblox(t);
  await create();
  for (const action of ['start', 'stop', 'restart', 'delete', 'inspect']) {
    for (const asked of ['f00', '', '/', 'a b', '../../info', 'é'.repeat(500)]) {
      t.deepEqual(await send({ action: `${action}-container`, id: asked }), silence);
    }
  }
});

test('an id that could be any of several is refused, and an engine that hangs is silent', async (t) => {
  const { cluster, send, create } = await openDeblox(t, 1);
  const ids = [];
  for (let n = 0; n < 17; n++) ids.push(await create());
  const shared = ids.map((each) => each.slice(0, 1)).find((each, index, all) => all.indexOf(each) !== index);
  t.like(await send({ action: 'stop-container', id: shared }), { statusCode: 409, dockerInstance: '' });
  cluster.engines[0]?.fail('inspectDocument', 'engine_timeout');
  const late = await send({ action: 'inspect-container', id: ids[0] });
  t.deepEqual(late, { ...silence, message: 'engine a: inspectDocument fails with engine_timeout' });
  cluster.engines[0]?.fail('inspectDocument', 'engine_refused');
  t.like(await send({ action: 'inspect-container', id: ids[0] }), { statusCode: 502, dockerInstance: 'a.test' });
});

test('containers and images are those of one engine, each in turn or the one that is named', async (t) => {
  const { send } = await openDeblox(t, 2);
  for (const action of ['list-containers', 'list-images']) {
    const hosts = [];
    for (let n = 0; n < 4; n++) hosts.push((await send({ action })).dockerInstance);
    t.deepEqual([...hosts].sort(), ['a.test', 'a.test', 'b.test', 'b.test']);
    t.is((await send({ action, hostname: 'B.test' })).dockerInstance, 'b.test');
    t.is((await send({ action, hostname: 'a' })).dockerInstance, 'a.test');
    t.deepEqual(await send({ action, hostname: 'nobody.test' }), silence);
  }
});

test('a list of containers has Docker’s rows, stopped ones too', async (t) => {
  const { send, create } = await openDeblox(t, 1);
  const made = await create();
  await send({ action: 'stop-container', id: made });
  const answer = await send({ action: 'list-containers' });
  t.like(answer, {
    statusCode: 200,
    dockerInstance: 'a.test',
    'Content-Type': 'application/json',
    'Transfer-Encoding': 'chunked',
  });
  const [row] = answer.Response.Body;
  t.like(row, { Id: made, Image: 'demo/busybox:1', Status: '', Command: '', Ports: [] });
  t.deepEqual([typeof row.Created, row.Names.length], ['number', 1]);
});

test('a list of images has Docker’s rows and the seed’s second code', async (t) => {
  const { send } = await openDeblox(t, 1);
  const answer = await send({ action: 'list-images' });
  t.like(answer, { statusCode: 200, 'Response-Code': 200, dockerInstance: 'a.test' });
  t.deepEqual(answer.Response.Body, [{ Id: 'sha256:demo/busybox:1', RepoTags: ['demo/busybox:1'] }]);
});

test('all containers are an answer of each engine, with a word for those that are silent', async (t) => {
  const { cluster, send } = await openDeblox(t, 3);
  await send({ action: 'create-container', image: 'demo/busybox:1', instances: 3 });
  cluster.engines[1]?.fail('listDocuments', 'engine_timeout');
  cluster.engines[2]?.fail('listDocuments', 'engine_refused');
  const { containers } = await send({ action: 'list-containers', all: true });
  t.like(containers[0], { statusCode: 200, dockerInstance: 'a.test' });
  t.is(containers[0].Response.Body.length, 1);
  t.like(containers[1], { error: 'timeout', dockerInstance: 'b.test' });
  t.like(containers[2], { statusCode: 502, dockerInstance: 'c.test' });
});

test('what fails is in the log, although its answer is 200', async (t) => {
  const { cluster } = await openDoor(t, { engines: 1 });
  const warned: unknown[] = [];
  const logger = Object.assign(Object.create(cluster.logger), { warn: (fields: unknown) => warned.push(fields) });
  const door = await openOther({ ...cluster, logger }, 'deblox', { enginePort: 2376 });
  cluster.engines[0]?.fail('listDocuments', 'engine_refused');
  await door('POST', '/', { action: 'list-images' });
  await door('POST', '/', { action: 'inspect-container', id: 'f00' });
  t.like(warned, [{ engineId: 'a', err: { code: 'engine_refused' } }]);
  t.is(warned.length, 1);
});

test('without an engine nobody answers', async (t) => {
  const { send } = await openDeblox(t, 0);
  t.deepEqual(await send({ action: 'list-containers' }), silence);
  t.deepEqual(await send({ action: 'list-images' }), silence);
  t.deepEqual(await send({ action: 'list-containers', all: true }), { containers: [] });
  t.is((await send({ action: 'create-container', image: 'demo/busybox:1' })).statusCode, 422);
});

test('a host is registered by its name, as often as it is announced, and unregistered with what runs there', async (t) => {
  const { cluster, send, call } = await openDeblox(t, 0);
  const hostname = 'sthmaclt009.local';
  for (let n = 0; n < 2; n++) t.deepEqual(await send({ action: 'register', hostname }), {});
  t.like((await call('GET', `/apiv1/engine/${hostname}`)).body.data, { addr: 'https://sthmaclt009.local:2376' });
  const created = await send({ action: 'create-container', image: 'demo/busybox:1' });
  t.is(created.dockerInstance, hostname);
  t.deepEqual(await send({ action: 'unregister', hostname: 'STHMACLT009.local' }), {});
  t.is((await call('GET', `/apiv1/engine/${hostname}`)).status, 404);
  t.is(cluster.pool.client({ id: hostname }).containers.size, 1, 'what runs there runs on');
  t.deepEqual(await send({ action: 'unregister', hostname }), {});
  t.deepEqual(await send({ action: 'register', hostname }), {});
  t.is((await send({ action: 'inspect-container', id: created.Response.Body.Id })).statusCode, 200);
});

test('a host that two ask for at the same moment is registered once', async (t) => {
  const { send, call } = await openDeblox(t, 0);
  const message = { action: 'register', hostname: 'twice.test' };
  t.deepEqual(await Promise.all([send(message), send(message)]), [{}, {}]);
  t.is((await call('GET', '/apiv1/engines')).body.data.length, 1);
});

test('a host that cannot be reached is told so', async (t) => {
  const { cluster, send } = await openDeblox(t, 0);
  cluster.pool.client({ id: 'far.test' }).fail('handshake', 'engine_unreachable');
  t.deepEqual(await send({ action: 'register', hostname: 'far.test' }), {
    error: 'engine far.test: handshake fails with engine_unreachable',
  });
});

test('a host with several engines names none of them', async (t) => {
  const { send, call } = await openDeblox(t, 0);
  for (const port of [1, 2])
    await call('POST', '/apiv1/engine', { id: `at-${port}`, addr: `https://one.test:${port}` });
  const message = 'there are several engines on one.test: give the ID of one: at-1, at-2';
  t.deepEqual(await send({ action: 'unregister', hostname: 'one.test' }), { error: message });
  t.like(await send({ action: 'list-images', hostname: 'one.test' }), { statusCode: 400 });
  t.is((await send({ action: 'list-images', hostname: 'at-2' })).dockerInstance, 'one.test');
});

const nonsense = test.macro(async (t, message: unknown, error: string) => {
  const { cluster, send } = await openDeblox(t, 1);
  t.deepEqual(await send(message), { error });
  t.is(cluster.engines[0]?.containers.size, 0);
});

test('no JSON', nonsense, 'action=list-images', 'the body is not JSON');
test('nothing', nonsense, '', 'the message must be an object');
test('a list', nonsense, [], 'the message must be an object');
test('too much', nonsense, { action: 'x'.repeat(2 ** 20) }, 'the body is larger than 1 MiB');
test('no action', nonsense, { id: 'f00' }, '"action" must be specified, a text');
test('an action that is a number', nonsense, { action: 5 }, '"action" must be specified, a text');
test('an unknown action', nonsense, { action: 'dance' }, 'no such action is supported');
test('an action of every object', nonsense, { action: 'constructor' }, 'no such action is supported');
test('no id', nonsense, { action: 'stop-container' }, '"id" is required');
test('no hostname', nonsense, { action: 'register' }, '"hostname" is required');
test('nothing to create', nonsense, { action: 'create-container' }, '"template" or "image" must be specified');
test(
  'an image that is none',
  nonsense,
  { action: 'create-container', image: 'no image' },
  '"image" must be an image name like redis or registry:5000/team/web:1.2',
);
test(
  'instances that are no number',
  nonsense,
  { action: 'create-container', image: 'demo/busybox:1', instances: '2' },
  '"instances" must be a number',
);
test(
  'more instances than a request may have',
  nonsense,
  { action: 'create-container', image: 'demo/busybox:1', instances: 1001 },
  '"instances" must be less than or equal to 1000',
);
test(
  'a field that would be dropped',
  nonsense,
  { action: 'create-container', image: 'demo/busybox:1', memory: 512 },
  '"memory" is not allowed',
);
test('no body', nonsense, { action: 'create-raw-container' }, '"body" is required');

test('whoever looks, or comes from elsewhere, has sent no message', async (t) => {
  const { door } = await openDeblox(t, 0);
  const looked = await door('GET', '/');
  t.deepEqual([looked.status, looked.body], [200, 'DockerMod HttpService']);
  const lost = await door('POST', '/containers', {});
  t.deepEqual([lost.status, lost.body], [404, { error: 'Not Found' }]);
  const foreign = await door('POST', '/', { action: 'list-images' }, { origin: 'https://elsewhere.test' });
  t.deepEqual([foreign.status, foreign.body], [403, { error: 'requests from other web sites are refused' }]);
});

test('any message may have headers and a body, which say nothing', async (t) => {
  const { send, create } = await openDeblox(t, 1);
  const beside = { headers: { 'Content-Type': 'application/json' }, body: { anything: [1] } };
  const container = await create();
  for (const [message, statusCode] of [
    [{ action: 'create-container', image: 'demo/busybox:1' }, 201],
    [{ action: 'inspect-container', id: container }, 200],
    [{ action: 'list-containers' }, 200],
    [{ action: 'list-images' }, 200],
    [{ action: 'stop-container', id: container }, 204],
    [{ action: 'delete-container', id: container }, 204],
  ] as const) {
    t.is((await send({ ...message, ...beside })).statusCode, statusCode, message.action);
  }
  t.deepEqual(await send({ action: 'unregister', hostname: 'nobody', ...beside }), {});
  t.like(await send({ action: 'list-images', header: {} }), {
    error: '"header" is not allowed; did you mean "headers"?',
  });
});

test('who stops and restarts gives a container a second, for its client waits 2.5', async (t) => {
  const { cluster, send, create } = await openDeblox(t, 1);
  const container = await create();
  await send({ action: 'restart-container', id: container });
  await send({ action: 'stop-container', id: container });
  const calls = cluster.engines.flatMap(({ calls }) => calls).filter((each) => /^(re)?st(op|art)C.* 1$/.test(each));
  t.deepEqual(calls, [`restartContainer ${container} 1`, `stopContainer ${container} 1`]);
});
