import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { archiveOf } from '../cli/copy/archives.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { RedisServer } from './store/redis-server.ts';

/** What an operator does to a container, through the server that did not place it, and at an engine that freezes. */
const main = resolve('dist/src/main.js');
/** Every wait is for an event; this is when there is none. */
const withinMs = 60_000;
let lab: Lab;
let redis: RedisServer;
let one: SatsumaServer;
let two: SatsumaServer;

test.before(async () => {
  lab = await startLab({ name: 'operate', engines: 2, image: true, attached: true });
  const started = await RedisServer.listening();
  redis = started.redis;
  const settings = { 'redis-url': `redis://127.0.0.1:${started.port}` };
  one = await startSatsuma(lab, lab.dir, settings);
  two = await startSatsuma(lab, lab.dir, settings);
  await registerAll(one, lab);
  const engines = async () =>
    (await two.call('GET', 'engines')).data.filter(({ status }: { status: string }) => status === 'ok');
  await eventually(engines, ({ length }) => length === 2, withinMs);
});

test.after.always(async () => {
  await Promise.all([one?.end(), two?.end()]);
  await redis?.remove();
  await lab?.down();
});

const talking = ['sh', '-c', 'i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.2; done'];

/** Through the first server. */
async function place(t: ExecutionContext, name: string, engine: number, changes: object = {}): Promise<string> {
  const image = { name: 'demo/busybox:1', type: 'host', labels: [`host:operate-${engine}`], stop_signal: 'SIGKILL' };
  const asked = { ...image, container_name: name, args: talking, memory: 32, ...changes };
  const { status, data } = await one.call('POST', 'container', asked);
  if (status !== 201) throw new Error(`${status} ${data}`);
  t.teardown(() => lab.request(engine, { method: 'DELETE', path: `/containers/${data.id}?force=true&v=true` }));
  return data.id;
}

interface Followed {
  text: string;
  /** How it ended: undefined until it does. */
  end?: 'whole' | 'cut';
}

/** What comes of a request that goes on, as it comes. */
async function follow(t: ExecutionContext, server: SatsumaServer, path: string, init: RequestInit = {}) {
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const answer = await fetch(`http://${server.address}/apiv1/${path}`, { ...init, signal: stop.signal });
  const followed: Followed & { readonly status: number } = { text: '', status: answer.status };
  const read = async () => {
    for await (const bytes of answer.body ?? []) followed.text += Buffer.from(bytes).toString('latin1');
  };
  read().then(
    () => {
      followed.end = 'whole';
    },
    () => {
      followed.end = 'cut';
    },
  );
  return followed;
}

const says = (followed: { readonly text: string }, pattern: RegExp) =>
  eventually(async () => pattern.test(followed.text), Boolean, withinMs);
const ends = (followed: Followed) =>
  eventually(
    async () => followed.end,
    (end) => end !== undefined,
    withinMs,
  );

/** A process over a WebSocket: what it wrote, and its last message. */
function open(t: ExecutionContext, server: SatsumaServer, path: string) {
  const socket = new WebSocket(`ws://${server.address}/apiv1/${path}`, 'v1.satsuma.exec');
  t.teardown(() => socket.terminate());
  const process = { text: '', status: undefined as Record<string, unknown> | undefined, socket };
  socket.on('message', (message: Buffer) => {
    if (message[0] === 3) process.status = JSON.parse(message.subarray(1).toString());
    else process.text += message.subarray(1).toString();
  });
  socket.on('error', () => undefined);
  return process;
}

interface Typed {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function satsuma(server: SatsumaServer, ...words: readonly string[]): Promise<Typed> {
  const env = { PATH: process.env.PATH, SATSUMA_HOST: `http://${server.address}` };
  const child = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const typed = { out: '', err: '' };
  child.stdout.on('data', (bytes: Buffer) => {
    typed.out += bytes;
  });
  child.stderr.on('data', (bytes: Buffer) => {
    typed.err += bytes;
  });
  return new Promise((done) => child.once('close', (code) => done({ code, ...typed })));
}

const memoryOf = async (server: SatsumaServer, engine: number) =>
  (await server.call('GET', `engine/operate-${engine}`)).data.reserved_memory as number;

test.serial(
  'every verb works through the server that did not place the container, and both know what came of it',
  async (t) => {
    const id = await place(t, 'verbs', 2);
    const act = (action: string, body?: object) => two.call('POST', `container/verbs/${action}`, body);
    const state = (server: SatsumaServer) => async () => (await server.call('GET', `container/${id}`)).data.state;
    t.is((await act('pause')).data.state, 'paused');
    t.is(await eventually(state(one), (now) => now === 'paused', withinMs), 'paused');
    t.is((await act('unpause')).data.state, 'running');
    t.is(await eventually(state(one), (now) => now === 'running', withinMs), 'running');
    t.is((await act('update', { memory: 64 })).status, 200);
    t.is(await memoryOf(two, 2), 64);
    t.is(
      await eventually(
        () => memoryOf(one, 2),
        (mb) => mb === 64,
        withinMs,
      ),
      64,
    );
    t.like(await act('update', { memory: 10_000_000 }), { status: 409, code: 'claim_taken' });
    t.is(await memoryOf(one, 2), 64);

    t.like((await act('exec', { cmd: ['sh', '-c', 'echo made > /made; cat', '-'], stdin: 'in' })).data, {
      exit_code: 0,
      stdout: 'in',
    });
    const { processes } = (await two.call('GET', 'container/verbs/top')).data;
    t.true(JSON.stringify(processes).includes('sleep') || JSON.stringify(processes).includes('line'));
    const changes = (await two.call('GET', 'container/verbs/diff')).data;
    t.deepEqual(
      changes.find(({ path }: { path: string }) => path === '/made'),
      { path: '/made', kind: 'added' },
    );
    t.regex((await satsuma(two, 'logs', '--tail', '3', 'verbs')).out, /^(line \d+\n){3}$/);
    const stats = await eventually(
      () => two.call('GET', 'container/verbs/stats'),
      ({ status }) => status === 200,
      withinMs,
    );
    t.is(stats.data.engine ?? stats.data.containers?.[0]?.engine, 'operate-2', JSON.stringify(stats.data));

    const attached = open(t, two, 'container/verbs/attach/ws?stdin=false');
    t.true(await says(attached, /line \d+/));
    const shell = open(
      t,
      two,
      'container/verbs/exec/ws?cmd=sh&cmd=-c&cmd=read%20x;%20echo%20got%20$x;%20exit%209&stdin=true',
    );
    shell.socket.once('open', () => shell.socket.send(Buffer.from('\0word\n')));
    t.deepEqual(
      await eventually(
        async () => shell.status,
        (status) => status !== undefined,
        withinMs,
      ),
      { exit_code: 9 },
    );
    t.is(shell.text, 'got word\n');

    const exported = await fetch(`http://${two.address}/apiv1/container/verbs/export`);
    t.true(Buffer.from(await exported.arrayBuffer()).includes('made\n'));
    const out = await fetch(`http://${two.address}/apiv1/container/verbs/archive?path=/made`);
    t.true(Buffer.from(await out.arrayBuffer()).includes('made\n'));
    const body = new Uint8Array(await archiveOf({ name: 'brought', content: 'in' }));
    const put = await fetch(`http://${two.address}/apiv1/container/verbs/archive?path=/tmp`, { method: 'PUT', body });
    t.is(put.status, 200);
    t.is((await act('exec', { cmd: ['cat', '/tmp/brought'] })).data.stdout, 'in');
    const committed = await act('commit', { image: 'demo/committed:1' });
    t.like(committed, { status: 200, data: { engine: 'operate-2' } }, JSON.stringify(committed));
    t.teardown(() => lab.request(2, { method: 'DELETE', path: '/images/demo/committed:1?force=true' }));
    const again = { name: 'demo/committed:1', labels: ['host:operate-2'], args: ['sleep', '1000'], pull: 'never' };
    await place(t, 'again', 2, again);
    t.is((await two.call('POST', 'container/again/exec', { cmd: ['cat', '/tmp/brought'] })).data.stdout, 'in');

    t.is((await act('rename', { name: 'renamed' })).status, 200);
    const named = async () => (await one.call('GET', 'container/renamed')).status;
    t.is(await eventually(named, (status) => status === 200, withinMs), 200);
    t.is((await one.call('GET', 'container/verbs')).status, 404);
    // The name is free again, also for the other server, and the new one is not.
    t.is((await two.call('POST', 'container/again/rename', { name: 'verbs' })).status, 200);
    const taken = () => one.call('POST', 'container/verbs/rename', { name: 'renamed' });
    t.like(await eventually(taken, ({ status }) => status !== 404, withinMs), { status: 409, code: 'name_taken' });

    const told = await Promise.all([one, two].map((server) => follow(t, server, 'events?kind=container&project=shop')));
    const other = await place(t, 'other', 2, { project: 'shop' });
    t.is((await two.call('DELETE', 'container/other')).status, 202);
    for (const each of told) {
      t.true(await says(each, new RegExp(`container\\.destroy\\n.*${other}`)), each.text);
      const frames = each.text.split('\n\n').filter((frame) => frame.includes(other) && frame.includes('.die'));
      t.is(frames.length, 1, each.text);
      t.false(each.text.includes(id), 'of another project');
      t.true(frames[0]?.includes('"exit_code":137'), frames[0]);
    }

    const waits = [one, two].map((server) => server.call('POST', `container/${id}/wait`));
    t.is((await two.call('POST', `container/${id}/kill`)).status, 200);
    for (const { data } of await Promise.all(waits)) t.deepEqual(data, { exit_code: 137 });
    t.deepEqual(
      await eventually(
        async () => attached.status,
        (status) => status !== undefined,
        withinMs,
      ),
      { exit_code: 137 },
    );
    t.is((await two.call('DELETE', `container/${id}`)).status, 202);
    const isGone = async () => (await one.call('GET', `container/${id}`)).status;
    t.is(await eventually(isGone, (status) => status === 404, withinMs), 404);
  },
);

/** Ids of the helper containers of copies. */
async function helpers(n: number): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: ['satsuma.volume-copy'] }));
  const { body } = await lab.request(n, { path: `/containers/json?all=true&filters=${filters}` });
  return JSON.parse(body).map(({ Id }: { Id: string }) => Id);
}

const claims = async (id: string): Promise<{ key: string; amount: number }[]> =>
  (await one.call('GET', `container/${id}`)).data.placement?.claims;

test.serial(
  'an engine that freezes in the middle of everything ends it with a reason, and leaves nothing half done',
  async (t) => {
    const frozen = await place(t, 'frozen', 2, { volumes: ['goods:/goods'] });
    await place(t, 'awake', 1);
    const fill = 'truncate -s 4G /big /goods/big; mkdir /other; head -c 30000000 /dev/urandom > /other/rows';
    t.is((await one.call('POST', 'container/frozen/exec', { cmd: ['sh', '-c', fill] })).data.exit_code, 0);
    const committing = await place(t, 'committing', 2);
    const some = 'head -c 60000000 /dev/urandom > /rows';
    t.is((await one.call('POST', 'container/committing/exec', { cmd: ['sh', '-c', some] })).data.exit_code, 0);
    t.is((await one.call('POST', 'network', { scope: 'operate-2', name: 'there' })).status, 201);
    t.teardown(() => lab.request(2, { method: 'DELETE', path: '/networks/there' }));
    const before = { mb: await memoryOf(one, 2), claims: await claims(frozen) };
    const local = temporaryFolder(t);

    const log = await follow(t, one, 'container/frozen/logs?follow=true');
    const merged = await follow(t, two, 'logs?container=frozen&container=awake&follow=true');
    const events = await follow(t, one, 'events');
    const stats = await follow(t, two, 'container/frozen/stats?stream=true');
    const attached = open(t, one, 'container/frozen/attach/ws?stdin=false');
    const shell = open(t, two, 'container/frozen/exec/ws?cmd=sh&tty=true&stdin=true');
    shell.socket.once('open', () => shell.socket.send(Buffer.from('\0echo $((40+2))\n')));
    const oneShot = two.call('POST', 'container/frozen/exec', { cmd: ['sleep', '1000'] });
    const waiting = one.call('POST', 'container/frozen/wait');
    const exported = satsuma(one, 'export', '-o', join(local, 'all.tar'), 'frozen');
    const copied = satsuma(two, 'cp', 'frozen:/big', join(local, 'big'));
    const volume = await follow(t, two, 'volume/operate-2/goods/copy', {
      method: 'POST',
      body: JSON.stringify({ to: 'operate-1' }),
    });
    for (const each of [log, merged, attached]) t.true(await says(each, /line/));
    t.true(await says(shell, /42/));
    t.true(await says(volume, /"bytes": ?[1-9]/), volume.text);
    t.is(
      await eventually(
        async () => readdirSync(local).length,
        (files) => files === 2,
        withinMs,
      ),
      2,
    );
    const commit = one.call('POST', 'container/committing/commit', { image: 'demo/half:1' });
    t.teardown(() => lab.request(2, { method: 'DELETE', path: '/images/demo/half:1?force=true' }));

    await lab.pause(2);
    t.teardown(() => lab.resume(2));
    const asked: Record<string, ReturnType<SatsumaServer['call']>> = {
      commit,
      oneShot,
      waiting,
      'network create': one.call('POST', 'network', { scope: 'operate-2', name: 'half' }),
      'network remove': two.call('DELETE', 'network/operate-2/there'),
      'network inspect': one.call('GET', 'network/operate-2/there'),
      'volume create': two.call('POST', 'volume', { engine: 'operate-2', name: 'half' }),
      rename: one.call('POST', 'container/frozen/rename', { name: 'half' }),
      update: two.call('POST', 'container/frozen/update', { memory: 40 }),
      pause: one.call('POST', 'container/committing/pause'),
      top: two.call('GET', 'container/frozen/top'),
      diff: one.call('GET', 'container/frozen/diff'),
      inspect: one.call('GET', 'container/frozen/inspect'),
      'cp in': two.call('PUT', 'container/frozen/archive?path=/tmp', undefined),
      stat: two.call('GET', 'container/frozen/archive?path=/other'),
    };
    // Meanwhile the other engine is served as ever.
    t.is((await one.call('POST', 'container/awake/exec', { cmd: ['echo', 'here'] })).data.stdout, 'here\n');
    t.is((await two.call('POST', 'container/awake/pause')).data.state, 'paused');
    t.true(await says(events, /event: container\.pause\n.*awake/), events.text.slice(-2_000));
    t.is((await one.call('POST', 'container/awake/unpause')).data.state, 'running');
    for (const [what, answer] of Object.entries(asked)) {
      const { status, data } = await answer;
      t.true([502, 503, 504].includes(status), `${what}: ${status} ${JSON.stringify(data)}`);
      t.regex(String(data), /operate-2/, what);
    }
    for (const [what, { code, err }] of Object.entries({ export: await exported, cp: await copied })) {
      t.not(code, 0, what);
      t.regex(err, /operate-2|ended early/, what);
    }
    t.deepEqual(readdirSync(local), [], 'no part of a file stays');
    for (const [what, each] of Object.entries({ log, stats, volume })) {
      t.true((await ends(each)) === 'cut' || /operate-2/.test(each.text.slice(-300)), what);
    }
    for (const each of [attached, shell]) {
      const status = await eventually(
        async () => each.status,
        (now) => now !== undefined,
        withinMs,
      );
      t.regex(String(status?.message), /operate-2/);
    }
    // Who reads both is told of the one, and goes on with the other.
    t.true(await says(merged, /! .*operate-2/), merged.text.slice(-500));
    const { length } = merged.text;
    t.true(
      await says(
        {
          get text() {
            return merged.text.slice(length);
          },
        },
        /awake +\| line/,
      ),
    );
    t.is(events.end, undefined);
    t.true(await says(events, /event: container\.unpause\n.*awake/), events.text.slice(-2_000));

    await lab.resume(2);
    t.true(
      await says(
        {
          get text() {
            return merged.text.slice(length);
          },
        },
        /frozen +\| line/,
      ),
      'its lines come again',
    );
    for (const n of [1, 2])
      t.deepEqual(
        await eventually(
          () => helpers(n),
          (ids) => ids.length === 0,
          withinMs,
        ),
        [],
      );
    const half = () => one.call('GET', 'volume/operate-1/goods');
    t.is((await eventually(half, ({ status }) => status === 404, withinMs)).status, 404, 'no part of a volume stays');
    // What the engine did of it after all is what both the ledger and the lists say.
    const told = async () => {
      const { Name, HostConfig } = JSON.parse((await lab.request(2, { path: `/containers/${frozen}/json` })).body);
      const [name, mb] = [String(Name).slice(1), HostConfig.Memory / 2 ** 20];
      const held = await claims(frozen);
      const amount = (key: string) => held.find((claim) => claim.key === key)?.amount;
      const other = name === 'half' ? 'frozen' : 'half';
      const isSo = amount('memory') === mb && amount(`name/${name}`) === 1 && amount(`name/${other}`) === undefined;
      return { isSo, name, mb, held };
    };
    const settled = await eventually(told, ({ isSo }) => isSo, withinMs);
    t.true(settled.isSo, JSON.stringify(settled));
    t.is(await memoryOf(one, 2), before.mb - 32 + settled.mb);
    const state = async () => JSON.parse((await lab.request(2, { path: `/containers/${committing}/json` })).body).State;
    const committed = await state();
    t.is(
      await eventually(
        async () => (await two.call('GET', `container/${committing}`)).data.state,
        (now) => now === committed.Status,
        withinMs,
      ),
      committed.Status,
    );
    // All of it can be asked for again.
    const retried = await satsuma(two, 'cp', `${settled.name}:/other/rows`, join(local, 'rows'));
    t.is(retried.code, 0, retried.err);
    t.true([200, 201, 409].includes((await one.call('POST', 'network', { scope: 'operate-2', name: 'half' })).status));
    for (const name of ['half', 'there'])
      t.teardown(() => lab.request(2, { method: 'DELETE', path: `/networks/${name}` }));
  },
);

/** What is asked of an engine that stands still, and no stream: by the words of a person. */
test.serial(
  'whatever else is asked of an engine that freezes ends with its name, and is what it says afterwards',
  async (t) => {
    const where = 'operate-2';
    const stopped = await place(t, 'stopped', 2);
    const held = await place(t, 'held', 2, { volumes: ['used:/used'] });
    const member = await place(t, 'member', 2);
    const loner = await place(t, 'loner', 2);
    const raw = (method: string, path: string) => lab.request(2, { method, path });
    const undo = (path: string) => t.teardown(() => raw('DELETE', path));
    t.is((await one.call('POST', 'container/stopped/stop', { timeout: 0 })).status, 200);
    t.is((await one.call('POST', 'container/held/pause')).status, 200);
    t.is((await one.call('POST', 'network', { scope: where, name: 'club' })).status, 201);
    undo('/networks/club');
    const inClub = { container: member };
    t.is((await one.call('POST', `network/${where}/club/connect`, inClub)).status, 200);
    for (const name of ['spare', 'used']) undo(`/volumes/${name}?force=true`);
    t.is((await one.call('POST', 'volume', { engine: where, name: 'spare' })).status, 201);
    const tagOf = (tag: string) => ({ name: 'demo/busybox:1', tag, engines: [where] });
    t.is((await one.call('POST', 'engine-images/tag', tagOf('demo/spare:1'))).status, 200);
    for (const tag of ['demo/spare:1', 'demo/other:1']) undo(`/images/${tag}`);
    // All of it is known to both before.
    const isKnown = async () => (await two.call('GET', 'container/held')).data.state === 'paused';
    t.true(await eventually(isKnown, Boolean, withinMs));

    await lab.pause(2);
    t.teardown(() => lab.resume(2));
    const image = (name: string) => `name=${encodeURIComponent(name)}&engine=${where}`;
    const asked: Record<string, ReturnType<SatsumaServer['call']>> = {
      unpause: two.call('POST', 'container/held/unpause'),
      start: one.call('POST', 'container/stopped/start'),
      stop: two.call('POST', 'container/member/stop', { timeout: 0 }),
      kill: one.call('POST', 'container/member/kill', { signal: 'USR1' }),
      connect: two.call('POST', `network/${where}/club/connect`, { container: loner }),
      disconnect: one.call('POST', `network/${where}/club/disconnect`, inClub),
      'volume inspect': two.call('GET', `volume/${where}/spare`),
      'volume remove': one.call('DELETE', `volume/${where}/spare`),
      'image inspect': two.call('GET', `engine-images/inspect?${image('demo/busybox:1')}`),
      'image history': one.call('GET', `engine-images/history?${image('demo/busybox:1')}`),
      'image save': two.call('GET', `engine-images/save?${image('demo/busybox:1')}`),
      'image tag': one.call('POST', 'engine-images/tag', tagOf('demo/other:1')),
      'image remove': two.call('POST', 'engine-images/remove', { name: 'demo/spare:1', engines: [where] }),
      'image save of any': one.call('GET', 'engine-images/history?name=demo/spare:1'),
    };
    const partial: Record<string, ReturnType<SatsumaServer['call']>> = {
      volumes: one.call('GET', 'volumes'),
      networks: two.call('GET', 'networks'),
      images: one.call('GET', 'engine-images'),
      'volumes prune': two.call('POST', 'volumes/prune', { dry_run: true, all: true }),
      'networks prune': one.call('POST', 'networks/prune', { dry_run: true }),
      'images prune': two.call('POST', 'engine-images/prune', { dry_run: true }),
    };
    for (const [what, answer] of Object.entries(asked)) {
      const { status, code, data, errors = [] } = await answer;
      const text = `${what}: ${status} ${code} ${JSON.stringify([data, errors])}`;
      t.true([502, 503, 504].includes(status), text);
      t.regex(text, /operate-2/, what);
    }
    for (const [what, answer] of Object.entries(partial)) {
      const { status, data, errors = [] } = await answer;
      const text = `${what}: ${status} ${JSON.stringify(data).slice(0, 200)} ${JSON.stringify(errors)}`;
      t.is(status, 200, text);
      t.true(JSON.stringify(errors).includes(where), `it says what it does not know: ${text}`);
    }

    await lab.resume(2);
    const json = async (path: string) => JSON.parse((await raw('GET', path)).body);
    /** As the engine has it, and as both servers say. */
    const agree = async (id: string) => {
      const { State } = await json(`/containers/${id}/json`);
      const told = await Promise.all([one, two].map((each) => each.call('GET', `container/${id}`)));
      return { isSo: told.every(({ data }) => data.state === State.Status), state: State.Status, told };
    };
    for (const id of [stopped, held, member]) {
      const { isSo, state, told } = await eventually(
        () => agree(id),
        (each) => each.isSo,
        withinMs,
      );
      t.true(isSo, `${state}, and ${JSON.stringify(told.map(({ data }) => data.state))}`);
      const held = await claims(id);
      const isRunning = state === 'running' || state === 'paused';
      t.is(
        held.some(({ key }) => key === 'memory'),
        isRunning,
        `${state}: ${JSON.stringify(held)}`,
      );
    }
    // And all of it can be asked for again.
    const again = async (what: string, call: () => ReturnType<SatsumaServer['call']>, fine: readonly number[]) => {
      const { status, data, errors = [] } = await eventually(call, (each) => each.status < 500, withinMs);
      t.true(fine.includes(status), `${what}: ${status} ${JSON.stringify([data, errors])}`);
    };
    await again('unpause', () => two.call('POST', 'container/held/unpause'), [200, 409]);
    await again('connect', () => two.call('POST', `network/${where}/club/connect`, { container: loner }), [200, 409]);
    await again('disconnect', () => one.call('POST', `network/${where}/club/disconnect`, inClub), [200, 404, 409]);
    await again('volume remove', () => one.call('DELETE', `volume/${where}/spare`), [200, 202, 204, 404]);
    await again('image tag', () => one.call('POST', 'engine-images/tag', tagOf('demo/other:1')), [200]);
    await again('history', () => one.call('GET', `engine-images/history?${image('demo/other:1')}`), [200]);
    const isMember = async () => Object.keys((await json('/networks/club')).Containers).includes(loner);
    t.true(await eventually(isMember, Boolean, withinMs));
  },
);
