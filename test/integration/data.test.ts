import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { archiveOf, type Item } from '../cli/copy/archives.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const main = resolve('dist/src/main.js');
const withinMs = 30_000;
const settings = { deadlines: { connect: 2, list: 5, pull: 5 } };
const folder = mkdtempSync(join(tmpdir(), 'satsuma-test-'));
let lab: Lab;
let server: SatsumaServer;

test.before(async () => {
  lab = await startLab({ name: 'data', engines: 2, image: true, attached: true });
  server = await startSatsuma(lab, folder, settings);
  await registerAll(server, lab);
  await place('one', 1);
  await place('two', 2);
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
  rmSync(folder, { recursive: true });
});

async function place(name: string, engine: number, changes: object = {}): Promise<void> {
  const image = { name: 'demo/busybox:1', type: 'host', container_name: name, labels: [`host:data-${engine}`] };
  const { status, data } = await server.call('POST', 'container', { ...image, network_mode: 'none', ...changes });
  if (status !== 201) throw new Error(`${status} ${data}`);
}

interface Outcome {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

async function typed(
  program: string,
  args: readonly string[],
  input: Uint8Array,
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env } });
  const out: Buffer[] = [];
  let err = '';
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => {
    err += bytes;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const overdue = setTimeout(() => child.kill(), withinMs);
  const code = await new Promise<number | null>((end) => child.once('close', end));
  clearTimeout(overdue);
  return { code, out: Buffer.concat(out), err };
}

const nothing: Uint8Array = Buffer.alloc(0);
const satsuma = (words: readonly string[], input = nothing, at = server) =>
  typed(process.execPath, [main, ...words], input, { SATSUMA_HOST: `http://${at.address}` });

/** docker's own command line, on an engine of the lab. */
function docker(engine: number, words: readonly string[], input = nothing): Promise<Outcome> {
  const { ca, cert, key } = lab.client;
  const address = (lab.engines[engine - 1]?.addr ?? '').replace('https:', 'tcp:');
  const tls = ['--tlsverify', '--tlscacert', ca, '--tlscert', cert, '--tlskey', key];
  return typed('docker', ['-H', address, ...tls, ...words], input, {});
}

const inside = async (container: string, script: string): Promise<string> => {
  const { data } = await server.call('POST', `container/${container}/exec`, { cmd: ['sh', '-c', script] });
  return `${data.stdout ?? JSON.stringify(data)}${data.stderr ?? ''}`;
};

const tree =
  'rm -rf /t && mkdir -p /t/src/sub /t/dst && cd /t && echo a > src/a && echo b > src/sub/b && echo f > file && ln -s src link && ln -s file flink';

/** What docker cp and satsuma cp are asked, with `C` for a container and `L` for a folder of this machine. */
const outOf = [
  ['C:/t/src', 'L/there'],
  ['C:/t/src', 'L/new'],
  ['C:/t/src/', 'L/new'],
  ['C:/t/src/.', 'L/there'],
  ['C:/t/src/.', 'L/new'],
  ['C:/t/file', 'L/there'],
  ['C:/t/file', 'L/there/'],
  ['C:/t/file', 'L/new'],
  ['C:/t/file', 'L/new/'],
  ['C:/t/file', 'L/old'],
  ['C:/t/src', 'L/old'],
  ['C:/t/link', 'L/there'],
  ['-L', 'C:/t/link', 'L/there'],
  ['-L', 'C:/t/flink', 'L/new'],
  ['C:/t/nope', 'L/there'],
  ['C:/t/src', 'L/no/new'],
] as const;

test.serial('files come out of a container as docker brings them out', async (t) => {
  await inside('one', tree);
  for (const words of outOf) {
    const results = await Promise.all(
      (['docker', 'satsuma'] as const).map(async (program) => {
        const local = temporaryFolder(t);
        mkdirSync(join(local, 'there'));
        writeFileSync(join(local, 'old'), 'old');
        const asked = words.map((word) => word.replace(/^C:/, 'one:').replace(/^L/, local));
        const { code, err } = await (program === 'docker' ? docker(1, ['cp', ...asked]) : satsuma(['cp', ...asked]));
        return { isDone: code === 0, files: listing(local), err };
      }),
    );
    const [theirs, ours] = results;
    t.is(ours?.isDone, theirs?.isDone, `${words.join(' ')}: ${theirs?.err} and ${ours?.err}`);
    t.deepEqual(ours?.files, theirs?.files, words.join(' '));
  }
});

/** Names, kinds and contents below a folder of this machine. A link may point to nothing there. */
function listing(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const whole = join(entry.parentPath ?? path, entry.name);
      const kind = entry.isDirectory() ? '/' : entry.isSymbolicLink() ? '@' : `: ${readFileSync(whole, 'utf8')}`;
      return `${whole.slice(path.length)}${kind}`;
    })
    .sort();
}

const intoIt = [
  ['L/src', 'C:/t/dst'],
  ['L/src', 'C:/t/new'],
  ['L/src/', 'C:/t/new/'],
  ['L/src/.', 'C:/t/dst'],
  ['L/src/.', 'C:/t/new'],
  ['L/file', 'C:/t/dst'],
  ['L/file', 'C:/t/new'],
  ['L/file', 'C:/t/new/'],
  ['L/file', 'C:/t/file'],
  ['L/src', 'C:/t/file'],
  ['L/file', 'C:/t/link'],
  ['L/file', 'C:/t/flink'],
  ['L/link', 'C:/t/dst'],
  ['-L', 'L/link', 'C:/t/dst'],
  ['-a', 'L/file', 'C:/t/dst'],
  ['L/nope', 'C:/t/dst'],
  ['L/file', 'C:/no/such/new'],
] as const;

test.serial('files go into a container as docker puts them in', async (t) => {
  const local = temporaryFolder(t);
  mkdirSync(join(local, 'src/sub'), { recursive: true });
  writeFileSync(join(local, 'src/a'), 'local a');
  writeFileSync(join(local, 'src/sub/b'), 'local b');
  writeFileSync(join(local, 'file'), 'local file');
  symlinkSync('src', join(local, 'link'));
  const found =
    'cd /t && find . | sort | while read f; do [ -f $f ] && [ ! -L $f ] && echo "$f: $(cat $f)" || echo $f; done';
  for (const words of intoIt) {
    await Promise.all(['one', 'two'].map((container) => inside(container, tree)));
    const asked = (container: string) => words.map((word) => word.replace(/^C:/, `${container}:`).replace(/^L/, local));
    const [theirs, ours] = await Promise.all([docker(2, ['cp', ...asked('two')]), satsuma(['cp', ...asked('one')])]);
    t.is(ours.code === 0, theirs.code === 0, `${words.join(' ')}: ${theirs.err} and ${ours.err}`);
    const [there, here] = await Promise.all(['two', 'one'].map((container) => inside(container, found)));
    t.is(here, there, words.join(' '));
  }
});

test.serial('between two engines, by their names and by another name, with equal digests', async (t) => {
  const local = temporaryFolder(t);
  const bytes = randomBytes(20_000_000);
  writeFileSync(join(local, 'big'), bytes);
  await inside('one', 'rm -rf /x && mkdir /x');
  await inside('two', 'rm -rf /x /y && mkdir /x');
  t.is((await satsuma(['cp', join(local, 'big'), 'one:/x/big'])).code, 0);
  const whole = await satsuma(['cp', '--json', 'one:/x', 'two:/x']);
  t.is(whole.code, 0, whole.err);
  t.true(JSON.parse(whole.out.toString()).bytes > bytes.length);
  t.is((await satsuma(['cp', 'one:/x', 'two:/y'])).code, 0);
  const sum = createHash('sha256').update(bytes).digest('hex');
  t.is(await inside('two', 'cat /x/x/big | sha256sum; cat /y/big | sha256sum'), `${sum}  -\n${sum}  -\n`);
  t.is((await satsuma(['cp', 'two:/y/big', join(local, 'back')])).code, 0);
  t.true(bytes.equals(readFileSync(join(local, 'back'))));
  const out = await satsuma(['cp', 'two:/y', '-']);
  t.is((await satsuma(['cp', '-', 'one:/x'], out.out)).code, 0);
  t.is(await inside('one', 'cat /x/y/big | sha256sum'), `${sum}  -\n`);
});

/** What an archive of one entry comes to: the answer, and what there is of it in the container. */
async function putEntry(entry: Item, into = '/in/deep') {
  await inside('one', 'rm -rf /in /tmp/escaped /escaped; mkdir -p /in/deep; ln -s /tmp /in/deep/link');
  const archive = await archiveOf(entry);
  const url = `http://${server.address}/apiv1/container/one/archive?path=${into}`;
  const put = await fetch(url, { method: 'PUT', body: new Uint8Array(archive) });
  const { data, code } = (await put.json()) as { data: string; code?: string };
  const found = await inside('one', 'find / -xdev -name escaped 2>/dev/null');
  const typed = await satsuma(['cp', '-', `one:${into}`], archive);
  return { status: put.status, data, code, found: found.trim(), typed };
}

test.serial('an archive that leads out of its folder is refused by the engine, which is told', async (t) => {
  for (const [entry, reason] of [
    [{ name: '../../../escaped' }, /"\.\.\/\.\.\/\.\.\/escaped" is outside of "\/in\/deep"/],
    [{ name: 'a/../../escaped' }, /"\.\.\/escaped" is outside of "\/in\/deep"/],
    [{ name: 'escaped', type: 'symlink', linkname: '../../../../etc/passwd' }, /invalid symlink "\/in\/deep\/escaped"/],
    [{ name: 'escaped', type: 'link', linkname: '../../../../../etc/passwd' }, /invalid hardlink/],
  ] as const) {
    const { status, data, code, found, typed } = await putEntry(entry);
    t.deepEqual([status, code, found], [400, 'invalid', ''], data);
    t.regex(data, reason);
    t.is(typed.code, 2, typed.err);
    t.regex(typed.err, reason);
  }
});

test.serial('what an archive may name besides lands in the container, and not on the machine', async (t) => {
  for (const [entry, where] of [
    [{ name: '/escaped', content: 'x' }, '/in/deep/escaped'],
    [{ name: 'link/escaped', content: 'x' }, '/tmp/escaped'],
    [{ name: 'escaped', type: 'symlink', linkname: '/etc/passwd' }, '/in/deep/escaped'],
  ] as const) {
    const { status, data, found, typed } = await putEntry(entry);
    t.deepEqual([status, found], [200, where], JSON.stringify(data));
    t.is(typed.code, 0, typed.err);
    for (const path of [where, '/escaped']) t.false(existsSync(path), path);
  }
});

/** Another server on the same store would need Redis: this one has a store of its own, and the same engines. */
async function second(t: ExecutionContext): Promise<SatsumaServer> {
  const other = await startSatsuma(lab, temporaryFolder(t), { deadlines: { connect: 2, list: 5 } });
  t.teardown(() => other.end());
  await registerAll(other, lab);
  return other;
}

test.serial(
  'volumes and networks of two engines, also through another server, and by docker’s own words',
  async (t) => {
    const other = await second(t);
    const { status, data } = await server.call('POST', 'volume', {
      engine: 'data-1',
      name: 'shared',
      labels: { a: 'b' },
    });
    t.is(status, 201, JSON.stringify(data));
    const rows = (await other.call('GET', 'volumes?name=shared')).data;
    t.like(rows, [{ engine: 'data-1', name: 'shared', driver: 'local', labels: { a: 'b' } }]);
    t.is((await docker(1, ['volume', 'inspect', 'shared'])).code, 0);
    await place('user', 1, { volumes: ['shared:/x'] });
    t.teardown(() => server.call('DELETE', 'container/user'));
    t.deepEqual((await other.call('GET', 'volume/data-1/shared')).data.used_by, ['user']);
    t.like(await other.call('DELETE', 'volume/data-1/shared'), { status: 409, code: 'volume_in_use' });
    t.like(await server.call('POST', 'volume', { engine: 'data-1', name: 'x1', options: { nope: '1' } }), {
      status: 400,
    });
    t.like(await server.call('GET', 'volume/data-2/shared'), { status: 404, code: 'no_such_volume' });

    const front = { scope: 'data-2', name: 'front', subnet: '10.99.0.0/24' };
    t.is((await server.call('POST', 'network', front)).status, 201);
    t.like(await other.call('POST', 'network', front), { status: 409, code: 'name_taken' });
    t.is((await other.call('POST', 'network', { scope: 'data-2', name: 'back' })).status, 201);
    t.like(await server.call('POST', 'network', { ...front, name: 'overlap' }), { status: 400, code: 'invalid' });
    const networks = [{ name: 'front', aliases: ['db'], ip: '10.99.0.9' }, 'back'];
    await place('member', 2, { networks, network_mode: undefined });
    t.teardown(() => server.call('DELETE', 'container/member'));
    const members = async (name: string) => (await other.call('GET', `network/data-2/${name}`)).data.containers;
    t.like(await members('front'), [{ name: 'member', ipv4: '10.99.0.9/24' }]);
    t.like(await members('back'), [{ name: 'member' }]);
    t.like(await server.call('DELETE', 'network/data-2/front'), { status: 409, code: 'network_in_use' });
    t.like(await server.call('DELETE', 'network/data-2/bridge'), { status: 400, code: 'invalid' });
    const leave = { container: 'member' };
    t.is((await server.call('POST', 'network/data-2/front/disconnect', leave)).status, 200);
    t.like(await server.call('POST', 'network/data-2/front/disconnect', leave), { status: 409, code: 'wrong_state' });
    t.is((await server.call('POST', 'network/data-2/front/connect', { ...leave, ip: '10.99.0.7' })).status, 200);
    t.like(await members('front'), [{ name: 'member', ipv4: '10.99.0.7/24' }]);

    await server.call('POST', 'volume', { engine: 'data-2', name: 'lonely' });
    await server.call('POST', 'network', { scope: 'data-2', name: 'lonely-net' });
    const pruned = (await server.call('POST', 'volumes/prune', { all: true })).data;
    t.deepEqual(pruned.removed, [{ engine: 'data-2', name: 'lonely' }]);
    const left = (await server.call('POST', 'networks/prune', {})).data;
    t.deepEqual(left.removed, [{ engine: 'data-2', name: 'lonely-net' }]);
  },
);

test.serial('a volume is copied to another engine as it is, or not at all', async (t) => {
  await place('writer', 1, { volumes: ['goods:/goods'] });
  t.teardown(() => server.call('DELETE', 'container/writer'));
  const files =
    'cd /goods && mkdir -m 700 sub && head -c 5000000 /dev/urandom > sub/big && ln -s sub/big link && ln sub/big hard';
  await inside('writer', `${files} && chown -R 7:8 sub && touch -d 2001-01-01 sub/big && mkfifo pipe`);
  const look = 'cd /goods && find . | sort | xargs stat -c "%n %a %u %g %h %Y" && sha256sum sub/big && readlink link';
  const copied = await satsuma(['volume', 'copy', 'goods', '--to', 'data-2']);
  t.is(copied.code, 0, copied.err);
  t.regex(copied.out.toString(), /goods copied to engine data-2: \d+ entries, 5(\.\d+)?MB\n$/);
  await place('reader', 2, { volumes: ['goods:/goods'] });
  t.teardown(() => server.call('DELETE', 'container/reader'));
  const withoutRoot = (text: string) => text.replace(/^\. .*\n/, '');
  t.is(withoutRoot(await inside('reader', look)), withoutRoot(await inside('writer', look)));

  const again = await satsuma(['volume', 'copy', 'goods', '--from', 'data-1', '--to', 'data-2']);
  t.is(again.code, 4, again.err);
  t.regex(again.err, /engine data-2 has a volume goods already, and reader has it/);
  t.is((await server.call('POST', 'volume/data-1/goods/copy', { to: 'data-1' })).status, 400);
  t.is((await server.call('POST', 'volume/data-1/nothing/copy', { to: 'data-2' })).status, 404);

  await place('busy', 1, {
    volumes: ['moving:/moving'],
    args: ['sh', '-c', 'while :; do echo x >> /moving/now; done'],
  });
  t.teardown(() => server.call('DELETE', 'container/busy'));
  const moving = await satsuma(['volume', 'copy', 'moving', '--to', 'data-2']);
  t.is(moving.code, 4, moving.err);
  t.regex(moving.err, /volume moving changed on engine data-1 while it was copied/);
  t.is((await server.call('GET', 'volume/data-2/moving')).status, 404);
  for (const engine of [1, 2]) {
    const left = await docker(engine, ['ps', '-aq', '--filter', 'label=satsuma.volume-copy']);
    t.is(left.out.toString(), '', 'no container is left behind');
  }
});

test.serial('of a copy whose server is killed nothing is left, and nothing is placed onto the part', async (t) => {
  await place('source', 1, { volumes: ['killed:/killed'] });
  t.teardown(() => server.call('DELETE', 'container/source'));
  await inside('source', 'truncate -s 4G /killed/sparse');
  const copying = await fetch(`http://${server.address}/apiv1/volume/data-1/killed/copy`, {
    method: 'POST',
    body: JSON.stringify({ to: 'data-2' }),
  });
  const reader = copying.body?.getReader();
  const isUnderWay = async () => /"bytes": ?[1-9]/.test(Buffer.from((await reader?.read())?.value ?? []).toString());
  while (!(await isUnderWay()));
  const onto = { name: 'demo/busybox:1', type: 'host', labels: ['host:data-2'], volumes: ['killed:/x'] };
  const whileCopied = await server.call('POST', 'container', onto);
  t.is(whileCopied.status, 422, JSON.stringify(whileCopied));
  t.regex(
    JSON.stringify(whileCopied.details),
    /the volume killed is being copied to this engine, and is not complete yet/,
  );
  await server.end('SIGKILL');
  await reader?.read().catch(() => undefined);
  t.regex((await docker(2, ['volume', 'ls', '-q'])).out.toString(), /^killed$/m, 'it was killed in the middle');
  server = await startSatsuma(lab, folder, settings);
  const volumeThere = () => server.call('GET', 'volume/data-2/killed');
  t.is((await eventually(volumeThere, ({ status }) => status === 404, 60_000)).status, 404);
  const holders = async (engine: number) =>
    (await docker(engine, ['ps', '-aq', '--filter', 'label=satsuma.volume-copy'])).out.toString();
  for (const engine of [1, 2])
    t.is(
      await eventually(
        () => holders(engine),
        (ids) => ids === '',
        60_000,
      ),
      '',
    );
  t.is((await inside('source', 'stat -c %s /killed/sparse')).trim(), String(4 * 2 ** 30), 'the original stays');
});

const keeping = '[ -e /mine ] || [ ! -e /kept/started ] || exit 1; touch /mine /kept/started';

/** A service that runs on the first engine, with a file in its volume. */
async function startKeeper(name: string, { script = '', file = 'head -c 30000000 /dev/urandom > /kept/rows' } = {}) {
  const maintenance = await server.call('PATCH', 'engine/data-2', { status: 'maintenance' });
  if (!maintenance.ok) throw new Error(String(maintenance.data));
  const image = {
    name: 'demo/busybox:1',
    volumes: [`${name}:/kept`],
    network_mode: 'none',
    // The first process of a container hears no other signal.
    ...{ restart_policy: { name: 'always' }, stop_signal: 'SIGKILL' },
  };
  const args = ['sh', '-c', `${script}\n[ -e /kept/rows ] || ${file}\nsleep 100000`];
  const spec = { name, replicas: 1, shutdown_delay: 0, update: { monitor: 1 }, image: { ...image, args } };
  const { ok, data } = await server.call('POST', 'service', spec);
  if (!ok) throw new Error(JSON.stringify(data));
  const isRunning = ({ data: { status } }: Awaited<ReturnType<typeof shown>>) => status.state === 'running';
  const shown = () => server.call('GET', `service/${name}`);
  const { data: service } = await eventually(shown, isRunning, withinMs);
  await server.call('PATCH', 'engine/data-2', { status: 'ok' });
  return service.status.replicas[0].name as string;
}

const running = async (service: string) => {
  const filter = ['ps', '-q', '--no-trunc', '--filter', `label=satsuma.service=${service}`];
  const lists = await Promise.all(
    [1, 2].map(async (engine) => (await docker(engine, filter)).out.toString().split('\n')),
  );
  return lists.map((ids) => ids.filter((id) => id !== '').length);
};

const moveOf = async (service: string) => (await server.call('GET', `service/${service}`)).data.status?.move;
const isOver = (move: { phase: string; message: string } | undefined) =>
  move?.phase === 'done' || move?.phase === 'failed';
const replicaOf = async (service: string) =>
  (await server.call('GET', `service/${service}`)).data.status.replicas[0].name as string;
const digestIn = async (service: string) => (await inside(await replicaOf(service), 'sha256sum /kept/rows')).trim();

/** Resolves when the server has written that phase of a move. */
function untilPhase(phase: string): Promise<void> {
  return new Promise((resolve) => {
    server.child.stdout?.on('data', (bytes: Buffer) => {
      if (bytes.toString().includes(`"phase":"${phase}"`)) resolve();
    });
  });
}

test.serial('a service moves with its data, also when its server is killed at each step', async (t) => {
  t.timeout(400_000);
  await startKeeper('keeper');
  t.teardown(() => server.call('DELETE', 'service/keeper'));
  const digest = await digestIn('keeper');
  const moved = await satsuma(['service', 'move', 'keeper', '--to', 'data-2', '--rm-volumes']);
  t.is(moved.code, 0, moved.err);
  t.regex(moved.out.toString(), /keeper moved to engine data-2 with volume keeper\n$/);
  t.deepEqual(await running('keeper'), [0, 1]);
  t.is(await digestIn('keeper'), digest);
  t.is((await server.call('GET', 'volume/data-1/keeper')).status, 404);
  let to = 1;
  for (const phase of ['preparing', 'stopping', 'copying', 'starting', 'finishing']) {
    // That one is on record when it is answered.
    const isWritten = phase === 'preparing' ? Promise.resolve() : untilPhase(phase);
    const body = { to: `data-${to}`, remove_volumes: true };
    t.is((await server.call('POST', 'service/keeper/move', body)).status, 202);
    await isWritten;
    await server.end('SIGKILL');
    server = await startSatsuma(lab, folder, settings);
    const move = await eventually(() => moveOf('keeper'), isOver, 90_000);
    t.like(move, { phase: 'done', to: `data-${to}` }, `${phase}: ${JSON.stringify(move)}`);
    t.deepEqual(
      await eventually(
        () => running('keeper'),
        (counts) => counts[to - 1] === 1,
        withinMs,
      ),
      to === 1 ? [1, 0] : [0, 1],
    );
    t.is(await digestIn('keeper'), digest, phase);
    to = 3 - to;
  }
});

test.serial('a service that fails on the other engine goes on where it was, with its data as it was', async (t) => {
  const before = await startKeeper('picky', { script: keeping });
  t.teardown(() => server.call('DELETE', 'service/picky'));
  const digest = await digestIn('picky');
  const moved = await satsuma(['service', 'move', 'picky', '--to', 'data-2']);
  t.is(moved.code, 1, moved.err);
  t.regex(moved.err, /service picky stays on engine data-1, and was not moved to data-2: it ended/);
  t.deepEqual(
    await eventually(
      () => running('picky'),
      ([first]) => first === 1,
      withinMs,
    ),
    [1, 0],
  );
  t.is(await replicaOf('picky'), before, 'the same container');
  t.is(await digestIn('picky'), digest);
  t.is((await server.call('GET', 'volume/data-2/picky')).status, 404);
  const policy = await docker(1, ['inspect', '-f', '{{.HostConfig.RestartPolicy.Name}}', before]);
  t.is(policy.out.toString().trim(), 'always');
});

for (const cause of ['it fails there', 'it is stopped by a person']) {
  test.serial(`a move that is given up as ${cause} goes back, also when its server is killed meanwhile`, async (t) => {
    const name = cause === 'it fails there' ? 'unwelcome' : 'recalled';
    const script = cause === 'it fails there' ? keeping : '';
    const before = await startKeeper(name, { script, ...(script === '' && { file: 'truncate -s 500M /kept/rows' }) });
    t.teardown(() => server.call('DELETE', `service/${name}`));
    const isOnRecord = untilPhase(script === '' ? 'copying' : 'returning');
    t.is((await server.call('POST', `service/${name}/move`, { to: 'data-2' })).status, 202);
    await isOnRecord;
    if (script === '') t.is((await server.call('DELETE', `service/${name}/move`)).status, 202);
    await server.end('SIGKILL');
    server = await startSatsuma(lab, folder, settings);
    const move = await eventually(() => moveOf(name), isOver, 90_000);
    t.is(move?.phase, 'failed', JSON.stringify(move));
    const isBack = ([first]: readonly number[]) => first === 1;
    t.deepEqual(await eventually(() => running(name), isBack, withinMs), [1, 0]);
    t.is(await replicaOf(name), before, 'the same container');
    const part = () => server.call('GET', `volume/data-2/${name}`);
    t.is((await eventually(part, ({ status }) => status === 404, withinMs)).status, 404);
    const policy = await docker(1, ['inspect', '-f', '{{.HostConfig.RestartPolicy.Name}}', before]);
    t.is(policy.out.toString().trim(), 'always');
  });
}

test.serial('an engine that freezes while a service is moved to it costs the move, and nothing else', async (t) => {
  const before = await startKeeper('frozen', { file: 'truncate -s 3G /kept/rows' });
  t.teardown(() => server.call('DELETE', 'service/frozen'));
  t.is((await server.call('POST', 'service/frozen/move', { to: 'data-2' })).status, 202);
  const isCopying = async () => /^frozen$/m.test((await docker(2, ['volume', 'ls', '-q'])).out.toString());
  t.true(await eventually(isCopying, (is) => is, withinMs));
  await lab.pause(2);
  t.teardown(() => lab.resume(2));
  const move = await eventually(() => moveOf('frozen'), isOver, 60_000);
  t.is(move?.phase, 'failed', JSON.stringify(move));
  t.regex(move?.message ?? '', /data-2/);
  t.is(await replicaOf('frozen'), before);
  const isUp = async () => (await docker(1, ['inspect', '-f', '{{.State.Running}}', before])).out.toString().trim();
  t.is(await eventually(isUp, (is) => is === 'true', withinMs), 'true');
  await lab.resume(2);
  const part = () => server.call('GET', 'volume/data-2/frozen');
  t.is((await eventually(part, ({ status }) => status === 404, 90_000)).status, 404);
});

test.serial(
  'a container that comes and goes in a moment, started by hand, is told of with its exit code',
  async (t) => {
    const stop = new AbortController();
    t.teardown(() => stop.abort());
    const answer = await fetch(`http://${server.address}/apiv1/events?kind=container`, { signal: stop.signal });
    let told = '';
    const reading = (async () => {
      for await (const bytes of answer.body ?? []) told += Buffer.from(bytes).toString();
    })();
    reading.catch(() => undefined);
    const eventsOf = (name: string) => {
      const all = told
        .split('\n')
        .slice(0, -1)
        .flatMap((text) => (text.startsWith('data: ') ? [JSON.parse(text.slice(6))] : []));
      return all
        .filter((event) => event.name === name)
        .map(({ action, attributes }) => (action === 'die' ? `die ${attributes.exit_code}` : action));
    };
    for (const [count, [program, code]] of (['true 0', 'false 1', 'true 0'] as const)
      .map((each) => each.split(' '))
      .entries()) {
      const name = `short-${count}`;
      await docker(1 + (count % 2), [
        'run',
        '--rm',
        '--network',
        'none',
        '--name',
        name,
        'demo/busybox:1',
        program ?? '',
      ]);
      const events = await eventually(
        async () => eventsOf(name),
        (each) => each.includes('destroy'),
        withinMs,
      );
      t.deepEqual(events, ['create', 'start', `die ${code}`, 'destroy'], name);
    }
  },
);

test.serial('a container that cannot be in all of its networks is not left behind', async (t) => {
  await server.call('POST', 'network', { scope: 'data-1', name: 'there' });
  const image = { name: 'demo/busybox:1', type: 'host', labels: ['host:data-1'], container_name: 'half' };
  const answer = await server.call('POST', 'container', { ...image, networks: ['there', 'not-there'] });
  t.is(answer.status, 422, JSON.stringify(answer));
  t.regex(JSON.stringify(answer.details), /not-there not found/);
  t.not((await docker(1, ['inspect', 'half'])).code, 0);
});

test.serial('an engine that freezes costs its rows, and ends a copy on both sides', async (t) => {
  await inside('two', 'rm -rf /big && dd if=/dev/zero of=/big bs=1M count=60 2>/dev/null');
  const local = temporaryFolder(t);
  writeFileSync(join(local, 'big'), randomBytes(60_000_000));
  const reading = await fetch(`http://${server.address}/apiv1/container/two/archive?path=/big`);
  const reader = reading.body?.getReader();
  await reader?.read();
  await lab.pause(2);
  t.teardown(() => lab.resume(2));
  const rest = (async () => {
    while (!(await reader?.read())?.done);
  })();
  await t.throwsAsync(rest, undefined, 'the answer has no end');
  const into = await satsuma(['cp', join(local, 'big'), 'two:/big2']);
  t.not(into.code, 0);
  t.regex(into.err, /data-2/);
  const { status, data, errors } = await server.call('GET', 'volumes');
  t.is(status, 200);
  t.true(data.every(({ engine }: { engine: string }) => engine === 'data-1'));
  t.like(errors, [{ engine: 'data-2' }]);
  await lab.resume(2);
  const again = () => server.call('GET', 'volumes');
  t.deepEqual((await eventually(again, (answer) => answer.errors.length === 0, withinMs)).errors, []);
});

test.serial(
  'whoever goes in the middle of a copy ends the request of the engine, and leaves the rest as it was',
  async (t) => {
    await inside('one', 'rm -rf /cut && mkdir /cut');
    const archive = await archiveOf(
      { name: 'whole', content: 'x'.repeat(1000) },
      { name: 'part', content: 'x'.repeat(5e6) },
    );
    await new Promise<void>((gone) => {
      const path = '/apiv1/container/one/archive?path=/cut';
      const sent = httpRequest(`http://${server.address}${path}`, { method: 'PUT' });
      sent.on('error', () => gone());
      sent.write(archive.subarray(0, 2_000_000), () => sent.destroy(new Error('gone')));
    });
    const done = async () => {
      const answered = (await server.log()).filter(
        ({ msg, path = '' }) => msg === 'request' && String(path).includes('/archive'),
      );
      return answered.at(-1);
    };
    t.truthy(await eventually(done, (entry) => entry?.method === 'PUT', withinMs));
    t.not(await inside('one', 'wc -c < /cut/part'), '5000000\n');
  },
);

test.serial('a container goes where its volume and its network are, and says why it goes nowhere else', async (t) => {
  await server.call('POST', 'volume', { engine: 'data-2', name: 'far' });
  await server.call('POST', 'network', { scope: 'data-2', name: 'far-net' });
  const image = { name: 'demo/busybox:1', type: 'label', volumes: ['far:/x'], networks: ['far-net'] };
  const plan = await server.call('POST', 'plan', image);
  t.like(plan.data.candidates, [{ engine: 'data-2' }]);
  t.regex(JSON.stringify(plan.data.refused), /the volume far, which is on engine data-2/);
  const { status, data } = await server.call('POST', 'container', { ...image, container_name: 'far' });
  t.teardown(() => server.call('DELETE', 'container/far'));
  t.deepEqual([status, data.engine?.id], [201, 'data-2'], JSON.stringify(data));
});
