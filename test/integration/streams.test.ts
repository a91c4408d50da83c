import { request as httpRequest, type IncomingMessage } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

/** Every wait is for an event; this is when there is none. */
const withinMs = 60_000;
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'streams', engines: 2, image: true, attached: true });
});

test.after.always(() => lab?.down());

async function start(t: ExecutionContext, settings: object = {}): Promise<SatsumaServer> {
  const server = await startSatsuma(lab, temporaryFolder(t), settings);
  t.teardown(() => server.end());
  await registerAll(server, lab);
  return server;
}

async function place(t: ExecutionContext, server: SatsumaServer, name: string, changes: object = {}): Promise<string> {
  const image = { name: 'demo/busybox:1', type: 'host', container_name: name, network_mode: 'none', ...changes };
  const { status, data } = await server.call('POST', 'container', image);
  if (status !== 201) throw new Error(`${status} ${data}`);
  // A test may have ended its server.
  t.teardown(() => server.call('DELETE', `container/${data.id}`).catch(() => undefined));
  return data.id;
}

function get(server: SatsumaServer, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(`http://${server.address}/apiv1/${path}`, resolve).on('error', reject).end();
  });
}

/** The values of a stream of JSON lines, until one is as wanted. */
async function linesUntil(response: IncomingMessage, isLast: (value: Record<string, unknown>) => boolean) {
  const values: Record<string, unknown>[] = [];
  let rest = '';
  for await (const chunk of response) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    values.push(...lines.map((line) => JSON.parse(line)));
    if (values.some(isLast)) break;
  }
  return values;
}

test.serial(
  'stats of real containers: a busy one is seen to be busy, and its memory is as large as what it holds',
  async (t) => {
    const server = await start(t);
    const busy = ['sh', '-c', 'trap "exit 0" TERM; x=$(head -c 30000000 /dev/zero | tr "\\0" a); while :; do :; done'];
    await place(t, server, 'busy', { labels: ['host:streams-1'], args: busy, cpus: 0.2, memory: 128 });
    await place(t, server, 'idle', { labels: ['host:streams-2'], memory: 64 });
    const all = () => server.call('GET', 'stats');
    const of = (data: { containers: { name: string }[] }, name: string) =>
      (data.containers.find((each) => each.name === `/${name}`) ?? {}) as Record<string, number>;
    const isBusy = ({ data }: Awaited<ReturnType<typeof all>>) =>
      (of(data, 'busy').memory ?? 0) > 28 && (of(data, 'busy').cpu_percent ?? 0) > 2;
    const { data, errors } = await eventually(all, isBusy, withinMs);
    t.deepEqual(errors, []);
    t.like(of(data, 'busy'), { engine: 'streams-1', cpu_limit: 0.2, memory_limit: 128 });
    t.true((of(data, 'busy').cpu_percent ?? 0) > 2, JSON.stringify(data));
    t.true((of(data, 'busy').cpu_percent ?? 0) < 60, 'it may have a fifth of a CPU');
    t.true((of(data, 'busy').memory ?? 0) > 28, JSON.stringify(data));
    t.true((of(data, 'idle').memory ?? 100) < 10);
    t.true((of(data, 'idle').pids ?? 0) >= 1);
    const engines = data.engines as { engine: string; containers: number; cpu_percent: number }[];
    t.deepEqual(
      engines.map(({ engine, containers }) => [engine, containers]),
      [
        ['streams-1', 1],
        ['streams-2', 1],
      ],
    );
    t.is(data.sum.containers, 2);

    const stream = await get(server, 'container/busy/stats?stream=true');
    const [first, second] = await linesUntil(
      stream,
      (() => {
        let count = 0;
        return () => ++count > 3;
      })(),
    );
    t.true(String(second?.observed_at) > String(first?.observed_at));
    stream.destroy();

    const ending = await get(server, 'container/busy/stats?stream=true');
    const lines = linesUntil(ending, (value) => 'error' in value);
    await server.call('POST', 'container/busy/kill');
    t.like((await lines).at(-1), { error: { code: 'wrong_state' } });
  },
);

test.serial('stats: an engine that freezes delays nobody for long, and is named', async (t) => {
  const server = await start(t);
  await place(t, server, 'here', { labels: ['host:streams-1'] });
  await place(t, server, 'there', { labels: ['host:streams-2'] });
  const all = () => server.call('GET', 'stats');
  const rows = ({ data }: Awaited<ReturnType<typeof all>>) => data.containers.length as number;
  t.is(rows(await eventually(all, (answer) => rows(answer) === 2, withinMs)), 2);
  await lab.pause(2);
  t.teardown(() => lab.resume(2));
  const answer = await eventually(all, (each) => rows(each) === 1, withinMs);
  t.is(rows(answer), 1, 'what the frozen one told last stands for a while only');
  t.is(answer.errors[0].engine, 'streams-2');
  await lab.resume(2);
  t.is(rows(await eventually(all, (each) => rows(each) === 2, withinMs)), 2);
});

interface Told {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  readonly data: any;
}

/** Server-sent events as they come, in the order of their ids. */
async function events(t: ExecutionContext, server: SatsumaServer, query: string) {
  const response = await get(server, `events?${query}`);
  t.teardown(() => response.destroy());
  const told: Told[] = [];
  void (async () => {
    let rest = '';
    for await (const chunk of response) {
      const frames = (rest + chunk).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const [, id = '', event = '', data = 'null'] = /^id: (.+)\nevent: (.+)\ndata: (.+)$/.exec(frame) ?? [];
        if (event !== '') told.push({ id, event, data: JSON.parse(data) });
      }
    }
  })().catch(() => undefined);
  const until = (isSo: (told: readonly Told[]) => boolean) => eventually(async () => told, isSo, withinMs);
  return { until, told };
}

test.serial(
  'events on two servers are the same, also of what is done by hand; a client goes on at a server that came later',
  async (t) => {
    const { url } = await startRedis(t);
    const one = await start(t, { 'redis-url': url });
    const other = await startSatsuma(lab, temporaryFolder(t), { 'redis-url': url });
    t.teardown(() => other.end());
    const query = 'kind=container&name=watched';
    const [first, second] = [await events(t, one, query), await events(t, other, query)];
    const id = await place(t, one, 'watched', { labels: ['host:streams-1'] });
    const has = (action: string) => (told: readonly Told[]) =>
      told.some(({ event }) => event === `container.${action}`);
    await first.until(has('start'));
    await lab.request(1, { method: 'POST', path: `/containers/${id}/pause` });
    await first.until(has('pause'));
    await lab.request(1, { method: 'POST', path: `/containers/${id}/unpause` });
    await first.until(has('unpause'));
    await lab.request(1, { method: 'POST', path: `/containers/${id}/kill` });
    const died = await first.until(has('die'));
    t.deepEqual(
      died.map(({ event }) => event),
      ['container.create', 'container.start', 'container.pause', 'container.unpause', 'container.die'],
    );
    t.like(died.at(-1)?.data, { name: 'watched', id, engine: 'streams-1', attributes: { exit_code: 137 } });
    await second.until(has('die'));
    t.deepEqual(second.told, died, 'with the same ids');

    // The server that it was connected to dies; a third one takes over.
    await one.end('SIGKILL');
    const third = await startSatsuma(lab, temporaryFolder(t), { 'redis-url': url });
    t.teardown(() => third.end());
    const started = await other.call('POST', 'container/watched/start');
    t.is(started.status, 200, JSON.stringify(started));
    const resumed = await events(t, third, `${query}&since=${died.at(-1)?.id}`);
    t.true(has('start')(await resumed.until(has('start'))));
    await second.until((told) => told.length > died.length);
    t.deepEqual(
      resumed.told.map((each) => each.id),
      second.told.slice(died.length).map((each) => each.id),
    );
    await other.call('DELETE', 'container/watched');
    t.is((await resumed.until(has('destroy'))).at(-1)?.event, 'container.destroy');
  },
);

test.serial(
  'logs of containers on two engines are merged by time; one that comes later is joined, one that is started again goes on',
  async (t) => {
    const server = await start(t);
    const says = (word: string) => [
      'sh',
      '-c',
      `trap "exit 0" TERM; i=0; while :; do i=$((i+1)); echo ${word} $i; sleep 0.2; done`,
    ];
    await place(t, server, 'left', { labels: ['host:streams-1'], args: says('tick') });
    await place(t, server, 'right', { labels: ['host:streams-2'], args: says('tock') });
    const once = async (query: string) => {
      let text = '';
      for await (const chunk of await get(server, `logs?${query}`)) text += chunk;
      return text.trimEnd().split('\n');
    };
    const isEnough = (lines: string[]) =>
      lines.some((line) => /tick 9$/.test(line)) && lines.some((line) => /tock 9$/.test(line));
    const lines = await eventually(() => once('timestamps=true&tail=all'), isEnough, withinMs);
    t.true(isEnough(lines), lines.join('\n'));
    const times = lines.map((line) => /[|] (\S+) /.exec(line)?.[1] ?? '');
    t.deepEqual(times, [...times].sort());
    t.deepEqual([...new Set(lines.map((line) => line.split(' ')[0]))].sort(), ['left', 'right']);

    const followed = await get(server, 'logs?follow=true&tail=0&format=json');
    const told: { container: string; stream: string; engine: string; line: string }[] = [];
    void (async () => {
      let rest = '';
      for await (const chunk of followed) {
        const parts = (rest + chunk).split('\n');
        rest = parts.pop() ?? '';
        told.push(...parts.map((part) => JSON.parse(part)));
      }
    })().catch(() => undefined);
    t.teardown(() => followed.destroy());
    const hears = (name: string, line: RegExp) =>
      eventually(
        async () => told,
        (all) => all.some((each) => each.container === name && line.test(each.line)),
        withinMs,
      );
    await hears('left', /tick/);
    await place(t, server, 'later', {
      labels: ['host:streams-2'],
      args: ['sh', '-c', 'echo first; echo bad >&2; sleep 1000'],
    });
    await hears('later', /first/);
    t.like(
      (await hears('later', /bad/)).find(({ line }) => line === 'bad'),
      { stream: 'stderr', engine: 'streams-2' },
    );
    await server.call('POST', 'container/left/restart');
    await eventually(
      async () => told,
      (all) => all.filter(({ line }) => line === 'tick 1').length > 0,
      withinMs,
    );
    t.is(told.filter(({ line }) => line === 'tick 1').length, 1, 'what it said before its restart is not told again');
    const ticks = told.filter(({ line }) => /^tick/.test(line)).map(({ line }) => line);
    const again = ticks.indexOf('tick 1');
    t.is(new Set(ticks.slice(0, again)).size, again, 'no line twice');
  },
);
