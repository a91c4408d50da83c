import { execFile } from 'node:child_process';
import anyTest, { type TestFn } from 'ava';
import { type Answered, keysOf, usualVersion } from './docker-answers.ts';
import { type DoorBesideEngine, endBesideEngine, startBesideEngine } from './docker-beside-engine.ts';
import { eventually } from './satsuma-server.ts';

const test = anyTest as TestFn<DoorBesideEngine>;
const image = 'demo/busybox:1';

test.before(async (t) => {
  Object.assign(t.context, await startBesideEngine('dockerapi'));
});

test.after.always((t) => endBesideEngine(t.context));

const sleeper = { Image: image, Cmd: ['sleep', '1d'], HostConfig: { NetworkMode: 'none' } };

test.serial('an engine that was frozen a moment ago is not waited for until the deadlines of its calls', async (t) => {
  const { door, lab } = t.context;
  const body = { ...sleeper, Env: ['constraint:engine==dockerapi-2'] };
  t.is((await door('POST', '/containers/create?name=cold', body)).status, 201);
  t.is((await door('POST', '/containers/cold/start')).status, 204);
  await lab.pause(2);
  let isFrozen = true;
  const resume = async () => {
    if (isFrozen) await lab.resume(2);
    isFrozen = false;
  };
  t.teardown(resume);
  const calls = [
    ['GET', 'json'],
    ['POST', 'kill'],
    ['POST', 'stop'],
    ['POST', 'pause'],
    ['GET', 'archive?path=/bin'],
    ['HEAD', 'archive?path=/bin'],
    ['GET', 'top'],
    ['GET', 'changes'],
    ['GET', 'stats?stream=0'],
    ['GET', 'logs?stdout=1'],
    ['GET', 'export'],
  ] as const;
  const answers = await Promise.all(
    calls.map(async ([method, path]) => {
      const began = performance.now();
      const { status, body } = await door(method, `/containers/cold/${path}`);
      t.log(`${method} ${path}: ${status} after ${Math.round(performance.now() - began)} ms: ${body?.message}`);
      return { path, status, message: method === 'HEAD' ? 'does not answer' : body.message };
    }),
  );
  for (const { path, status, message } of answers) {
    t.true(status === 504 || status === 502, `${path}: ${status}`);
    // The deadline of a list is as short as that of a ping: which of them ends a call depends on whether a connection was free for it.
    t.regex(message, /does not answer|did not answer within 5000 ms/, path);
  }
  await resume();
  t.is(
    (
      await eventually(
        () => door('DELETE', '/containers/cold?force=1'),
        ({ status }) => status === 204,
        60_000,
      )
    ).status,
    204,
  );
});

test.serial('bad requests have the status of a real engine, and a message', async (t) => {
  const { door, plain } = t.context;
  for (const ask of [door, plain]) {
    t.is((await ask('POST', '/containers/create?name=here', sleeper)).status, 201);
    t.is((await ask('POST', '/containers/here/start')).status, 204);
    t.is((await ask('POST', '/containers/create?name=idle', sleeper)).status, 201);
  }
  const calls: readonly (readonly [method: string, path: string, body?: object | string])[] = [
    ['GET', '/containers/none/json'],
    ['GET', '/containers/none/logs?stdout=1'],
    ['GET', '/containers/none/stats?stream=0'],
    ['GET', '/containers/none/changes'],
    ['GET', '/containers/none/archive?path=/'],
    ['GET', '/containers/here/archive?path=/nothing'],
    ['GET', '/containers/idle/top'],
    ['POST', '/containers/none/start'],
    ['POST', '/containers/none/stop'],
    ['POST', '/containers/none/wait'],
    ['POST', '/containers/here/start'],
    ['POST', '/containers/idle/stop'],
    ['POST', '/containers/idle/kill'],
    ['POST', '/containers/idle/pause'],
    ['POST', '/containers/here/unpause'],
    ['POST', '/containers/here/rename?name=idle'],
    ['POST', '/containers/here/rename?name=a%20b'],
    ['POST', '/containers/idle/exec', { Cmd: ['true'] }],
    ['POST', '/containers/here/exec', {}],
    ['POST', '/containers/none/exec', { Cmd: ['true'] }],
    ['POST', `/exec/${'0'.repeat(64)}/start`, {}],
    ['GET', `/exec/${'0'.repeat(64)}/json`],
    ['DELETE', '/containers/here'],
    ['DELETE', '/containers/none'],
    ['POST', '/containers/create?name=here', sleeper],
    ['POST', '/containers/create?name=a%20b', sleeper],
    ['POST', '/containers/create', '{'],
    ['POST', '/containers/create', { ...sleeper, Image: 'UPPER' }],
    ['POST', '/containers/create', { ...sleeper, HostConfig: { RestartPolicy: { Name: 'sometimes' } } }],
    ['POST', '/containers/prune?filters=nonsense'],
    ['POST', '/containers/prune?filters={"nonsense":["1"]}'],
    ['POST', '/networks/prune?filters={"nonsense":["1"]}'],
    ['GET', '/containers/json?filters=nonsense'],
    ['GET', '/containers/json?filters={"status":["nonsense"]}'],
    ['GET', '/containers/json?filters={"nonsense":["1"]}'],
    ['GET', '/containers/json?filters={"before":["none"]}'],
    ['GET', '/images/none:1/json'],
    ['GET', '/images/none:1/history'],
    ['GET', '/images/none:1/get'],
    ['POST', '/images/none:1/tag?repo=a&tag=b'],
    ['DELETE', '/images/none:1'],
    ['POST', '/commit?container=none'],
    ['GET', '/volumes/none'],
    ['DELETE', '/volumes/none'],
    ['GET', '/networks/none'],
    ['DELETE', '/networks/none'],
    ['POST', '/networks/none/connect', { Container: 'here' }],
    ['POST', '/networks/create', { Name: 'bridge', CheckDuplicate: true }],
    ['GET', '/nothing/like/this'],
  ];
  const differing: string[] = [];
  for (const call of calls) {
    const [one, other] = [await door(...call), await plain(...call)];
    const title = `${call[0]} ${call[1]}: ${JSON.stringify(one)} / ${JSON.stringify(other)}`;
    // What 20.10 takes for its own fault is the client's: later releases say so, too.
    const isSame = other.status === 500 ? one.status >= 400 && one.status < 500 : one.status === other.status;
    if (!isSame || typeof one.body?.message !== typeof other.body?.message) differing.push(title);
  }
  t.deepEqual(differing, []);
});

test.serial('answers have the keys that a real engine’s have', async (t) => {
  const { door, plain } = t.context;
  const paths = [
    ...['/containers/json?all=1', '/containers/json?all=1&size=1', '/containers/here/top', '/containers/here/changes'],
    ...[`/images/${image}/json`, `/images/${image}/history`, '/images/json'],
  ];
  for (const path of paths) {
    const [one, other] = [await door('GET', path), await plain('GET', path)];
    t.is(one.status, other.status, path);
    t.deepEqual(keysOf(one.body), keysOf(other.body), path);
  }
  const { Node: _, ...shown } = (await door('GET', '/containers/here/json')).body;
  t.deepEqual(Object.keys(shown).sort(), Object.keys((await plain('GET', '/containers/here/json')).body).sort());
});

test.serial('filters of a list find what they find at one engine', async (t) => {
  const { door, plain } = t.context;
  for (const ask of [door, plain]) {
    const labels = { ...sleeper, Labels: { tier: 'web', mark: '' } };
    t.is((await ask('POST', '/containers/create?name=labelled', labels)).status, 201);
  }
  const filters = [
    ...[{}, { status: ['created'] }, { status: ['created', 'running'] }, { name: ['here'] }, { name: ['^/?here$'] }],
    ...[
      { name: ['e'] },
      { label: ['tier'] },
      { label: ['tier=web', 'mark'] },
      { label: ['tier=db'] },
      { label: ['mark='] },
    ],
    ...[{ ancestor: [image] }, { since: ['here'] }, { before: ['labelled'] }, { network: ['none'] }, { exited: ['0'] }],
    ...[{ id: ['zz'] }, { health: ['none'] }, { 'is-task': ['false'] }],
  ];
  for (const each of filters)
    for (const all of ['', '&all=1', '&limit=1']) {
      const path = `/containers/json?filters=${encodeURIComponent(JSON.stringify(each))}${all}`;
      const [one, other] = [await door('GET', path), await plain('GET', path)];
      const names = (answer: Answered) => namesIn(answer.body).sort();
      t.deepEqual(names(one), names(other), `${path}: ${JSON.stringify(one).slice(0, 300)}`);
    }
});

function namesIn(list: unknown): string[] {
  return (Array.isArray(list) ? list : []).flatMap(({ Names }: { readonly Names: readonly string[] }) => Names);
}

test.serial('a list tells at once what was done through the door, and soon what was done by hand', async (t) => {
  const { door, lab } = t.context;
  const states = async () => {
    const { body } = await door('GET', '/containers/json?all=1&filters={"name":["idle"]}');
    return body.map(({ State }: { readonly State: string }) => State);
  };
  t.deepEqual(await states(), ['created']);
  t.is((await door('POST', '/containers/idle/start')).status, 204);
  t.deepEqual(await states(), ['running']);
  t.is((await door('POST', '/containers/idle/stop?t=0')).status, 204);
  t.deepEqual(await states(), ['exited']);
  const { body } = await door('GET', '/containers/idle/json');
  const n = lab.engines.findIndex(({ id }) => id === body.Node.Name) + 1;
  await lab.request(n, { method: 'POST', path: `${usualVersion}/containers/${body.Id}/start` });
  await eventually(states, ([state]) => state === 'running', 9_000);
  t.deepEqual(await states(), ['running']);
});

test.serial('images are imported, saved, loaded and committed, on all engines or that of the container', async (t) => {
  const { door, lab, socket } = t.context;
  const environment = { ...process.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: lab.dir };
  const sh = (script: string) =>
    new Promise<string>((resolve) => {
      execFile('sh', ['-ec', script], { env: environment, timeout: 120_000, cwd: lab.dir }, (error, out, err) =>
        resolve(error ? `failed: ${err}` : out.trim()),
      );
    });
  const where = async (name: string) => {
    const found = await Promise.all(
      [1, 2].map((n) => lab.request(n, { method: 'GET', path: `${usualVersion}/images/${name}/json` })),
    );
    return found.map(({ status, body }) => (status === 200 ? JSON.parse(body).Id : undefined));
  };
  t.regex(await sh('docker export here | docker import -c "ENV A=b" - demo/imported:1'), /sha256:/);
  const [one, other] = await where('demo/imported:1');
  t.truthy(one);
  t.is(one, other);
  t.is(await sh('docker run --rm demo/imported:1 sh -c "echo \\$A"'), 'b');
  t.is(
    await sh('docker save demo/imported:1 > saved.tar && docker rmi demo/imported:1 >/dev/null && echo saved'),
    'saved',
  );
  t.deepEqual(await where('demo/imported:1'), [undefined, undefined]);
  t.is(await sh('docker load -q < saved.tar | tail -n 1'), 'Loaded image: demo/imported:1');
  t.deepEqual(await where('demo/imported:1'), [one, one]);
  t.regex(await sh('docker commit -c "ENV C=d" here demo/committed:1'), /^sha256:/);
  t.is((await where('demo/committed:1')).filter((id) => id !== undefined).length, 1);
  t.regex(await sh('docker push 127.0.0.1:9/none:1 2>&1 || true'), /failed|does not exist|No such image/i);
  t.regex((await door('GET', '/distribution/127.0.0.1:9%2Fnone:1/json')).body.message, /refused/);
});

test.serial('what nothing uses is pruned, and what a service has is not', async (t) => {
  const { door, server, lab, plain } = t.context;
  const spec = { image: { name: image, type: 'label', restart_policy: {}, args: ['true'] }, replicas: 1 };
  await server.call('POST', 'service', { name: 'short', ...spec });
  t.is((await door('POST', '/volumes/create', { Name: 'unused' })).status, 201);
  t.is((await door('POST', '/networks/create', { Name: 'unused' })).status, 201);
  t.is((await door('DELETE', '/containers/here?force=1')).status, 204);
  t.is((await door('POST', '/containers/idle/stop?t=0')).status, 204);
  const { body, status } = await door('POST', '/containers/prune');
  t.is(status, 200);
  t.is(body.ContainersDeleted.length, 2, JSON.stringify(body));
  t.deepEqual(keysOf(body), keysOf((await plain('POST', '/containers/prune')).body));
  t.deepEqual((await door('POST', '/networks/prune')).body, { NetworksDeleted: ['unused'] });
  t.deepEqual((await door('POST', '/volumes/prune')).body.VolumesDeleted, ['unused']);
  const filters = encodeURIComponent(JSON.stringify({ dangling: ['false'] }));
  const pruned = await door('POST', `/images/prune?filters=${filters}`);
  t.true(JSON.stringify(pruned.body.ImagesDeleted).includes('demo/imported:1'));
  const kept = await lab.request(1, { method: 'GET', path: `${usualVersion}/images/${image}/json` });
  t.is(kept.status, 200, 'the image of the service');
});
