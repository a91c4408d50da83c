import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const run = promisify(execFile);
const main = resolve('dist/src/main.js');
/** Every wait is for an event; this is when there is none. */
const withinMs = 60_000;
const onStreams = { timeout: withinMs, encoding: 'utf8' } as const;
let lab: Lab;
let server: SatsumaServer;

test.before(async () => {
  lab = await startLab({ name: 'told', engines: 2, image: true, attached: true });
  server = await startSatsuma(lab, lab.dir);
  await registerAll(server, lab);
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
});

/** Says who it is and counts, each line once. */
const counting = 'trap "exit 0" TERM; i=0; while :; do i=$((i+1)); echo "$(hostname) $i"; sleep 0.2; done';
const image = { name: 'demo/busybox:1', args: ['sh', '-c', counting], network_mode: 'none', stop_signal: 'SIGKILL' };

/** What is told at a path, as it comes, and whether it has ended. */
async function follow(t: ExecutionContext, path: string) {
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const answer = await fetch(`http://${server.address}/apiv1/${path}`, { signal: stop.signal });
  const told = { text: '', isOver: false };
  const reading = (async () => {
    for await (const bytes of answer.body ?? []) told.text += Buffer.from(bytes).toString();
    told.isOver = true;
  })();
  reading.catch(() => undefined);
  return told;
}

type Told = Awaited<ReturnType<typeof follow>>;

/** The lines of each container, by its host name, in the order in which they were told. */
function countsIn({ text }: Told): Map<string, number[]> {
  const counts = new Map<string, number[]>();
  for (const [, host = '', count] of text.matchAll(/\b([0-9a-f]{12}) (\d+)\b/g))
    counts.set(host, [...(counts.get(host) ?? []), Number(count)]);
  return counts;
}

const hasHeard = (told: Told, containers: number, lines: number) =>
  [...countsIn(told).values()].filter(({ length }) => length >= lines).length >= containers;

async function heard(t: ExecutionContext, each: readonly Told[], containers: number, lines = 3): Promise<void> {
  const all = async () => each.every((told) => hasHeard(told, containers, lines));
  t.true(await eventually(all, Boolean, withinMs), each.map(({ text }) => text.slice(-2_000)).join('\n\n'));
}

test.serial(
  'a service: replicas that come later are joined, those that are moved are followed, no line twice',
  async (t) => {
    t.teardown(() => server.call('DELETE', 'service/web'));
    const spec = { name: 'web', replicas: 1, shutdown_delay: 0, update: { monitor: 1 }, image };
    t.is((await server.call('POST', 'service', spec)).status, 201);
    const of = async () => (await server.call('GET', 'service/web')).data.status;
    const isRunning = (replicas: number) => eventually(of, ({ ready }) => ready === replicas, withinMs);
    await isRunning(1);
    const each = await Promise.all([
      follow(t, 'service/web/logs?follow=true&tail=all'),
      follow(t, 'logs?service=web&follow=true&tail=all'),
      follow(t, 'logs?service=web&follow=true&tail=all&format=json'),
    ]);
    await heard(t, each, 1);
    t.is((await server.call('POST', 'service/web/scale', { replicas: 2 })).status, 200);
    await heard(t, each, 2);
    const { replicas } = await isRunning(2);
    const { engine } = replicas[0];
    t.is((await server.call('POST', `engine/${engine}/drain`)).ok, true);
    t.teardown(() => server.call('PATCH', `engine/${engine}`, { status: 'ok' }));
    const moved = (replicas as { engine: string }[]).filter((replica) => replica.engine === engine).length;
    await heard(t, each, 2 + moved);
    for (const told of each) {
      for (const [host, counts] of countsIn(told))
        t.deepEqual(
          counts,
          counts.map((_, index) => index + 1),
          `${host}: each line once, from the first`,
        );
    }
    const isOver = async () => each.filter((told) => told.isOver).length;
    t.is((await server.call('DELETE', 'service/web')).status, 202);
    t.is(await eventually(isOver, (over) => over === 3, withinMs), 3, 'who follows a service that is gone is let go');
  },
);

test.serial('a job: what its later tasks say is joined, also on the command line', async (t) => {
  const script = 'echo "task $SATSUMA_TASK begins"; sleep 0.5; echo "task $SATSUMA_TASK ends"; sleep 0.5';
  const job = { name: 'batch', image: { ...image, args: ['sh', '-c', script] }, completions: 3, keep: 5 };
  t.is((await server.call('POST', 'job', { ...job, schedule: '0 0 1 1 *' })).status, 201);
  const told = await follow(t, 'logs?job=batch&follow=true&format=json');
  const env = { SATSUMA_HOST: `http://${server.address}` };
  const typed = run(process.execPath, [main, 'logs', '-f', '--job', 'batch'], { ...onStreams, env });
  t.is((await server.call('POST', 'job/batch/run')).ok, true);
  const wanted = [1, 2, 3].flatMap((task) => [`task ${task} begins`, `task ${task} ends`]);
  const lines = async () => wanted.filter((line) => told.text.includes(line));
  t.deepEqual(await eventually(lines, ({ length }) => length === wanted.length, withinMs), wanted, told.text);
  t.true((await server.call('DELETE', 'job/batch')).ok);
  const { stdout } = await typed;
  for (const line of wanted) t.true(stdout.includes(line), stdout);
});

/** A time so many seconds from now. The machine of the test is that of the engines. */
const soon = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

async function place(t: ExecutionContext, name: string, engine: number, changes: object = {}): Promise<string> {
  const body = { ...image, type: 'host', labels: [`host:told-${engine}`], container_name: name, ...changes };
  const { status, data } = await server.call('POST', 'container', body);
  if (status !== 201) throw new Error(`${status} ${data}`);
  t.teardown(() => server.call('DELETE', `container/${data.id}`));
  return data.id;
}

test.serial(
  'follow and until together end at that time, with all that was written before it and nothing after',
  async (t) => {
    await place(t, 'first', 1);
    await place(t, 'second', 2);
    const until = soon(4);
    const query = 'container=first&container=second&tail=all&format=json';
    const told = await follow(t, `logs?${query}&follow=true&until=${until}`);
    const never = await follow(t, `logs?${query}&follow=true&until=2999-01-01T00:00:00Z`);
    t.true(await eventually(async () => told.isOver, Boolean, withinMs));
    const linesOf = ({ text }: Told): { at: string; line: string; container: string }[] =>
      text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    const lines = linesOf(told);
    t.true(lines.every(({ at }) => Date.parse(at) <= Date.parse(until)));
    const whole = await follow(t, `logs?${query}&until=${until}`);
    t.true(await eventually(async () => whole.isOver, Boolean, withinMs));
    t.deepEqual(
      lines.map(({ line }) => line).sort(),
      linesOf(whole)
        .map(({ line }) => line)
        .sort(),
    );
    t.deepEqual(new Set(lines.map(({ container }) => container)), new Set(['first', 'second']));
    const before = never.text.length;
    t.true(
      await eventually(async () => never.text.length > before, Boolean, withinMs),
      'a time that is far away is waited for',
    );
    t.false(never.isOver);
  },
);

test.serial('since and until take a part out of the middle, without a word of how many lines', async (t) => {
  const script =
    'i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo $i; done; sleep 1.5; echo middle; sleep 1.5; seq 401 800; sleep 1000';
  await place(t, 'phases', 1, { args: ['sh', '-c', script] });
  const all = async () =>
    await (await fetch(`http://${server.address}/apiv1/logs?container=phases&tail=all&format=json`)).text();
  const text = await eventually(all, (each) => each.includes('"line":"800"'), withinMs);
  const lines: { at: string; line: string }[] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const middle = Date.parse(lines.find(({ line }) => line === 'middle')?.at ?? '');
  const at = (ms: number) => new Date(middle + ms).toISOString();
  const ask = async (query: string) =>
    (await (await fetch(`http://${server.address}/apiv1/logs?container=phases&${query}`)).text()).match(/\S+$/gm);
  t.deepEqual(await ask(`since=${at(-500)}&until=${at(500)}`), ['middle']);
  t.deepEqual((await ask(`until=${at(500)}`))?.slice(-2), ['400', 'middle']);
  t.deepEqual((await ask(`since=${at(-500)}&tail=all`))?.slice(0, 2), ['middle', '401']);
});

test.serial(
  'of a container that is started again while all are followed, what it said before is not told',
  async (t) => {
    const id = await place(t, 'sleeper', 1, { args: ['sh', '-c', 'echo "$(hostname) 1"; exec sleep 1000'] });
    t.is((await server.call('POST', 'container/sleeper/stop')).status, 200);
    await place(t, 'awake', 2);
    const told = await follow(t, 'logs?follow=true&tail=0');
    await heard(t, [told], 1, 1);
    t.is((await server.call('POST', 'container/sleeper/start')).status, 200);
    await heard(t, [told], 2, 1);
    t.deepEqual(countsIn(told).get(id.slice(0, 12)), [1]);
  },
);
