import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

const leaseSeconds = 3;
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'idem', engines: 2, image: true, attached: true });
});

test.after.always(() => lab?.down());

const busybox = { name: 'demo/busybox:1', type: 'label', memory: 16, strategy: 'spread', network_mode: 'none' };

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  readonly body: any;
}

async function post({ address }: SatsumaServer, path: string, key: string, body: unknown): Promise<Answer> {
  const headers = { 'idempotency-key': key };
  const response = await fetch(`http://${address}/apiv1/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** One server on a Redis of its own, and another one on the same, which knows the engines. */
async function startTwo(t: ExecutionContext, settings: object = {}): Promise<[SatsumaServer, SatsumaServer]> {
  const dir = temporaryFolder(t);
  const { url } = await startRedis(t);
  const start = () => startSatsuma(lab, dir, { 'redis-url': url, lease: leaseSeconds, ...settings });
  const [one, two] = [await start(), await start()];
  for (const server of [one, two]) t.teardown(() => server.end());
  t.teardown(() => destroyAll(two));
  await registerAll(one, lab);
  const count = async () => (await two.call('GET', 'engines')).data.length;
  await eventually(count, (engines) => engines === lab.engines.length, 30_000);
  return [one, two];
}

/** The containers that the engines have, by name. Asked of the engines themselves, whatever the servers say. */
async function containersByName(): Promise<Map<string, { id: string; state: string }[]>> {
  const byName = new Map<string, { id: string; state: string }[]>();
  for (const n of lab.engines.keys()) {
    const { body } = await lab.request(n + 1, { path: '/containers/json?all=true' });
    for (const { Id, Names, State } of JSON.parse(body)) {
      const name = Names[0].slice(1);
      byName.set(name, [...(byName.get(name) ?? []), { id: Id, state: State }]);
    }
  }
  return byName;
}

async function destroyAll(server: SatsumaServer): Promise<void> {
  const { data } = await server.call('GET', 'containers?all=true');
  for (const { id } of data) await server.call('DELETE', `container/${id}`);
}

test.serial('20 at once over two servers with one key: one container, and one answer for all', async (t) => {
  const [one, two] = await startTwo(t);
  const body = { ...busybox, container_name: 'once' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => post(index % 2 ? one : two, 'container', 'k', body)),
  );
  t.is(answers[0]?.status, 201);
  for (const answer of answers) t.deepEqual(answer, answers[0]);
  t.deepEqual((await containersByName()).get('once'), [{ id: answers[0]?.body.data.id, state: 'running' }]);

  t.like(await post(two, 'container', 'k', { ...body, memory: 17 }), { status: 409 });
  const engine = { id: 'other', addr: 'https://127.0.0.1:1', labels: [] };
  t.like(await post(one, 'engine', 'k', engine), { status: 409, body: { code: 'idempotency_conflict' } });
});

test.serial('an engine is registered once, whichever server is asked again', async (t) => {
  const dir = temporaryFolder(t);
  const { url } = await startRedis(t);
  const servers = [1, 2].map(() => startSatsuma(lab, dir, { 'redis-url': url, lease: leaseSeconds }));
  const [one, two] = await Promise.all(servers);
  if (!one || !two) throw new Error('two servers');
  for (const server of [one, two]) t.teardown(() => server.end());
  const [engine] = lab.engines;
  const answers = await Promise.all([one, two, one, two].map((server) => post(server, 'engine', 'k', engine)));
  t.is(answers[0]?.status, 201);
  for (const answer of answers) t.deepEqual(answer, answers[0]);
  t.is((await post(two, 'engine', 'another', engine)).status, 409);
});

const killedInTheMiddle = test.macro(async (t, retryOn: 'the other server' | 'the server, started again') => {
  const dir = temporaryFolder(t);
  const isShared = retryOn === 'the other server';
  const settings = { lease: leaseSeconds, ...(isShared ? { 'redis-url': (await startRedis(t)).url } : {}) };
  const first = await startSatsuma(lab, dir, settings);
  const other = isShared ? await startSatsuma(lab, dir, settings) : undefined;
  await registerAll(first, lab);

  const names = Array.from({ length: 30 }, (_, index) => `run-${index}`);
  const run = (server: SatsumaServer, name: string) =>
    post(server, 'container', `key of ${name}`, { ...busybox, container_name: name });
  const runs = names.map((name) => run(first, name).catch(() => undefined));
  // The tenth answer means that others are under way.
  await new Promise<void>((resolve) => {
    let answered = 0;
    for (const each of runs) void each.then((answer) => answer?.status === 201 && ++answered === 10 && resolve());
  });
  await first.end('SIGKILL');
  const reported = await Promise.all(runs);
  const count = reported.filter((answer) => answer?.status === 201).length;
  t.true(count >= 10 && count < 30, `${count} were answered`);

  const second = other ?? (await startSatsuma(lab, dir, settings));
  t.teardown(() => second.end());
  t.teardown(() => destroyAll(second));
  const answers = await Promise.all(names.map((name) => run(second, name)));
  const containers = await containersByName();
  for (const [index, name] of names.entries()) {
    const answer = answers[index];
    t.is(answer?.status, 201, JSON.stringify(answer));
    t.deepEqual(containers.get(name), [{ id: answer?.body.data.id, state: 'running' }], name);
    if (reported[index]) t.deepEqual(answer, reported[index], name);
  }
  t.deepEqual(await Promise.all(names.map((name) => run(second, name))), answers);
});

for (const retryOn of ['the other server', 'the server, started again'] as const) {
  test.serial(
    `kill -9 in the middle of 30 runs: all asked again of ${retryOn}, each runs once`,
    killedInTheMiddle,
    retryOn,
  );
}

test.serial(
  'an engine that hangs in the middle of a run (504): once it is back, a retry ends in one container',
  async (t) => {
    const [one, two] = await startTwo(t, { deadlines: { create: 1, list: 1, connect: 1 } });
    const body = { ...busybox, type: 'host', labels: ['host:idem-1'], container_name: 'hung' };
    // With connections that are there already it is the request that hangs, and not the way to the engine.
    await Promise.all(['all=false', 'all=true'].map((all) => one.call('GET', `containers?${all}&consistent=true`)));
    await lab.pause(1);
    const hung = await post(one, 'container', 'k', body).finally(() => lab.resume(1));
    t.is(hung.status, 504, JSON.stringify(hung));
    const isDecided = ({ status }: Answer) => status < 500 && status !== 409;
    const answer = await eventually(() => post(two, 'container', 'k', body), isDecided, 30_000);
    t.is(answer.status, 201, JSON.stringify(answer));
    t.deepEqual((await containersByName()).get('hung'), [{ id: answer.body.data.id, state: 'running' }]);
    t.deepEqual(await post(one, 'container', 'k', body), answer);
  },
);
