import anyTest, { type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { setRuntimes } from './lab-runtimes.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const test = anyTest as TestFn<{ lab: Lab; server: SatsumaServer }>;
const runs = { name: 'demo/busybox:1', type: 'label', args: ['sleep', '1000'] };
const on = (n: number) => ({ ...runs, type: 'host', labels: [`host:failing-${n}`] });
const timeoutMs = 60_000;

test.before(async (t) => {
  const lab = await startLab({ name: 'failing', engines: 3, image: true, attached: true });
  const server = await startSatsuma(lab, lab.dir, { 'observe-interval': 2 });
  t.context = { lab, server };
  await registerAll(server, lab);
});

test.after.always(async (t) => {
  await t.context.server?.end();
  await t.context.lab?.down();
});

/** Containers that are created from now on have a runtime that does nothing but fail, or the usual one again. */
const setRuntime = (lab: Lab, n: number, runtime: 'broken' | 'runc') =>
  setRuntimes(lab, n, { broken: '/bin/false' }, runtime);

const engine = async (server: SatsumaServer, n: number) => (await server.call('GET', `engine/failing-${n}`)).data;

test.serial('an engine whose runtime fails takes nothing from the others, and is forgiven once it works', async (t) => {
  const { lab, server } = t.context;
  // The fullest: binpack prefers it.
  t.is((await server.call('POST', 'container', { ...on(1), memory: 64 })).status, 201);
  await setRuntime(lab, 1, 'broken');
  for (let count = 0; count < 3; count++) {
    const { status, data } = await server.call('POST', 'container', { ...runs, memory: 16 });
    t.is(status, 201, JSON.stringify(data));
    t.not(data.engine?.id, 'failing-1');
  }
  const { failures } = await engine(server, 1);
  t.is(failures.count, 1);
  t.regex(failures.reason, /OCI runtime/);
  t.is(failures.since, failures.last);
  t.is((await engine(server, 2)).failures, undefined);
  const plan = await server.call('POST', 'plan', { ...runs, memory: 16 });
  t.like(plan.data.candidates.at(-1), { engine: 'failing-1', failures: 1 });

  const missing = await server.call('POST', 'container', { ...runs, args: ['no-such-command'] });
  t.is(missing.status, 502);
  t.is(missing.code, 'engine_refused', 'it fails everywhere, and says nothing of an engine');

  await server.call('POST', 'service', { name: 'web', image: runs, replicas: 3, update: { monitor: 0 } });
  const isReady = ({ data }: { data: { status: { ready: number } } }) => data.status.ready === 3;
  const web = await eventually(() => server.call('GET', 'service/web'), isReady, timeoutMs);
  t.true(isReady(web), JSON.stringify(web.data.status));
  t.false(web.data.status.replicas.some((each: { engine: string }) => each.engine === 'failing-1'));

  const task = { ...runs, args: ['true'] };
  t.is((await server.call('POST', 'job', { name: 'once', image: task, retries: 3 })).status, 201);
  const hasEnded = ({ data }: { data: { ended_at: string | null } }) => data.ended_at !== null;
  const run = (await eventually(() => server.call('GET', 'job/once/runs/1'), hasEnded, timeoutMs)).data;
  t.is(run.state, 'succeeded');
  t.is(run.tasks.length, 1, 'at the first try');

  // No other engine is meant: it is tried, and named.
  const { status, details } = await server.call('POST', 'container', on(1));
  t.is(status, 422);
  t.like(
    details.engines.find((each: { engine: string }) => each.engine === 'failing-1'),
    { code: 'engine_failed' },
  );
  t.is((await engine(server, 1)).failures.count, 2);
  t.is((await engine(server, 2)).failures, undefined);
  await setRuntime(lab, 1, 'runc');
  t.is((await server.call('POST', 'container', on(1))).status, 201);
  t.is((await engine(server, 1)).failures, undefined);
  const said = (await server.log()).map(({ msg }) => msg);
  const countOf = (text: string) => said.filter((msg) => msg === text).length;
  t.is(countOf('engine failed to start a container; it ranks last until it starts one'), 1);
  t.is(countOf('engine starts containers again'), 1);
  await server.call('DELETE', 'service/web');
});

test.serial('scaled to one while the engine of the first slot is dead, a service keeps one that serves', async (t) => {
  const { lab, server } = t.context;
  const statusOf = async () => (await server.call('GET', 'service/api')).data.status;
  const grace = 3600;
  await server.call('POST', 'service', { name: 'api', image: runs, replicas: 3, grace, update: { monitor: 0 } });
  const { replicas } = await eventually(statusOf, ({ ready }) => ready === 3, timeoutMs);
  const first = replicas.find((each: { slot: string }) => each.slot === '1');
  const n = Number(first.engine.split('-').at(-1));
  await lab.killHost(n);
  t.is((await eventually(statusOf, ({ ready }) => ready === 2, timeoutMs)).ready, 2);
  await server.call('POST', 'service/api/scale', { replicas: 1 });
  let fewest = 1;
  const watched = async () => {
    const status = await statusOf();
    fewest = Math.min(fewest, status.ready);
    return status;
  };
  const isReduced = (status: { replicas: { engine: string }[] }) =>
    status.replicas.filter((each) => each.engine !== first.engine).length === 1;
  const status = await eventually(watched, isReduced, timeoutMs);
  t.is(fewest, 1);
  t.like(status, { state: 'running', ready: 1, wanted: 1 });
  await lab.start(n);
  const alone = await eventually(statusOf, (each) => each.replicas.length === 1, timeoutMs);
  t.is(alone.replicas.length, 1);
  t.not(alone.replicas[0].engine, first.engine);
  await server.call('DELETE', 'service/api');
});
