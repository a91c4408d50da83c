import anyTest, { type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { startCatalogClient } from './catalog-client.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

interface Replica {
  readonly slot: string;
  readonly state: string;
  readonly engine: string;
  readonly container: string;
  readonly copy: number;
}

const test = anyTest as TestFn<{ lab: Lab; server: SatsumaServer }>;
const grace = 2;
/** Four times what it takes where nothing else runs. */
const timeoutMs = 60_000;
const web = {
  image: {
    name: 'demo/busybox:1',
    bind_ports: [{ container_port: 80 }],
    // One that goes when it is told to, as a web server should.
    args: ['sh', '-c', 'trap "exit 0" TERM; httpd -f -p 80 & wait'],
  },
  health: { type: 'http', port: 80 },
  grace,
};

test.before(async (t) => {
  const lab = await startLab({ name: 'services', engines: 3, image: true, attached: true });
  const server = await startSatsuma(lab, lab.dir, { 'observe-interval': 2 });
  t.context = { lab, server };
  await registerAll(server, lab);
});

test.after.always(async (t) => {
  await t.context.server?.end();
  await t.context.lab?.down();
});

/** What runs of a service, by the engines' own word; of those that are named. */
async function running(lab: Lab, service: string, engines: readonly number[] = [1, 2, 3]): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`satsuma.service=${service}`] }));
  const lists = await Promise.all(engines.map((n) => lab.request(n, { path: `/containers/json?filters=${filters}` })));
  return lists.flatMap(({ body }) => (JSON.parse(body) as { Id: string }[]).map(({ Id }) => Id)).sort();
}

const statusOf = async (server: SatsumaServer, name: string) =>
  (await server.call('GET', `service/${name}`)).data.status;
const ready = (server: SatsumaServer, name: string, count: number, withinMs = 30_000) =>
  eventually(
    () => statusOf(server, name),
    (status) => status.state === 'running' && status.ready === count,
    withinMs,
  );
const containersOf = (replicas: readonly Replica[]) => replicas.map(({ container }) => container).sort();

test.serial('a service runs, is scaled, and is gone when it is removed', async (t) => {
  const { lab, server } = t.context;
  const created = await server.call('POST', 'service', { name: 'web', ...web, replicas: 3, update: { monitor: 0 } });
  t.is(created.status, 201);
  const status = await ready(server, 'web', 3);
  t.is(status.ready, 3);
  t.is(new Set(status.replicas.map(({ engine }: Replica) => engine)).size, 3, 'spread over the engines');
  await server.call('POST', 'service/web/scale', { replicas: 5 });
  t.is((await ready(server, 'web', 5)).ready, 5);
  await server.call('POST', 'service/web/scale', { replicas: 1 });
  t.is(
    (
      await eventually(
        () => running(lab, 'web'),
        (ids) => ids.length === 1,
        30_000,
      )
    ).length,
    1,
  );
  t.is((await server.call('DELETE', 'service/web')).status, 202);
  t.is(
    (
      await eventually(
        () => server.call('GET', 'service/web'),
        ({ status: code }) => code === 404,
        30_000,
      )
    ).status,
    404,
  );
  t.deepEqual(await running(lab, 'web'), []);
});

test.serial('no request fails during start-first updates, for who asks the catalogue', async (t) => {
  const { server } = t.context;
  const update = { monitor: 0, parallelism: 0 };
  await server.call('POST', 'service', { name: 'web', ...web, replicas: 2, shutdown_delay: 1, update });
  await ready(server, 'web', 2);
  const client = startCatalogClient(server, 'web');
  for (let version = 1; version <= 5; version++) {
    const image = { ...web.image, environment: { VERSION: String(version) } };
    const { data } = await server.call('PUT', 'service/web', { image });
    const isOut = (status: { rollout?: { state: string; generation: number } }) =>
      status.rollout?.state === 'completed' && status.rollout.generation === data.generation;
    const status = await eventually(() => statusOf(server, 'web'), isOut, 30_000);
    t.true(isOut(status), JSON.stringify(status.rollout));
  }
  const { requests, failures } = await client.stop();
  t.deepEqual(failures, []);
  t.log(`${requests} requests`);
  t.true(requests > 50);
});

test.serial('a failing update rolls back by itself, says so, and costs no replica', async (t) => {
  const { lab, server } = t.context;
  const before = containersOf(
    (await ready(server, 'web', 2)).replicas.filter(({ state }: Replica) => state === 'ready'),
  );
  const image = { ...web.image, args: ['sh', '-c', 'exit 3'] };
  await server.call('PUT', 'service/web', { image, update: { on_failure: 'rollback' } });
  const isBack = ({ rollout }: { rollout: { state: string; message?: string } }) => rollout.state === 'rolled back';
  const status = await eventually(() => statusOf(server, 'web'), isBack, 30_000);
  t.regex(status.rollout.message ?? '', /failed: it ended with exit code 3/);
  t.like((await server.call('GET', 'service/web')).data, { cause: 'automatic rollback' });
  const kept = (ids: readonly string[]) => ids.join() === before.join();
  t.deepEqual(await eventually(() => running(lab, 'web'), kept, 30_000), before);
  await server.call('DELETE', 'service/web');
});

test.serial('a replica whose HEALTHCHECK fails is replaced, and what is not healthy yet is not ready', async (t) => {
  const { lab, server } = t.context;
  for (const n of [1, 2, 3]) await commitChecked(lab, n);
  const image = { name: 'demo/checked:1' };
  await server.call('POST', 'service', { name: 'checked', image, replicas: 3, update: { monitor: 0 } });
  const { replicas } = await ready(server, 'checked', 3);
  const [sick, ...others]: Replica[] = replicas;
  const n = Number(sick?.engine.split('-').at(-1));
  const exec = { Cmd: ['rm', '/well'] };
  const { body } = await post(lab, n, `/containers/${sick?.container}/exec`, exec);
  await post(lab, n, `/exec/${JSON.parse(body).Id}/start`, { Detach: true });
  const isReplaced = (status: { ready: number; replicas: readonly Replica[] }) =>
    status.ready === 3 && status.replicas.every(({ container }) => container !== sick?.container);
  const status = await eventually(() => statusOf(server, 'checked'), isReplaced, 30_000);
  t.true(isReplaced(status), JSON.stringify(status.replicas));
  const kept = containersOf(status.replicas);
  for (const { container } of others) t.true(kept.includes(container));
  await server.call('DELETE', 'service/checked');
});

test.serial('a wrong health check stops one update and no replica', async (t) => {
  const { server } = t.context;
  const update = { monitor: 0, on_failure: 'pause' };
  await server.call('POST', 'service', { name: 'asked', ...web, replicas: 3, update });
  const before = containersOf((await ready(server, 'asked', 3)).replicas);
  const unpublished = await server.call('PUT', 'service/asked', { health: { type: 'http', port: 81 } });
  t.is(unpublished.status, 400);
  const wrong = { type: 'http', port: 80, path: '/nope', interval: 0.2, retries: 2 };
  t.is((await server.call('PUT', 'service/asked', { health: wrong })).status, 200);
  let fewest = 3;
  const paused = await eventually(
    async () => {
      const entries = (await server.call('GET', 'catalog?service=asked')).data;
      fewest = Math.min(fewest, entries.length);
      return await statusOf(server, 'asked');
    },
    ({ rollout }) => rollout.state === 'paused',
    30_000,
  );
  t.is(paused.rollout.state, 'paused');
  t.is(fewest, 3, 'in the catalogue all the time');
  await server.call('POST', 'service/asked/rollback');
  const after = await eventually(
    () => statusOf(server, 'asked'),
    ({ rollout, replicas }) => rollout.state === 'rolled back' && replicas.length === 3,
    30_000,
  );
  t.deepEqual(containersOf(after.replicas), before);
  await server.call('DELETE', 'service/asked');
});

test.serial('maintenance stops no replica of a global service, and a drain does', async (t) => {
  const { lab, server } = t.context;
  await server.call('POST', 'service', { name: 'agent', ...web, replicas: 'global', update: { monitor: 0 } });
  await ready(server, 'agent', 3);
  const kept = await running(lab, 'agent', [2]);
  const others = await running(lab, 'agent', [1, 3]);
  await server.call('PATCH', 'engine/services-2', { status: 'maintenance' });
  await server.call('PUT', 'service/agent', { image: { ...web.image, environment: { VERSION: '2' } } });
  const isExchanged = (ids: readonly string[]) => ids.length === 2 && ids.every((id) => !others.includes(id));
  const exchanged = await eventually(() => running(lab, 'agent', [1, 3]), isExchanged, 30_000);
  t.true(isExchanged(exchanged));
  t.deepEqual(await running(lab, 'agent', [2]), kept);
  t.like(await ready(server, 'agent', 3), { ready: 3, wanted: 3 });
  await server.call('POST', 'engine/services-2/drain', { force: true });
  const left = await eventually(
    () => running(lab, 'agent', [2]),
    (ids) => ids.length === 0,
    30_000,
  );
  t.deepEqual(left, []);
  await server.call('DELETE', 'service/agent');
  await server.call('PATCH', 'engine/services-2', { status: 'ok' });
});

test.serial('an engine that is killed with its containers: all are healthy again elsewhere', async (t) => {
  const { lab, server } = t.context;
  await server.call('POST', 'service', { name: 'many', ...web, replicas: 30, update: { monitor: 0 } });
  await ready(server, 'many', 30, 60_000);
  const before = await Promise.all([1, 2].map(async (n) => (await running(lab, 'many', [n])).length));
  const rehearsed = (await server.call('GET', 'engine/services-3/rehearse-loss')).data;
  const lost = (await statusOf(server, 'many')).replicas.filter(({ engine }: Replica) => engine === 'services-3');
  t.deepEqual(rehearsed.lands.length, lost.length);
  const begin = performance.now();
  await lab.killHost(3);
  let most = 0;
  const watched = async () => {
    most = Math.max(most, (await running(lab, 'many', [1, 2])).length);
    return await statusOf(server, 'many');
  };
  const whole = (replicas: readonly Replica[]) =>
    replicas.filter(({ state, engine }) => state === 'ready' && engine !== 'services-3').length === 30;
  const status = await eventually(watched, ({ replicas }) => whole(replicas), timeoutMs);
  t.true(whole(status.replicas), `not within ${timeoutMs} ms`);
  t.log(`healthy again after ${Math.round(performance.now() - begin)} ms, of which ${grace * 1000} are the grace`);
  t.is(most, 30);
  const landed = await Promise.all([1, 2].map(async (n) => (await running(lab, 'many', [n])).length));
  const isTo = (n: number) => (move: { to: string }) => move.to === `services-${n}`;
  const planned = before.map((count, index) => count + rehearsed.lands.filter(isTo(index + 1)).length);
  t.deepEqual(landed, planned, 'as rehearsed');
  await lab.start(3);
  t.is(
    (
      await eventually(
        () => running(lab, 'many'),
        (ids) => ids.length === 30,
        30_000,
      )
    ).length,
    30,
  );
});

test.serial(
  'an engine that is cut off: once it is back there are as many as asked for, and always the same',
  async (t) => {
    const { lab, server } = t.context;
    await eventually(
      () => server.call('GET', 'engine/services-3'),
      ({ data }) => data.status === 'ok',
      30_000,
    );
    await lab.partition(1);
    const begin = performance.now();
    const moved = ({ replicas }: { replicas: readonly Replica[] }) =>
      replicas.filter(({ state, engine }) => state === 'ready' && engine !== 'services-1').length === 30;
    const status = await eventually(() => statusOf(server, 'many'), moved, timeoutMs);
    t.true(moved(status), `not within ${timeoutMs} ms`);
    t.log(`healthy again after ${Math.round(performance.now() - begin)} ms`);
    const others = await running(lab, 'many', [2, 3]);
    t.is(others.length, 30);
    await lab.heal(1);
    const healed = performance.now();
    const isWhole = (ids: readonly string[]) => ids.length === 30;
    const left = await eventually(() => running(lab, 'many'), isWhole, 30_000);
    t.log(`30 in all ${Math.round(performance.now() - healed)} ms after the healing`);
    t.deepEqual(left, others, 'the later copies stay');
    await server.call('DELETE', 'service/many');
  },
);

function post(
  lab: Lab,
  n: number,
  path: string,
  body: object,
): Promise<{ readonly status: number; readonly body: string }> {
  const headers = { 'content-type': 'application/json' };
  return lab.request(n, { method: 'POST', path, headers, body: JSON.stringify(body) });
}

/** Gives the engine an image with a HEALTHCHECK: well as long as it has the file. */
async function commitChecked(lab: Lab, n: number): Promise<void> {
  const made = await post(lab, n, '/containers/create', { Image: 'demo/busybox:1' });
  const { Id } = JSON.parse(made.body);
  const healthcheck = 'HEALTHCHECK --interval=500ms --timeout=5s --start-period=10s --retries=1 CMD test -f /well';
  const command = 'CMD ["sh", "-c", "trap \'exit 0\' TERM; sleep 1; touch /well; sleep 1000 & wait"]';
  const changes = [healthcheck, command].map((line) => `changes=${encodeURIComponent(line)}`).join('&');
  await post(lab, n, `/commit?container=${Id}&repo=demo/checked&tag=1&${changes}`, {});
  await lab.request(n, { method: 'DELETE', path: `/containers/${Id}` });
}
