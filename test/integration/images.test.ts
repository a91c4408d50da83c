import { execFile } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { registryLogin } from '../../example/lab/registry.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

const main = resolve('dist/src/main.js');
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'images', engines: 3, image: true, registry: 'login', attached: true });
});

test.after.always(() => lab?.down());

interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A line as a user types it, without quotes. */
function type(server: SatsumaServer, line: string, input = ''): Promise<Typed> {
  return new Promise((done) => {
    const options = { env: { PATH: process.env.PATH, SATSUMA_HOST: server.address }, timeout: 120_000 };
    const child = execFile(process.execPath, [main, ...line.split(' ')], options, (error, out, err) => {
      done({ code: error ? Number(error.code ?? -1) : 0, out, err });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

async function start(t: ExecutionContext, settings: object = {}, dir = temporaryFolder(t)): Promise<SatsumaServer> {
  const server = await startSatsuma(lab, dir, settings);
  t.teardown(() => server.end());
  return server;
}

/** Two servers on one Redis, with every engine. */
async function startTwo(t: ExecutionContext, settings: object = {}) {
  const dir = temporaryFolder(t);
  const shared = { 'redis-url': (await startRedis(t)).url, ...settings };
  const one = await start(t, shared, dir);
  const two = await start(t, shared, dir);
  await registerAll(one, lab);
  await eventually(
    async () => (await two.call('GET', 'engines')).data.length,
    (engines) => engines === 3,
    30_000,
  );
  return { one, two };
}

/** The lines of an answer that is JSON by the line. */
async function linesOf(server: SatsumaServer, path: string, body: unknown) {
  const response = await fetch(`http://${server.address}/apiv1/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  const lines: any[] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { status: response.status, lines, last: lines.at(-1) };
}

const has = async (n: number, name: string) => (await lab.request(n, { path: `/images/${name}/json` })).status === 200;
const forget = (n: number, name: string) => lab.request(n, { method: 'DELETE', path: `/images/${name}?force=true` });

/** Puts an image into the registry, and takes it away from the engines. */
async function publish(tag: string, make = (name: string) => lab.importImage(name, [1])): Promise<string> {
  const name = `${lab.registry?.addr}/demo/${tag}`;
  await make(name);
  const auth = Buffer.from(JSON.stringify(registryLogin)).toString('base64');
  const [repo, version] = name.split(/:(?=[^:]*$)/);
  const pushed = await lab.request(1, {
    method: 'POST',
    path: `/images/${repo}/push?tag=${version}`,
    headers: { 'x-registry-auth': auth },
    timeoutMs: 60_000,
  });
  if (pushed.body.includes('errorDetail')) throw new Error(pushed.body);
  await forget(1, name);
  return name;
}

test.serial('images are listed over the cluster, tagged, told of and removed, by either server', async (t) => {
  const { one, two } = await startTwo(t);
  const rows = async (server: SatsumaServer, query = '') => (await server.call('GET', `engine-images${query}`)).data;
  const ids = lab.engines.map(({ id }) => id);
  const owners = (listed: { readonly engines: string[] }[]) => listed.flatMap(({ engines }) => engines).sort();
  t.deepEqual(owners(await rows(one, '?name=demo/busybox')), ids);
  const tagged = await two.call('POST', 'engine-images/tag', {
    name: 'demo/busybox:1',
    tag: 'demo/box:2',
    engines: ids.slice(1),
  });
  t.deepEqual(tagged.data, { engines: ids.slice(1) });
  const boxes = await rows(one, '?name=demo/box:2');
  t.deepEqual(owners(boxes), ids.slice(1));
  t.deepEqual(boxes[0].tags, ['demo/box:2', 'demo/busybox:1']);
  const steps = await type(two, 'history demo/box:2');
  t.is(steps.code, 0, steps.err);
  t.regex(steps.out, /CREATED BY/);
  t.regex((await type(one, 'images demo/box')).out, /demo\/box:2,demo\/busybox:1 +[0-9a-f]{12} .*images-2/);
  t.is(JSON.parse((await type(one, 'engine-image inspect demo/box:2')).out).Architecture, 'amd64');
  t.is((await type(one, 'rmi demo/box:2 nobody/has:1')).code, 3);
  t.false(await has(2, 'demo/box:2'));
  t.true(await has(2, 'demo/busybox:1'));
  t.is((await type(one, 'image history nobody/has:1')).code, 3);
});

test.serial('an engine that freezes costs its rows only, and the others are pruned', async (t) => {
  const server = await start(t);
  await registerAll(server, lab);
  await lab.importImage('demo/unused:1', [1, 2]);
  await lab.importImage('demo/named:1', [1]);
  await server.call('POST', 'image', { name: 'kept', image: { name: 'demo/named:1' } });
  await lab.pause(2);
  t.teardown(() => lab.resume(2).catch(() => undefined));
  const listed = await server.call('GET', 'engine-images?name=demo/unused:1');
  t.like(listed.data, [{ engines: ['images-1'] }]);
  t.is(listed.errors.length, 1);
  t.is(listed.errors[0].engine, 'images-2');
  const rehearsed = await type(server, 'engine-image prune --all --dry-run');
  t.is(rehearsed.code, 1, 'one engine could not be asked');
  t.regex(rehearsed.out, /images-1 +demo\/named:1 .* kept: image config kept/);
  t.true(await has(1, 'demo/unused:1'));
  const pruned = await server.call('POST', 'engine-images/prune', { engines: ['images-1', 'images-2'] });
  t.is(pruned.errors.length, 1);
  const removed = pruned.data.removed.flatMap(({ tags }: { tags: string[] }) => tags);
  t.true(removed.includes('demo/unused:1'));
  t.false(await has(1, 'demo/unused:1'));
  t.true(await has(1, 'demo/named:1'));
  await lab.resume(2);
  t.true(await has(2, 'demo/unused:1'));
  await lab.importImage('demo/busybox:1', [1]);
});

test.serial('a registry with a login is logged in to once, and every engine and server pulls with it', async (t) => {
  const key = join(temporaryFolder(t), 'key');
  await writeFile(key, `${'k'.repeat(40)}\n`, { mode: 0o600 });
  const { one, two } = await startTwo(t, { 'registry-key-file': key });
  const name = await publish('private:1');
  const server = lab.registry?.addr ?? '';
  const refused = await linesOf(one, 'engine-images/pull', { name });
  t.false(refused.last.ok);
  t.deepEqual(Object.keys(refused.last.engines), ['images-1', 'images-2', 'images-3']);
  const { username, password } = registryLogin;
  const wrong = await type(one, `registry login -u ${username} --password-stdin ${server}`, 'wrong\n');
  t.is(wrong.code, 2, wrong.err);
  t.regex(wrong.err, /rejected the login of satsuma/);
  const away = `registry login -u ${username} --password-stdin ${server.replace(/:.*/, ':9')}`;
  const unreachable = await type(one, away, `${password}\n`);
  t.is(unreachable.code, 1, unreachable.err);
  t.regex(unreachable.err, /no engine that was asked can log in to/);
  t.is((await type(one, `${away} --force`, `${password}\n`)).code, 0);
  t.is((await type(one, `registry logout ${server.replace(/:.*/, ':9')}`)).code, 0);
  const typed = await type(one, `registry login -u ${username} --password-stdin ${server}`, `${password}\n`);
  t.is(typed.code, 0, typed.err);
  const listed = await two.call('GET', 'registries');
  t.like(listed.data, [{ server, username }]);
  const pulled = await linesOf(two, 'engine-images/pull', { name, engines: ['images-2', 'images-3'] });
  t.true(pulled.last.ok, JSON.stringify(pulled.last));
  t.like(pulled.last.engines, { 'images-2': { status: 'pulled' }, 'images-3': { status: 'pulled' } });
  t.true(
    pulled.lines.some(({ engine, layer }) => engine === 'images-2' && layer !== undefined),
    'progress is told',
  );
  t.true(await has(2, name));
  t.false(await has(1, name));
  const again = await type(one, `pull --policy missing ${name}`);
  t.is(again.code, 0, again.err);
  t.regex(again.out, /images-1: pulled\n/);
  t.regex(again.out, /images-2: there already\n/);
  await Promise.all([1, 2, 3].map((n) => forget(n, name)));
  const ran = await two.call('POST', 'container', {
    name,
    type: 'label',
    container_name: 'private',
    args: ['sleep', '1000'],
  });
  t.is(ran.status, 201, String(ran.data));
  t.is((await one.call('DELETE', 'container/private')).status, 202);
  for (const server of [one, two]) {
    const log = JSON.stringify(await server.log());
    t.false(log.includes(password), 'the log has no password');
    t.false(log.includes(Buffer.from(password).toString('base64').slice(0, 20)));
  }
  t.false(JSON.stringify(listed).includes(password));
  t.false(JSON.stringify((await one.call('GET', 'config')).data).includes('k'.repeat(40)));
  await writeFile(key, 'x'.repeat(40), { mode: 0o600 });
  const otherKey = await linesOf(one, 'engine-images/pull', { name });
  t.regex(otherKey.last.engines['images-1'].message, /was encrypted with another key/);
  t.is((await type(two, `registry logout ${server}`)).code, 0);
  t.is((await type(two, `logout ${server}`)).code, 3);
  t.deepEqual((await one.call('GET', 'registries')).data, []);
});

test.serial('of the embedded store the key is made beside it, and the password is not in the store', async (t) => {
  const dir = temporaryFolder(t);
  const server = await start(t, {}, dir);
  const body = { server: 'Registry.test:5000', username: 'me', password: 'a password in no file' };
  t.like(await server.call('POST', 'registry', body), { status: 201, data: { server: 'registry.test:5000' } });
  t.is((await stat(join(dir, 'data', 'registry-key'))).mode & 0o777, 0o600);
  for (const file of await readdir(join(dir, 'data'))) {
    const bytes = await readFile(join(dir, 'data', file)).catch(() => Buffer.alloc(0));
    t.false(bytes.includes(body.password), file);
  }
  t.false(JSON.stringify(await server.log()).includes(body.password));
});

test.serial('an engine that freezes in the middle of a pull does not hold the others up', async (t) => {
  const server = await start(t, { deadlines: { list: 5, pull: 15 } });
  await registerAll(server, lab);
  const { username, password } = registryLogin;
  const registry = lab.registry?.addr ?? '';
  await type(server, `login -u ${username} --password-stdin ${registry}`, password);
  const name = await publish('frozen:1');
  const response = await fetch(`http://${server.address}/apiv1/engine-images/pull`, {
    method: 'POST',
    body: JSON.stringify({ name }),
  });
  await lab.pause(3);
  t.teardown(() => lab.resume(3).catch(() => undefined));
  const last = JSON.parse((await response.text()).trim().split('\n').at(-1) ?? '');
  t.true(last.engines['images-1'].ok);
  t.true(last.engines['images-2'].ok);
  await lab.resume(3);
  t.is(last.ok, last.engines['images-3'].ok);
});

/** Makes an image of another one with so many megabytes more, on the first engine. */
async function layered(from: string, to: string, megabytes: number): Promise<void> {
  const json = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json' };
    const options = { method, path, headers, timeoutMs: 60_000, ...(body && { body: JSON.stringify(body) }) };
    const answer = await lab.request(1, options);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.body}`);
    return answer.body === '' ? {} : JSON.parse(answer.body);
  };
  const file = `/data-${to.replace(/\W/g, '-')}`;
  const Cmd = ['dd', 'if=/dev/urandom', `of=${file}`, 'bs=1M', `count=${megabytes}`];
  const { Id } = await json('POST', '/containers/create', { Image: from, Cmd, Entrypoint: [] });
  await json('POST', `/containers/${Id}/start`);
  await json('POST', `/containers/${Id}/wait`);
  const [repo, tag] = to.split(/:(?=[^:]*$)/);
  await json('POST', `/commit?container=${Id}&repo=${repo}&tag=${tag}`, { Cmd: ['sleep', '1000'] });
  await json('DELETE', `/containers/${Id}?force=true`);
}

interface PullEvent {
  readonly action: string;
  readonly name: string;
  readonly engine: string;
  readonly attributes: Record<string, string | number>;
}

test.serial('the pull that a run waits for is told of as it goes, on a server that does not run it', async (t) => {
  const key = join(temporaryFolder(t), 'key');
  await writeFile(key, `${'k'.repeat(40)}\n`, { mode: 0o600 });
  const { one, two } = await startTwo(t, { 'registry-key-file': key });
  const { username, password } = registryLogin;
  await one.call('POST', 'registry', { server: lab.registry?.addr, username, password });
  const name = await publish('fetched:1', (each) => layered('demo/busybox:1', each, 120));
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const answer = await fetch(`http://${two.address}/apiv1/events?kind=image`, { signal: stop.signal });
  let told = '';
  (async () => {
    for await (const bytes of answer.body ?? []) told += Buffer.from(bytes).toString();
  })().catch(() => undefined);
  const eventsOf = async (container: string): Promise<PullEvent[]> => {
    const all = told
      .split('\n')
      .slice(0, -1)
      .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
    // A reset has no attributes.
    return all.filter(({ attributes }) => attributes?.container === container);
  };
  const onSecond = { type: 'host', labels: ['host:images-2'], args: ['sleep', '1000'] };
  const run = (container_name: string, image: string) =>
    one.call('POST', 'container', { ...onSecond, name: image, container_name });
  const fetched = run('fetched', name);
  // However fast the machine is, the pull takes longer than the least time between two reports of it.
  await eventually(
    () => eventsOf('fetched'),
    ({ length }) => length > 0,
    30_000,
  );
  await lab.pause(2);
  t.teardown(() => lab.resume(2).catch(() => undefined));
  await sleep(1_100);
  await lab.resume(2);
  t.is((await fetched).status, 201);
  t.teardown(() => lab.request(2, { method: 'DELETE', path: '/containers/fetched?force=true' }));
  const isOver = (events: PullEvent[]) => events.some(({ action }) => action === 'pull' || action === 'pull_failed');
  const events = await eventually(() => eventsOf('fetched'), isOver, 30_000);
  t.deepEqual([events.at(0)?.action, events.at(-1)?.action], ['pull_start', 'pull'], JSON.stringify(events));
  t.is(new Set(events.map(({ attributes }) => attributes.pull)).size, 1, 'one pull');
  for (const each of events) t.like(each, { name, engine: 'images-2' });
  const progress = events.filter(({ action }) => action === 'pull_progress');
  t.true(progress.length > 0, JSON.stringify(events));
  const bytes = progress.map(({ attributes }) => Number(attributes.current));
  t.deepEqual(
    bytes,
    [...bytes].sort((a, b) => a - b),
  );
  t.true(progress.every(({ attributes: { current = 0, total = 0 } }) => current <= total));
  t.true(Number(progress.at(-1)?.attributes.total) > 120_000_000);
  // What is there already is not pulled; what is nowhere is told of as well.
  t.is((await run('again', name)).status, 201);
  t.teardown(() => lab.request(2, { method: 'DELETE', path: '/containers/again?force=true' }));
  t.is((await run('nowhere', `${lab.registry?.addr}/team/nowhere:1`)).status, 404);
  const failed = await eventually(() => eventsOf('nowhere'), isOver, 30_000);
  t.like(failed.at(-1), { action: 'pull_failed', engine: 'images-2', attributes: { code: 'no_such_image' } });
  t.deepEqual(await eventsOf('again'), []);
});

test.serial(
  'an image is pushed to other engines without a registry, and of the next one only what is new',
  async (t) => {
    const { one, two } = await startTwo(t);
    await layered('demo/busybox:1', 'demo/app:1', 20);
    await layered('demo/app:1', 'demo/app:2', 1);
    const first = await type(one, 'image push demo/app:1 --from images-1 --to images-2 --to images-3 --json');
    t.is(first.code, 0, first.err);
    const whole = JSON.parse(first.out);
    t.like(whole, { ok: true, engines: { 'images-2': { status: 'loaded' }, 'images-3': { status: 'loaded' } } });
    t.true(whole.engines['images-2'].sent_bytes > 20_000_000);
    const second = await linesOf(
      two,
      'engine-images/load?from=images-1&name=demo/app:2&to=images-2&to=images-3',
      undefined,
    );
    t.true(second.last.ok, JSON.stringify(second.last));
    for (const engine of ['images-2', 'images-3']) {
      const { sent_bytes } = second.last.engines[engine];
      t.true(sent_bytes > 1_000_000 && sent_bytes < 2_000_000, `${engine}: ${sent_bytes}`);
    }
    t.like((await linesOf(one, 'engine-images/load?from=images-1&name=demo/app:2', undefined)).last, {
      ...{ ok: true, sent_bytes: 0 },
      engines: { 'images-1': { status: 'present' }, 'images-3': { status: 'present' } },
    });
    const ran = await one.call('POST', 'container', {
      name: 'demo/app:2',
      type: 'label',
      labels: ['images-2'],
      container_name: 'app',
    });
    t.is(ran.status, 201, String(ran.data));
    const sizes = await type(two, 'exec app stat -c %s /data-demo-app-1 /data-demo-app-2');
    t.is(sizes.out, `${20 * 2 ** 20}\n${2 ** 20}\n`, sizes.err);
    await one.call('DELETE', 'container/app');
    const dir = temporaryFolder(t);
    const saved = await type(one, `save -o ${join(dir, 'app.tar')} --engine images-2 demo/app:2`);
    t.is(saved.code, 0, saved.err);
    t.true((await stat(join(dir, 'app.tar'))).size > 21_000_000, 'what was loaded in part is saved whole');
    for (const name of ['demo/app:2', 'demo/app:1']) await forget(3, name);
    const file = await type(two, `push --from ${join(dir, 'app.tar')} --to images-3`);
    t.is(file.code, 0, file.err);
    t.regex(file.out, /images-3: loaded, 2\d(\.\d)?MB/);
    t.true(await has(3, 'demo/app:2'));
    await forget(3, 'demo/app:2');
    const piped = await new Promise<Typed>((done) => {
      const line = `${process.execPath} ${main} push --from - --to images-3 < ${join(dir, 'app.tar')}`;
      const options = { env: { PATH: process.env.PATH, SATSUMA_HOST: two.address }, timeout: 120_000 };
      execFile('sh', ['-c', line], options, (error, out, err) => done({ code: Number(error?.code ?? 0), out, err }));
    });
    t.is(piped.code, 0, piped.err);
    t.true(await has(3, 'demo/app:2'));
    t.is((await type(two, `push --from ${join(dir, 'app.tar')} --to label:nobody`)).code, 3);
    await writeFile(join(dir, 'bad.tar'), 'no archive at all'.repeat(100));
    const bad = await type(one, `push --from ${join(dir, 'bad.tar')}`);
    t.is(bad.code, 2);
    t.regex(bad.err, /it is no tar archive, or it is damaged/);
  },
);

test.serial('an engine that freezes while it is pushed to does not hold the others up', async (t) => {
  const server = await start(t, { deadlines: { list: 5, pull: 15 } });
  await registerAll(server, lab);
  await layered('demo/busybox:1', 'demo/large:1', 60);
  await lab.pause(3);
  t.teardown(() => lab.resume(3).catch(() => undefined));
  const { last } = await linesOf(
    server,
    'engine-images/load?from=images-1&name=demo/large:1&to=images-2&to=images-3',
    undefined,
  );
  t.true(last.engines['images-2'].ok, JSON.stringify(last));
  t.false(last.engines['images-3'].ok);
  t.true(await has(2, 'demo/large:1'));
  await lab.resume(3);
  for (const n of [1, 2]) await forget(n, 'demo/large:1');
});

/** How often each blob of an image was fetched from the registry. */
async function fetches(name: string): Promise<Record<string, number>> {
  const [, repo = ''] = /^[^/]+\/(.*):[^:]*$/.exec(name) ?? [];
  const log = await readFile(join(lab.dir, 'registry', 'registry.log'), 'utf8');
  const counts: Record<string, number> = {};
  for (const [, blob = ''] of log.matchAll(
    new RegExp(`"GET /v2/${repo}/blobs/(sha256:[0-9a-f]{64}) [^"]*" 200`, 'g'),
  )) {
    counts[blob] = (counts[blob] ?? 0) + 1;
  }
  return counts;
}

const idOn = async (n: number, name: string) => {
  const { status, body } = await lab.request(n, { path: `/images/${name}/json` });
  return status === 200 ? JSON.parse(body).Id : undefined;
};

test.serial('engines of two servers that pull the same image at the same moment ask the registry once', async (t) => {
  const key = join(temporaryFolder(t), 'key');
  await writeFile(key, `${'k'.repeat(40)}\n`, { mode: 0o600 });
  const { one, two } = await startTwo(t, { 'registry-key-file': key, 'image-sharing': true });
  const { username, password } = registryLogin;
  await one.call('POST', 'registry', { server: lab.registry?.addr, username, password });
  const publishLarge = (tag: string) => publish(tag, (name) => layered('demo/busybox:1', name, 40));
  const name = await publishLarge('shared:1');
  const pulls = await Promise.all([
    linesOf(one, 'engine-images/pull', { name, engines: ['images-1', 'images-2'] }),
    linesOf(two, 'engine-images/pull', { name, engines: ['images-3'] }),
  ]);
  for (const { last } of pulls) t.true(last.ok, JSON.stringify(last));
  const counts = Object.values(await fetches(name));
  t.true(counts.length >= 2, 'the layer and the configuration');
  t.deepEqual(
    counts.filter((count) => count !== 1),
    [],
  );
  const ids = await Promise.all([1, 2, 3].map((n) => idOn(n, name)));
  t.truthy(ids[0]);
  t.deepEqual(ids, [ids[0], ids[0], ids[0]]);
  const run = await publishLarge('shared-run:1');
  const image = { name: run, type: 'unique', args: ['sleep', '1000'] };
  const spec = { name: 'shared', replicas: 3, image: { ...image, strategy: 'spread' } };
  t.is((await two.call('POST', 'service', spec)).status, 201);
  await eventually(
    async () => (await two.call('GET', 'service/shared')).data.status.ready,
    (ready) => ready === 3,
    60_000,
  );
  t.deepEqual(
    Object.values(await fetches(run)).filter((count) => count !== 1),
    [],
  );
  await one.call('DELETE', 'service/shared');
});

test.serial('where the engine that pulls for the others freezes, they pull for themselves', async (t) => {
  const server = await start(t, { 'image-sharing': true, deadlines: { list: 3, pull: 15 } });
  await registerAll(server, lab);
  const { username, password } = registryLogin;
  await server.call('POST', 'registry', { server: lab.registry?.addr, username, password });
  const name = await publish('shared:2', (each) => layered('demo/busybox:1', each, 60));
  const first = linesOf(server, 'engine-images/pull', { name, engines: ['images-1'] });
  await eventually(
    async () => Object.keys(await fetches(name)).length,
    (begun) => begun > 0,
    30_000,
  ).catch(() => undefined);
  await lab.pause(1);
  t.teardown(() => lab.resume(1).catch(() => undefined));
  const others = await linesOf(server, 'engine-images/pull', { name, engines: ['images-2', 'images-3'] });
  t.true(others.last.ok, JSON.stringify(others.last));
  await lab.resume(1);
  await first;
});
