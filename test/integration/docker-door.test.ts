import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import Dockerode from 'dockerode';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

type Docker = (...words: readonly string[]) => Promise<Outcome>;

/** Docker's own command line: at the door, and at an engine that Satsuma does not know. */
interface Context {
  readonly lab: Lab;
  readonly server: SatsumaServer;
  readonly environment: NodeJS.ProcessEnv;
  readonly door: Docker;
  readonly plain: Docker;
}

const test = anyTest as TestFn<Context>;
const image = 'demo/busybox:1';

test.before(async (t) => {
  const lab = await startLab({ name: 'dockerdoor', engines: 4, image: true, attached: true });
  const socket = join(lab.dir, 'docker.sock');
  const server = await startSatsuma(lab, lab.dir, { doors: { docker: { socket } } });
  await registerAll(server, { ...lab, engines: lab.engines.slice(0, -1) });
  const environment = { ...process.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: lab.dir };
  const door: Docker = (...words) => run(words, environment);
  const plain = at(lab, lab.engines.length - 1);
  Object.assign(t.context, { lab, server, environment, door, plain });
});

test.after.always(async (t) => {
  await t.context.server?.end();
  await t.context.lab?.down();
});

/** Docker's own command line at one engine. */
function at({ client: { ca, cert, key }, engines }: Lab, index: number): Docker {
  const address = (engines[index]?.addr ?? '').replace('https:', 'tcp:');
  const options = ['--tlsverify', '--tlscacert', ca, '--tlscert', cert, '--tlskey', key, '-H', address];
  return (...words) => run([...options, ...words], { ...process.env, DOCKER_HOST: '' });
}

function run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile('docker', [...words], { env, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, out, err });
    });
  });
}

/** What differs between two runs in any case: ids, and the times and the addresses of the day. */
function told({ out }: Outcome): string {
  return out.replace(/[0-9a-f]{64}|[0-9a-f]{12}/g, 'ID').trim();
}

async function done(t: ExecutionContext, docker: Docker, ...words: readonly string[]): Promise<string> {
  const outcome = await docker(...words);
  t.is(outcome.code, 0, `${words.join(' ')}: ${outcome.err}`);
  return outcome.out.trim();
}

test.serial('the same commands have the same output and exit codes at the door as at one engine', async (t) => {
  const { door, plain } = t.context;
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, 'from outside\n');
  const scripts: readonly (readonly string[])[] = [
    ['run', '--rm', image, 'echo', 'hi'],
    ['run', '--rm', image, 'sh', '-c', 'echo out; echo err >&2; exit 3'],
    [
      'run',
      '--rm',
      '-e',
      'A=b',
      '-w',
      '/tmp',
      '-u',
      '1000',
      '--cpus',
      '0.1',
      '-m',
      '32m',
      image,
      'sh',
      '-c',
      'echo $A; pwd; id -u',
    ],
    ['run', '--name', 'once', image, 'echo', 'kept'],
    ['start', '-a', 'once'],
    ['logs', '--tail', '1', 'once'],
    ['wait', 'once'],
    ['inspect', '-f', '{{.Name}} {{.State.Status}} {{.Config.Image}} {{json .Config.Cmd}}', 'once'],
    ['rm', 'once'],
    ['run', '-d', '--name', 'web', '-p', '8080:80', '--label', 'tier=web', image, 'httpd', '-f', '-p', '80'],
    ['ps', '--format', '{{.Names}} {{.Image}} {{.State}} {{.Label "tier"}}'],
    ['port', 'web'],
    ['top', 'web', '-o', 'comm'],
    ['exec', 'web', 'echo', 'inside'],
    ['exec', '-e', 'X=y', '-w', '/tmp', 'web', 'sh', '-c', 'echo $X; pwd; exit 4'],
    ['exec', 'web', 'nothing-like-this'],
    ['cp', file, 'web:/tmp/file'],
    ['exec', 'web', 'cat', '/tmp/file'],
    ['cp', 'web:/tmp/file', `${file}-back`],
    ['rename', 'web', 'shop'],
    ['pause', 'shop'],
    ['unpause', 'shop'],
    ['rm', 'shop'],
    ['stop', '-t', '0', 'shop'],
    ['stop', '-t', '0', 'shop'],
    ['rm', '-f', 'shop'],
    ['rm', 'shop'],
    ['run', '--rm', '-v', 'nonsense:relative', image, 'true'],
  ];
  for (const words of scripts) {
    const [one, other] = await Promise.all([door(...words), plain(...words)]);
    const title = `${words.join(' ')}: ${one.err} / ${other.err}`;
    t.is(one.code, other.code, title);
    if (other.code === 0 || !other.err.includes('Error')) t.is(told(one), told(other), title);
    t.is(one.err === '', other.err === '', title);
  }
  t.is(await done(t, door, 'ps', '-aq'), '');
});

test.serial('containers are placed over the engines by the ledger, and what has no room says why', async (t) => {
  const { door, server } = t.context;
  const names = ['p1', 'p2', 'p3'];
  for (const name of names) await done(t, door, 'run', '-d', '--name', name, '-p', '8080:80', image, 'sleep', '1d');
  const { data } = await server.call('GET', 'containers');
  t.is(new Set(data.map(({ engine }: { engine: { id: string } }) => engine.id)).size, 3);
  const fourth = await door('run', '-d', '--name', 'p4', '-p', '8080:80', image, 'sleep', '1d');
  t.not(fourth.code, 0);
  t.regex(fourth.err, /no eligible engines .*8080/);
  t.is(await done(t, door, 'ps', '-aq', '--filter', 'name=p4'), '');
  const near = await done(t, door, 'inspect', '-f', '{{.Node.Name}}', 'p2');
  await done(t, door, 'run', '-d', '--name', 'beside', '-e', 'constraint:container==p2', image, 'sleep', '1d');
  t.is(await done(t, door, 'inspect', '-f', '{{.Node.Name}}', 'beside'), near);
  t.notRegex(await done(t, door, 'inspect', '-f', '{{json .Config.Env}}', 'beside'), /constraint/);
  await done(t, door, 'rm', '-f', ...names, 'beside');
});

test.serial('what was created and not started holds its claims, and starts later', async (t) => {
  const { door, server } = t.context;
  await done(t, door, 'create', '--name', 'later', '--cpus', '0.5', image, 'sleep', '1d');
  t.is((await server.call('GET', 'container/later')).data.state, 'created');
  const { reserved_cpus: held } = (await server.call('GET', 'cluster')).data;
  t.is(held, 0.5);
  t.is(await done(t, door, 'ps', '-a', '--format', '{{.State}}', '--filter', 'name=later'), 'created');
  await done(t, door, 'start', 'later');
  t.is((await server.call('GET', 'container/later')).data.state, 'running');
  await done(t, door, 'rm', '-f', 'later');
});

test.serial('logs are followed, and input goes to a program until its end', async (t) => {
  const { door, environment } = t.context;
  await done(t, door, 'run', '-d', '--name', 'talker', image, 'sh', '-c', 'echo one; cat /dev/null; sleep 1d');
  const logs = spawn('docker', ['logs', '-f', 'talker'], { env: environment });
  const followed = once(logs, 'close');
  const [first] = await once(logs.stdout, 'data');
  t.is(String(first), 'one\n');
  await done(t, door, 'stop', '-t', '0', 'talker');
  t.is((await followed)[0], 0);
  await done(t, door, 'start', 'talker');
  for (const words of [
    ['exec', '-i', 'talker', 'wc', '-c'],
    ['run', '-i', '--rm', image, 'wc', '-c'],
  ]) {
    const counting = spawn('docker', words, { env: environment });
    const output: Buffer[] = [];
    counting.stdout.on('data', (bytes: Buffer) => output.push(bytes));
    counting.stdin.end(Buffer.alloc(3_000_000, 'a'));
    t.is((await once(counting, 'close'))[0], 0, words.join(' '));
    t.is(Buffer.concat(output).toString().trim(), '3000000');
  }
  await done(t, door, 'rm', '-f', 'talker');
});

test.serial('a terminal works over exec and over run', async (t) => {
  const { door, environment } = t.context;
  await done(t, door, 'run', '-d', '--name', 'shell', image, 'sleep', '1d');
  const typed = async (command: string) => {
    // script(1) has a terminal.
    const script = spawn('script', ['-qec', command, '/dev/null'], { env: environment });
    let shown = '';
    let isTyped = false;
    script.stdout.on('data', (bytes: Buffer) => {
      shown += bytes;
      if (isTyped || !/[#$] /.test(shown)) return;
      isTyped = true;
      script.stdin.write('echo typed-$((1+1)); exit 5\n');
    });
    const [code] = await once(script, 'close');
    return { code, shown };
  };
  for (const command of ['docker exec -it shell sh', `docker run -it --rm ${image} sh`]) {
    const { code, shown } = await typed(command);
    t.regex(shown, /typed-2/, command);
    t.is(code, 5, shown);
  }
  await done(t, door, 'rm', '-f', 'shell');
});

test.serial('what is made by hand on an engine is there as well, and the door tells of all engines', async (t) => {
  const { door, lab, server } = t.context;
  await done(t, at(lab, 0), 'run', '-d', '--name', 'by-hand', image, 'sleep', '1d');
  await eventually(
    () => server.call('GET', 'container/by-hand'),
    ({ status }) => status === 200,
    20_000,
  );
  t.is(await done(t, door, 'ps', '--format', '{{.Names}}'), 'by-hand');
  await done(t, door, 'rm', '-f', 'by-hand');
  const info = await done(t, door, 'info', '--format', '{{.NCPU}} {{json .DriverStatus}}');
  for (const { id } of lab.engines.slice(0, 3)) t.true(info.includes(id), info);
  t.regex(await done(t, door, 'version', '--format', '{{.Server.Version}}'), /^\d+\.\d+\.\d+/);
});

test.serial('networks and volumes draw their containers to one engine, and events tell of it', async (t) => {
  const { door, environment } = t.context;
  const events = spawn('docker', ['events', '--filter', 'type=container', '--format', '{{json .}}'], {
    env: environment,
  });
  let told = '';
  events.stdout.on('data', (bytes: Buffer) => {
    told += bytes;
  });
  await done(t, door, 'network', 'create', '--label', 'a=b', 'shop');
  await done(t, door, 'volume', 'create', 'data');
  t.is(await done(t, door, 'network', 'ls', '--format', '{{.Name}}', '--filter', 'label=a=b'), 'shop');
  t.is(await done(t, door, 'volume', 'ls', '-q'), 'data');
  t.not((await door('network', 'create', 'shop')).code, 0);
  await done(t, door, 'run', '-d', '--name', 'db', '--network', 'shop', '-v', 'data:/data', image, 'sleep', '1d');
  await done(t, door, 'run', '-d', '--name', 'web', '--network', 'shop', image, 'sleep', '1d');
  const [one, other] = (await done(t, door, 'inspect', '-f', '{{.Node.Name}}', 'db', 'web')).split('\n');
  t.is(one, other);
  await done(t, door, 'exec', 'web', 'ping', '-c', '1', '-W', '5', 'db');
  await done(t, door, 'network', 'disconnect', 'shop', 'web');
  await done(t, door, 'network', 'connect', '--alias', 'again', 'shop', 'web');
  await done(t, door, 'exec', 'db', 'ping', '-c', '1', '-W', '5', 'again');
  await done(t, door, 'update', '--memory', '32m', '--memory-swap', '64m', '--cpus', '0.3', 'web');
  t.is(
    await done(t, door, 'inspect', '-f', '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}', 'web'),
    '33554432 300000000',
  );
  t.not((await door('volume', 'rm', 'data')).code, 0);
  await done(t, door, 'rm', '-f', 'db', 'web');
  await done(t, door, 'volume', 'rm', 'data');
  await done(t, door, 'network', 'rm', 'shop');
  t.regex((await door('network', 'rm', 'shop')).err, /network shop not found/);
  await eventually(
    async () => told,
    (text) => (text.match(/"Action":"destroy"/g) ?? []).length === 2,
    20_000,
  );
  events.kill();
  const lines = told
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const started = lines.filter(({ Action }) => Action === 'start');
  t.deepEqual(
    started.map(({ Actor }) => [Actor.Attributes.name, Actor.Attributes['node.name']]),
    [
      ['db', one],
      ['web', one],
    ],
  );
});

test.serial('images are those of all engines: tagged, shown, removed, and a pull that fails says where', async (t) => {
  const { door } = t.context;
  await done(t, door, 'tag', image, 'demo/other:2');
  t.regex(await done(t, door, 'images', '--format', '{{.Repository}}:{{.Tag}}'), /demo\/other:2/);
  t.regex(await done(t, door, 'history', 'demo/other:2'), /Imported/);
  t.is(await done(t, door, 'rmi', 'demo/other:2'), 'Untagged: demo/other:2');
  t.not((await door('rmi', 'demo/other:2')).code, 0);
  const pull = await door('pull', '127.0.0.1:9/x:1');
  t.not(pull.code, 0);
  t.regex(pull.err, /dockerdoor-1: .*refused.*dockerdoor-3: /);
});

/** `docker run -d -p 8080:80`, as a client of the API says it. */
async function create(api: Dockerode): Promise<Outcome> {
  const HostConfig = { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } };
  try {
    const container = await api.createContainer({ Image: image, Cmd: ['sleep', '1d'], HostConfig });
    await container.start();
    return { code: 0, out: container.id, err: '' };
  } catch (error) {
    const { statusCode, json } = error as {
      readonly statusCode?: number;
      readonly json?: { readonly message?: string };
    };
    return { code: statusCode === 409 ? 125 : -1, out: '', err: json?.message ?? String(error) };
  }
}

test.serial('of 200 clients at two servers that want one port, three run, and the others are told why', async (t) => {
  t.timeout(180_000);
  const { lab, server } = t.context;
  await server.end();
  const engines = lab.engines.slice(0, -1);
  const redis = await startRedis(t);
  const places = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const socket = join(temporaryFolder(t), `${name}.sock`);
      const settings = { 'redis-url': redis.url, 'data-dir': name, doors: { docker: { socket } } };
      const started = await startSatsuma(lab, temporaryFolder(t), settings);
      t.teardown(() => started.end());
      const environment = { ...process.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: lab.dir };
      const docker = (...words: readonly string[]) => run(words, environment);
      return { server: started, docker, api: new Dockerode({ socketPath: socket }) };
    }),
  );
  const [one, two] = places;
  if (!one || !two) throw new Error('two servers');
  await registerAll(one.server, { ...lab, engines });
  const known = await eventually(
    async () => (await two.server.call('GET', 'engines')).data.length,
    (count) => count === 3,
    30_000,
  );
  t.is(known, 3, 'the other server knows the engines');

  // 200 processes at once cost the machine a minute: a few are docker's own, the others speak as it does.
  const words = ['run', '-d', '-p', '8080:80', image, 'sleep', '1d'];
  const asked = Array.from({ length: 100 }, () => places).flatMap((all, index) =>
    all.map(({ docker, api }) => (index < 5 ? docker(...words) : create(api))),
  );
  const outcomes = await Promise.all(asked);

  const ran = outcomes.filter(({ code }) => code === 0);
  const isRefused = ({ code, err }: Outcome) => code === 125 && err.includes('no eligible engines to run image; ');
  for (const { err } of outcomes.filter(isRefused)) {
    const taken = [...err.matchAll(/port tcp\/8080 is taken[^(]*\(engines: (\d)\)/g)];
    const engines = taken.reduce((sum, [, count]) => sum + Number(count), 0);
    t.is(engines, 3, err);
  }
  // On a machine that is busy with other things Redis may be late: whoever was told so asks again.
  const late = outcomes.filter((each) => each.code !== 0 && !isRefused(each));
  for (const { err } of late) t.regex(err, /Redis at \S+ (did not answer in time|closed the connection)/);
  t.true(ran.length <= 3);
  if (late.length === 0) t.is(ran.length, 3);
  const list = async () => {
    const ids = (await done(t, two.docker, 'ps', '-aq', '--no-trunc')).split('\n').filter((id) => id !== '');
    if (ids.length < 3 && late.length > 0) await create(one.api);
    return ids.sort();
  };
  const ids = await eventually(list, (seen) => seen.length === 3, 30_000);
  t.is(ids.length, 3);
  for (const { out } of ran) t.true(ids.includes(out.trim()), 'and nothing is left of the others');
  const where = await done(t, one.docker, 'inspect', '-f', '{{.Node.Name}}', ...ids);
  t.deepEqual(where.split('\n').sort(), engines.map(({ id }) => id).sort());
  await done(t, one.docker, 'rm', '-f', ...ids);
});
