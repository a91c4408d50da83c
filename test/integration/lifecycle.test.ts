import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import type { ApiDocument } from '../../src/http/openapi/document.ts';
import { checkDescribed } from '../http/answer-check.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { isRunning } from './lab-containers.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const run = promisify(execFile);
const main = resolve('dist/src/main.js');
const engine = 'life-1';
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'life', engines: 1, image: true, attached: true });
});

test.after.always(() => lab?.down());

async function start(t: ExecutionContext, settings: object = {}): Promise<SatsumaServer> {
  const server = await startSatsuma(lab, temporaryFolder(t), settings);
  t.teardown(() => server.end());
  await registerAll(server, lab);
  return server;
}

/** Says a line each 100 ms, on both streams in turn, and ends at once when it is told to. */
const talkative = [
  'sh',
  '-c',
  'trap "exit 7" TERM; i=0; while :; do i=$((i+1)); echo "line $i"; echo "err $i" >&2; sleep 0.1; done',
];

async function place(t: ExecutionContext, server: SatsumaServer, name: string, changes: object = {}): Promise<string> {
  const image = { name: 'demo/busybox:1', type: 'label', container_name: name, args: talkative, ...changes };
  const { status, data } = await server.call('POST', 'container', image);
  if (status !== 201) throw new Error(`${status} ${data}`);
  t.teardown(() => lab.request(1, { method: 'DELETE', path: `/containers/${data.id}?force=true` }));
  return data.id;
}

const on8080 = { bind_ports: [{ port: 8080, container_port: 80 }], memory: 64 };
const act = (server: SatsumaServer, name: string, action: string, body?: object) =>
  server.call('POST', `container/${name}/${action}`, body);
const reserved = async (server: SatsumaServer) => (await server.call('GET', `engine/${engine}`)).data.reserved_memory;

function get(server: SatsumaServer, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(`http://${server.address}/apiv1/${path}`, resolve).on('error', reject).end();
  });
}

async function textOf(response: AsyncIterable<Buffer>, isEnough: (text: string) => boolean = () => false) {
  let text = '';
  for await (const chunk of response) {
    text += chunk;
    if (isEnough(text)) break;
  }
  return text;
}

test.serial('what a real engine makes the server answer is as its own document says', async (t) => {
  const server = await start(t);
  const { paths } = (await (await fetch(`http://${server.address}/openapi.json`)).json()) as ApiDocument;
  const ask = async (title: string, query = '') => {
    const [method = '', route = ''] = title.split(' ');
    const path = route.replace('{container}', 'told').replace('{id}', engine).replace('{engine}', engine);
    const response = await fetch(`http://${server.address}${path.replace('{name}', 'told')}${query}`, { method });
    const operation = paths[route]?.[method.toLowerCase()];
    if (!operation) throw new Error(`the document has no ${title}`);
    const { status, headers } = response;
    checkDescribed(title, operation.responses, {
      ...{ status, type: headers.get('content-type') ?? '', payload: await response.text() },
    });
    t.is(status < 300, true, `${title}: ${status}`);
  };
  const changes = { ...on8080, environment: { A: '1' }, volumes: ['told:/data'], hostname: 'told' };
  await place(t, server, 'told', changes);
  t.teardown(() => lab.request(1, { method: 'DELETE', path: '/volumes/told?force=true' }));
  for (const path of ['engines', 'engine/{id}', 'cluster', 'doctor', 'engine-images', 'volumes', 'networks', 'stats'])
    await ask(`GET /apiv1/${path}`);
  await ask('GET /apiv1/containers', '?all&consistent');
  await ask('GET /apiv1/engine/{id}/containers', '?all');
  await ask('GET /apiv1/volume/{engine}/{name}');
  for (const action of ['', '/inspect', '/top', '/diff', '/stats', '/logs', '/export'])
    await ask(`GET /apiv1/container/{container}${action}`);
  for (const word of ['inspect', 'history']) await ask(`GET /apiv1/engine-images/${word}`, '?name=demo/busybox:1');
  await ask('GET /apiv1/logs', '?container=told&format=json');
  for (const action of ['pause', 'unpause', 'restart', 'stop'])
    await ask(`POST /apiv1/container/{container}/${action}`);
  await ask('DELETE /apiv1/container/{container}');
});

test.serial('a secret is in memory before the process is, and on no disk; a new start has it again', async (t) => {
  const server = await start(t);
  const value = `horse-${'staple'.repeat(20)}`;
  const digest = createHash('sha256').update(value).digest('hex');
  t.is((await server.call('POST', 'secret', { name: 'db', value })).status, 201);
  // What it says goes to the log of the engine: the value must not.
  const script = 'ls -ln /run/secrets/db; sha256sum < /run/secrets/db; grep /run/secrets /proc/mounts; exec sleep 1000';
  const changes = { args: ['sh', '-c', script], secrets: [{ name: 'db', mode: '0440', uid: 1000, gid: 1000 }] };
  const id = await place(t, server, 'secretive', changes);
  const told = async () => (await textOf(await get(server, 'container/secretive/logs'))).split('\n');
  const untilTold = (isSo: (lines: readonly string[]) => boolean) => eventually(told, isSo, 30_000);
  const [listed = '', sum = '', mounted = ''] = await untilTold((lines) => lines.length > 3);
  t.regex(listed, /^-r--r----- +1 1000 +1000 /);
  t.regex(sum, new RegExp(`^${digest}`));
  t.regex(mounted, /^tmpfs \/run\/secrets tmpfs rw,nosuid,nodev,noexec/);
  // All that the engine keeps on its disk; and what it says of the container.
  const found = await run('grep', ['-rlF', value, lab.dir]).then(
    ({ stdout }) => stdout,
    ({ code }) => code,
  );
  t.is(found, 1);
  const described = await server.call('GET', 'container/secretive/inspect');
  t.false(JSON.stringify(described.data).includes(value));
  const all = async () => (await server.call('GET', 'containers?all=true')).data;
  const isGone = (rows: { readonly name: string }[]) => !rows.some(({ name }) => name.startsWith('/satsuma-secrets-'));
  await eventually(all, isGone, 30_000);
  // A restart through Satsuma fills the folder again; one by hand leaves it empty.
  t.is((await act(server, 'secretive', 'restart', { timeout: 0 })).status, 200);
  await untilTold((lines) => lines.filter((line) => line.startsWith(digest)).length === 2);
  await lab.request(1, { method: 'POST', path: `/containers/${id}/restart?t=0` });
  await untilTold((lines) => lines.some((line) => line.includes("can't open")));
  t.is((await server.call('DELETE', 'container/secretive')).status, 202);
  const { data: volumes } = await server.call('GET', 'volumes');
  t.false(JSON.stringify(volumes).includes('tmpfs'));
});

test.serial('a stopped container gives its port away, and gets it again when it is free', async (t) => {
  const server = await start(t);
  await place(t, server, 'first', on8080);
  t.is((await act(server, 'first', 'start')).data.state, 'running', 'which it is already');
  const stopped = await act(server, 'first', 'stop', { timeout: 5 });
  t.is(stopped.status, 200);
  t.is(stopped.data.state, 'exited');
  t.is(stopped.data.name, '/first');
  t.is(await reserved(server), 0);
  t.is((await act(server, 'first', 'stop')).status, 200, 'which it is already');
  await place(t, server, 'second', on8080);
  const refused = await act(server, 'first', 'start');
  t.is(refused.status, 409);
  t.is(refused.code, 'claim_taken');
  t.regex(refused.data, /port tcp\/8080 is taken by second/);
  t.like(refused.details, { engine, claims: [{ key: 'port/tcp/8080', held_by: ['second'] }] });
  t.false(await isRunning(lab, 1, 'first'));
  t.is(await reserved(server), 64);
  t.is((await act(server, 'second', 'stop')).status, 200);
  const started = await act(server, 'first', 'start');
  t.is(started.status, 200);
  t.is(started.data.ports[0].port, 8080);
  t.true(await isRunning(lab, 1, 'first'));
  t.is(await reserved(server), 64);
  t.is((await act(server, 'second', 'start')).status, 409);
});

test.serial('a restart is another process in the same place, and a kill ends it', async (t) => {
  const server = await start(t);
  const id = await place(t, server, 'again', on8080);
  const state = async () => (await server.call('GET', `container/${id}/inspect`)).data.State;
  const before = await state();
  t.is((await act(server, 'again', 'restart', { timeout: 5 })).data.state, 'running');
  t.not((await state()).Pid, before.Pid);
  t.is(await reserved(server), 64);
  t.is((await act(server, 'again', 'kill', { signal: 'SIGWINCH' })).data.state, 'running');
  t.like(await act(server, 'again', 'kill', { signal: 'NOSUCH' }), { status: 400, code: 'invalid' });
  t.is((await act(server, 'again', 'kill', { signal: 'TERM' })).status, 200);
  await eventually(state, ({ Running }) => !Running, 30_000);
  t.is((await state()).ExitCode, 7);
  t.like(await act(server, 'again', 'kill'), { status: 409, code: 'wrong_state' });
  t.is(
    await eventually(
      () => reserved(server),
      (mb) => mb === 0,
      30_000,
    ),
    0,
  );
  t.is((await act(server, 'again', 'restart')).data.state, 'running');
  t.is((await act(server, 'again', 'kill')).data.state, 'exited');
  t.is(await reserved(server), 0);
});

test.serial('docker stop and docker start by hand come to the same', async (t) => {
  const server = await start(t, { 'observe-interval': 60 });
  await place(t, server, 'handmade', on8080);
  await lab.request(1, { method: 'POST', path: '/containers/handmade/stop?t=1' });
  t.is(
    await eventually(
      () => reserved(server),
      (mb) => mb === 0,
      30_000,
    ),
    0,
  );
  await lab.request(1, { method: 'POST', path: '/containers/handmade/start' });
  t.is(
    await eventually(
      () => reserved(server),
      (mb) => mb === 64,
      30_000,
    ),
    64,
  );
  await lab.request(1, { method: 'POST', path: '/containers/handmade/restart?t=1' });
  await lab.request(1, { method: 'POST', path: '/containers/handmade/pause' });
  t.like(await act(server, 'handmade', 'restart'), { status: 200, data: { state: 'running' } });
  t.is(
    await eventually(
      () => reserved(server),
      (mb) => mb === 64,
      30_000,
    ),
    64,
  );
});

test.serial('a server that is killed in the middle of a start leaves what the engine shows', async (t) => {
  const dir = temporaryFolder(t);
  const first = await startSatsuma(lab, dir);
  await registerAll(first, lab);
  await place(t, first, 'survivor', on8080);
  await act(first, 'survivor', 'stop');
  await lab.pause(1);
  const asked = act(first, 'survivor', 'start').catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await first.end('SIGKILL');
  await asked;
  await lab.resume(1);
  const second = await startSatsuma(lab, dir);
  t.teardown(() => second.end());
  const isSettled = async () => {
    const [runs, mb] = [await isRunning(lab, 1, 'survivor'), await reserved(second)];
    return mb === (runs ? 64 : 0);
  };
  t.true(await eventually(isSettled, Boolean, 30_000));
  t.is((await act(second, 'survivor', 'start')).data.state, 'running');
  t.is(await reserved(second), 64);
});

test.serial('logs are the end of what was written, with the times and the stream that are asked for', async (t) => {
  const server = await start(t);
  await place(t, server, 'talker');
  const whole = (text: string) => text.includes('line 12\n');
  await eventually(async () => await textOf(await get(server, 'container/talker/logs?tail=all')), whole, 30_000);
  await act(server, 'talker', 'stop');
  const all = await textOf(await get(server, 'container/talker/logs?tail=all'));
  // Docker keeps the order within each stream.
  const lines = all.split('\n').filter((line) => line.startsWith('line'));
  t.deepEqual(
    lines,
    lines.map((_, i) => `line ${i + 1}`),
  );
  const last = await textOf(await get(server, 'container/talker/logs?tail=2'));
  t.is(last, all.split('\n').slice(-3).join('\n'));
  const errors = await textOf(await get(server, 'container/talker/logs?stdout=false&timestamps=true&tail=all'));
  t.regex(errors, /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z err \d+\n)+$/);
  t.is(await textOf(await get(server, 'container/talker/logs?since=2100-01-01T00:00:00Z')), '');
  const { stdout } = await run(process.execPath, [main, 'logs', '--tail', '2', 'talker'], {
    env: { SATSUMA_HOST: `http://${server.address}` },
  });
  t.is(stdout, last);
});

test.serial('who follows is told as it happens, until it goes or the container ends', async (t) => {
  const server = await start(t);
  await place(t, server, 'story');
  const response = await get(server, 'container/story/logs?follow=true&tail=1');
  const some = await textOf(response, (text) => text.split('\n').length > 5);
  t.true(some.length < 500);
  const following = get(server, 'container/story/logs?follow=true&tail=0').then((each) => textOf(each));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await act(server, 'story', 'stop', { timeout: 5 });
  t.regex(await following, /line \d+\nerr \d+\n/);
});

test.serial('logs of a terminal come as they are', async (t) => {
  const server = await start(t);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ Image: 'demo/busybox:1', Tty: true, Cmd: ['echo', 'hello'] });
  await lab.request(1, { method: 'POST', path: '/containers/create?name=tty', headers, body });
  t.teardown(() => lab.request(1, { method: 'DELETE', path: '/containers/tty?force=true' }));
  await lab.request(1, { method: 'POST', path: '/containers/tty/start' });
  // What is done by hand is known a moment later.
  await eventually(
    () => server.call('GET', 'container/tty'),
    ({ status }) => status === 200,
    30_000,
  );
  t.is(await textOf(await get(server, 'container/tty/logs?follow=true')), 'hello\r\n');
});

test.serial('an engine that hangs is 504 within the deadline, and for who follows no end', async (t) => {
  // The start has longer than the rest: the container has to start first.
  const server = await start(t, { deadlines: { connect: 2, list: 2, remove: 2, start: 10 } });
  await place(t, server, 'frozen');
  await lab.pause(1);
  t.teardown(() => lab.resume(1));
  const answers = await Promise.all([
    get(server, 'container/frozen/logs?follow=true').then(async (each) => ({
      status: each.statusCode,
      ...JSON.parse(await textOf(each)),
    })),
    act(server, 'frozen', 'start'),
  ]);
  t.true(
    answers.every(({ status }) => status === 504 || status === 502),
    JSON.stringify(answers),
  );
  await lab.resume(1);
  t.is(
    (
      await eventually(
        () => act(server, 'frozen', 'stop'),
        ({ status }) => status === 200,
        30_000,
      )
    ).status,
    200,
  );
});

const claimsOf = async (server: SatsumaServer, name: string): Promise<Record<string, number>> => {
  const { data } = await server.call('GET', `container/${name}`);
  const claims: { key: string; amount: number }[] = data.placement?.claims ?? [];
  return Object.fromEntries(claims.map(({ key, amount }) => [key, amount]));
};

const portsIn = (claims: Record<string, number>) => Object.keys(claims).filter((key) => key.startsWith('port/'));

test.serial('what is bound is told and claimed, and what is changed by hand reaches the ledger', async (t) => {
  const server = await start(t);
  const image = { name: 'demo/busybox:1', type: 'label', args: talkative, memory: 64, cpus: 0.5 };
  const chosen = { ...image, container_name: 'chosen', bind_ports: [{ container_port: 80 }] };
  const { data, name } = await server.call('POST', 'container', chosen);
  t.teardown(() => lab.request(1, { method: 'DELETE', path: `/containers/${data.id}?force=true` }));
  t.is(name, '/chosen');
  t.deepEqual(portsIn(await claimsOf(server, 'chosen')), [`port/tcp/${data.ports[0].port}`]);
  await lab.request(1, { method: 'POST', path: `/containers/${data.id}/restart?t=0` });
  const isFollowed = async () => {
    const { ports, state } = (await server.call('GET', 'container/chosen')).data;
    const held = portsIn(await claimsOf(server, 'chosen'));
    return state === 'running' && held.length === 1 && held[0] === `port/tcp/${ports[0]?.port}`;
  };
  t.true(await eventually(isFollowed, (isSo) => isSo, 30_000));
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ Memory: 128 * 2 ** 20, MemorySwap: 256 * 2 ** 20, NanoCpus: 1e9 });
  const updated = await lab.request(1, { method: 'POST', path: `/containers/${data.id}/update`, headers, body });
  t.is(updated.status, 200, updated.body);
  await lab.request(1, { method: 'POST', path: `/containers/${data.id}/rename?name=renamed` });
  const claims = await eventually(
    () => claimsOf(server, data.id),
    (held) => held['name/renamed'] === 1 && held.memory === 128,
    30_000,
  );
  t.like(claims, { cpu: 1000, memory: 128, 'name/renamed': 1, 'name/chosen': undefined });
});

const container = { name: 'demo/busybox:1', type: 'label', args: talkative };
const beside = { ...container, network_mode: 'container:other' };

test.serial('what Docker refuses together is 400 before an engine is asked', async (t) => {
  const server = await start(t);
  await place(t, server, 'other');
  const headers = { 'content-type': 'application/json' };
  const create = (body: object) =>
    lab.request(1, {
      method: 'POST',
      path: '/containers/create',
      headers,
      body: JSON.stringify({ Image: container.name, Cmd: talkative, ...body }),
    });
  const byContainer = { NetworkMode: 'container:other' };
  for (const [docker, image, path] of [
    [{ HostConfig: { ...byContainer, PublishAllPorts: true } }, { ...beside, publish: true }, 'publish'],
    [
      { HostConfig: { ...byContainer, PortBindings: { '80/tcp': [{ HostPort: '' }] } } },
      { ...beside, bind_ports: [{ container_port: 80 }] },
      'bind_ports',
    ],
    [{ Hostname: 'web', HostConfig: byContainer }, { ...beside, hostname: 'web' }, 'hostname'],
    [{ HostConfig: { ...byContainer, Links: ['other:db'] } }, { ...beside, links: { other: 'db' } }, 'links'],
    [
      { HostConfig: { NetworkMode: 'host', Links: ['other:db'] } },
      { ...container, network_mode: 'host', links: { other: 'db' } },
      'links',
    ],
    [{ HostConfig: { NetworkMode: 'container:' } }, { ...container, network_mode: 'container:' }, 'network_mode'],
    [{ Entrypoint: [''], Cmd: [] }, { ...container, entrypoint: [''], args: [] }, 'entrypoint'],
  ] as const) {
    const { status, body } = await create(docker);
    t.is(status, 400, `${path}: ${body}`);
    const answer = await server.call('POST', 'container', image);
    t.like(answer, { status: 400, code: 'invalid', details: [{ path }] }, JSON.stringify(answer));
  }
  await place(t, server, 'domained', { network_mode: 'container:other', domain: 'example.org' });
  await place(t, server, 'without', { entrypoint: [''] });
  t.is((await server.call('GET', 'container/without')).data.state, 'running');
});
