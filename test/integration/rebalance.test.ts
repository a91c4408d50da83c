import anyTest, { type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { startCatalogClient } from './catalog-client.ts';
import { eventually, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

interface Move {
  readonly from: string;
  readonly to: string;
  readonly state: string;
}

const test = anyTest as TestFn<{ lab: Lab; server: SatsumaServer }>;
const web = {
  name: 'web',
  image: {
    name: 'demo/busybox:1',
    strategy: 'spread',
    bind_ports: [{ container_port: 80 }],
    // One that goes when it is told to, as a web server should.
    args: ['sh', '-c', 'trap "exit 0" TERM; httpd -f -p 80 & wait'],
  },
  replicas: 4,
  health: { type: 'http', port: 80 },
  update: { monitor: 0, parallelism: 0 },
  shutdown_delay: 1,
};

test.before(async (t) => {
  const lab = await startLab({ name: 'rebalance', engines: 2, image: true, attached: true });
  const server = await startSatsuma(lab, lab.dir, { 'observe-interval': 2 });
  t.context = { lab, server };
});

test.after.always(async (t) => {
  await t.context.server?.end();
  await t.context.lab?.down();
});

/** What runs on each engine, by the engines' own word. */
async function counts(lab: Lab): Promise<number[]> {
  const lists = await Promise.all([1, 2].map((n) => lab.request(n, { path: '/containers/json' })));
  return lists.map(({ body }) => JSON.parse(body).length);
}

const untilDone = (server: SatsumaServer) =>
  eventually(
    () => server.call('GET', 'rebalance'),
    ({ data }) => data.state === 'done',
    30_000,
  );

test.serial('an engine that joined gets its share, and no client notices', async (t) => {
  const { lab, server } = t.context;
  const [first, second] = lab.engines;
  await server.call('POST', 'engine', first);
  await server.call('POST', 'service', web);
  const isOut = ({ data }: Awaited<ReturnType<SatsumaServer['call']>>) =>
    data.status.rollout?.state === 'completed' && data.status.ready === 4;
  await eventually(() => server.call('GET', 'service/web'), isOut, 30_000);
  await server.call('POST', 'engine', second);
  t.deepEqual(await counts(lab), [4, 0]);
  const { data: planned } = await server.call('GET', 'rebalance/plan');
  t.deepEqual(planned.gain.after.containers, { least: 2, most: 2 });
  const client = startCatalogClient(server, 'web');
  const begin = performance.now();
  const started = await server.call('POST', 'rebalance', { at_once: 2 });
  t.is(started.status, 202);
  t.is(started.data.moves.length, 2);
  const { data } = await untilDone(server);
  t.deepEqual(
    data.moves.map(({ state }: Move) => state),
    ['done', 'done'],
  );
  const { requests, failures } = await client.stop();
  t.deepEqual(failures, []);
  t.true(requests > 20, `${requests}`);
  t.log(`2 replicas in ${Math.round(performance.now() - begin)} ms, ${requests} requests meanwhile`);
  t.deepEqual(await counts(lab), [2, 2]);
  t.deepEqual((await server.call('GET', 'rebalance/plan')).data.moves, []);
});

test.serial('a server that is killed in the midst goes on where it was', async (t) => {
  const { lab, server } = t.context;
  await server.call('POST', 'engine/rebalance-2/drain');
  await eventually(
    () => counts(lab),
    (seen) => seen.join() === '4,0',
    30_000,
  );
  await eventually(
    () => server.call('GET', 'engine/rebalance-2'),
    ({ data }) => data.status === 'maintenance',
    30_000,
  );
  await server.call('PATCH', 'engine/rebalance-2', { status: 'ok' });
  const { data } = await server.call('POST', 'rebalance', { at_once: 1 });
  t.is(data.moves.length, 2);
  await eventually(
    () => counts(lab),
    ([, there = 0]) => there > 0,
    30_000,
  );
  await server.end('SIGKILL');
  const next = await startSatsuma(lab, lab.dir, { 'observe-interval': 2 });
  t.teardown(() => next.end());
  const { data: done } = await untilDone(next);
  t.deepEqual(
    done.moves.map(({ state }: Move) => state),
    ['done', 'done'],
  );
  t.deepEqual(await counts(lab), [2, 2]);
});
