import test, { type ExecutionContext } from 'ava';
import { openDoor } from './open-door.ts';

const at = (seconds: number) => `2026-11-28T10:00:0${seconds}.000000000Z`;

/** Two containers on two engines, which wrote in turn. */
async function open(t: ExecutionContext) {
  const door = await openDoor(t, { engines: 2 });
  const run = async (name: string, engine: string) => {
    const image = { name: 'demo/busybox:1', type: 'label', container_name: name, labels: [`on-${engine}`] };
    return (await door.call('POST', '/apiv1/container', image)).body.data.id as string;
  };
  const [web, api] = [await run('web', 'a'), await run('api-2', 'b')];
  const [a, b] = door.cluster.engines;
  a?.logs.set(web, [`${at(1)} one\n${at(3)} th`, `ree\n`]);
  b?.logs.set(api, [`${at(2)} two\n${at(4)} four\n`]);
  return { ...door, web, api };
}

test('logs of several are merged by time, each line behind the name of its container', async (t) => {
  const { call } = await open(t);
  const { status, body } = await call('GET', '/apiv1/logs?container=web&container=api-2');
  t.is(status, 200);
  t.deepEqual(body.replace(/ +/g, ' ').split('\n'), ['web | one', 'api-2 | two', 'web | three', 'api-2 | four', '']);
  const times = await call('GET', '/apiv1/logs?engine=b&timestamps=true');
  t.is(times.body, `api-2  | ${at(2)} two\napi-2  | ${at(4)} four\n`);
  t.is((await call('GET', '/apiv1/logs?label=on-a')).body, 'web  | one\nweb  | three\n');
  t.is((await call('GET', `/apiv1/logs?container=web&until=${at(2)}`)).body, 'web  | one\n');
  t.is(
    (await call('GET', `/apiv1/logs?container=web&until=${at(2)}&follow=true`)).body,
    'web  | one\n',
    'of a time that is over',
  );
  t.is((await call('GET', '/apiv1/logs')).body.split('\n').length, 5, 'all that run');
});

test('logs as JSON have the engine, the container and the stream', async (t) => {
  const { call, web } = await open(t);
  const { body } = await call('GET', '/apiv1/logs?container=web&format=json&stderr=false');
  const [first] = body.split('\n');
  t.deepEqual(JSON.parse(first), {
    ...{ at: at(1), engine: 'a', container: 'web', id: web, stream: 'stdout', line: 'one' },
  });
});

test('an engine that fails says so in the middle, and the others go on', async (t) => {
  const { call, cluster } = await open(t);
  cluster.engines[0]?.fail('openLogs', 'engine_unreachable');
  const { body } = await call('GET', '/apiv1/logs?container=web&container=api-2');
  t.regex(body, /^web +! engine a: openLogs fails/m);
  t.regex(body, /^api-2 +\| four$/m);
});

for (const [query, status, code] of [
  ['container=nobody', 404, 'no_such_container'],
  ['service=nothing', 404, 'no_such_service'],
  ['job=nothing', 404, 'no_such_job'],
  ['engine=z', 404, 'no_such_engine'],
  ['until=soon', 400, 'invalid'],
  ['format=xml', 400, 'invalid'],
] as const) {
  test(`GET /apiv1/logs?${query} is ${code}`, async (t) => {
    const { call } = await openDoor(t, { engines: 1 });
    t.like(await call('GET', `/apiv1/logs?${query}`), { status, body: { code } });
  });
}

test('the log of one container has an end, or is followed', async (t) => {
  const { call } = await open(t);
  const path = '/apiv1/container/web/logs';
  t.is((await call('GET', `${path}?until=${at(2)}`)).status, 200);
  const both = await call('GET', `${path}?until=${at(2)}&follow=true`);
  t.like(both, { status: 400, body: { code: 'invalid' } });
  t.regex(both.body.data, /GET \/apiv1\/logs\?container= accepts both/);
  t.is((await call('GET', `${path}?until=soon`)).status, 400);
});

test('200 containers are read at a time, 100 as JSON; more are refused with what each engine has', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  const [a, b] = cluster.engines;
  for (let n = 0; n < 120; n++) {
    const id = a?.runForeign(`web-${n}`) ?? '';
    a?.logs.set(id, ['2026-11-21T06:00:00.000000000Z up\n']);
  }
  for (let n = 0; n < 81; n++) b?.runForeign(`db-${n}`);
  await call('GET', '/apiv1/containers?consistent=true');
  const refused = async (query: string, message: RegExp) => {
    const { status, body } = await call('GET', `/apiv1/logs?${query}`);
    t.is(status, 400);
    t.regex(body.data, message);
  };
  await refused(
    '',
    /^201 containers match, and at most 200 can be read at a time: choose an engine \(a has 120, b has 81\)/,
  );
  await refused('engine=a&format=json', /^120 containers match, and at most 100 can be read at a time/);
  const { status, body } = await call('GET', '/apiv1/logs?engine=a');
  t.is(status, 200);
  t.is(new Set([...body.matchAll(/^(web-\d+) /gm)].map(([, name]) => name)).size, 120);
});
