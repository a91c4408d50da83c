import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import Docker from 'dockerode';
import { WebSocket } from 'ws';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where a client goes: to the door, or to an engine that Satsuma does not know. */
type Place = 'door' | 'plain';

interface Context {
  readonly lab: Lab;
  readonly server: SatsumaServer;
  readonly environments: Readonly<Record<Place, NodeJS.ProcessEnv>>;
}

const test = anyTest as TestFn<Context>;
const image = 'demo/busybox:1';
const clients = resolve('test/integration/clients');
/** Of example/lab/newer-clients.sh. What could not be fetched is skipped. */
const newer = resolve('.lab/.clients');
const testWith = (...programs: readonly string[]) =>
  programs.every((program) => existsSync(join(newer, program))) ? test.serial : test.serial.skip;

test.before(async (t) => {
  const lab = await startLab({ name: 'dockerclients', engines: 3, image: true, attached: true });
  const socket = join(lab.dir, 'docker.sock');
  const server = await startSatsuma(lab, lab.dir, { doors: { docker: { socket } } });
  await registerAll(server, { ...lab, engines: lab.engines.slice(0, -1) });
  const { PATH } = process.env;
  const common = { PATH, HOME: lab.dir, COMPOSE_INTERACTIVE_NO_CLI: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const environments = {
    door: { ...common, DOCKER_HOST: `unix://${socket}` },
    plain: {
      ...{ ...common, DOCKER_HOST: (lab.engines.at(-1)?.addr ?? '').replace('https:', 'tcp:') },
      ...{ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: dirname(lab.client.ca) },
    },
  };
  Object.assign(t.context, { lab, server, environments });
});

test.after.always(async (t) => {
  await t.context.server?.end();
  await t.context.lab?.down();
});

function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((done) => {
    execFile(program, [...words], { env, timeout: 120_000 }, (error, out, err) => {
      done({ code: error ? Number(error.code ?? -1) : 0, out, err });
    });
  });
}

/** The same at both places, one beside the other. */
async function both(t: ExecutionContext<Context>, program: string, ...words: readonly string[]) {
  const { environments } = t.context;
  const [door, plain] = await Promise.all([
    run(program, words, environments.door),
    run(program, words, environments.plain),
  ]);
  t.is(plain.code, door.code, `${words.join(' ')}: ${door.err} / ${plain.err}`);
  return { door, plain };
}

test.serial('a program that uses docker-py is told the same as by one engine', async (t) => {
  const { door, plain } = await both(t, '/usr/bin/python3', join(clients, 'docker-py.py'), image);
  t.is(door.code, 0, door.err);
  t.is(door.out, plain.out);
});

/** Lines in any order, without what differs from one run to the next. */
function told({ out }: Outcome): string[] {
  return out
    .split('\n')
    .map((line) => {
      const text = stripVTControlCharacters(line).replace(/[0-9a-f]{12,64}/g, 'ID');
      const [, names] = /^Attaching to (.*)/.exec(text) ?? [];
      return names === undefined ? text.trimEnd() : names.split(', ').sort().join();
    })
    .sort();
}

test.serial('a project of five services goes up, is scaled, told of and goes down by docker-compose', async (t) => {
  const { environments } = t.context;
  const project = ['-f', join(clients, 'shop.yaml'), '-p', 'shop'];
  const scripts: readonly (readonly string[])[] = [
    ['up', '-d'],
    ['ps'],
    ['exec', '-T', 'db', 'sh', '-c', 'echo $NAME; exit 3'],
    ['up', '-d', '--scale', 'worker=3'],
    ['logs', '--no-color', 'db', 'api', 'worker'],
    ['port', 'web', '80'],
    ['up', '-d', '--force-recreate', '--no-deps', 'web'],
    ['down', '-v'],
    ['ps'],
  ];
  for (const words of scripts) {
    const { door, plain } = await both(t, 'docker-compose', ...project, ...words);
    t.deepEqual(told(door), told(plain), words.join(' '));
  }
  const door = new Docker({ socketPath: (environments.door.DOCKER_HOST ?? '').replace('unix://', '') });
  const left = await door.listContainers({ all: true, filters: { label: ['com.docker.compose.project=shop'] } });
  t.deepEqual(left, []);
});

testWith('docker-compose')('a project of five services is run and changed by Compose 2', async (t) => {
  const compose = join(newer, 'docker-compose');
  const project = ['-f', join(clients, 'shop.yaml'), '-p', 'shop2'];
  const ps = ['ps', '-a', '--format', '{{.Name}} {{.Service}} {{.State}}'];
  const scripts: readonly (readonly string[])[] = [
    ['up', '-d'],
    ps,
    ['exec', '-T', 'db', 'sh', '-c', 'echo $NAME; exit 3'],
    ['up', '-d', '--scale', 'worker=3'],
    ['logs', '--no-color', '--no-log-prefix', 'db', 'api', 'worker'],
    ['run', '--rm', '-T', '--no-deps', 'api', 'echo', 'once'],
    ['port', 'web', '80'],
    // The new one is created while the old one has the port.
    ['up', '-d', '--force-recreate', '--no-deps', 'web'],
    ps,
    ['down', '-v'],
    ps,
  ];
  for (const words of scripts) {
    const { door, plain } = await both(t, compose, ...project, ...words);
    t.deepEqual(told(door), told(plain), `${words.join(' ')}: ${door.err}`);
  }
});

testWith('docker', 'docker-buildx')('BuildKit builds on one engine, and what it built runs there', async (t) => {
  const { lab, environments } = t.context;
  const folder = join(lab.dir, 'context');
  const plugins = join(lab.dir, '.docker/cli-plugins');
  for (const each of [folder, plugins]) mkdirSync(each, { recursive: true });
  symlinkSync(join(newer, 'docker-buildx'), join(plugins, 'docker-buildx'));
  const steps = ['ARG WHO', 'COPY note /note', 'RUN --mount=type=secret,id=s cat /run/secrets/s /note > /seen'];
  const last = ['RUN echo for $WHO >> /seen', 'CMD ["cat", "/seen"]', ''];
  writeFileSync(join(folder, 'Dockerfile'), [`FROM ${image}`, ...steps, ...last].join('\n'));
  writeFileSync(join(folder, 'note'), 'a note\n');
  writeFileSync(join(folder, 'secret'), 'hush\n');
  const env = { ...environments.door, DOCKER_BUILDKIT: '1' };
  const docker = (...words: string[]) => run(join(newer, 'docker'), words, env);
  const options = ['--build-arg', 'WHO=me', '--secret', `id=s,src=${join(folder, 'secret')}`, folder];
  for (const words of [['build'], ['buildx', 'build']]) {
    const tag = `demo/${words[0]}:1`;
    const built = await docker(...words, '-t', tag, ...options);
    t.is(built.code, 0, built.err);
    t.like(await docker('run', '--rm', tag), { code: 0, out: 'hush\na note\nfor me\n' });
  }
  writeFileSync(join(folder, 'Dockerfile'), `FROM ${image}\nRUN exit 7\n`);
  const failed = await docker('build', folder);
  t.is(failed.code, 1);
  t.regex(failed.err, /exit code: 7/);
  t.is((await docker('builder', 'prune', '-af')).code, 0);
});

testWith('node_modules/package-lock.json')(
  'testcontainers starts containers, and reads, executes and restarts',
  async (t) => {
    const { lab, environments } = t.context;
    const [engine] = lab.engines;
    if (!engine) throw new Error('no engine');
    const env = {
      ...{ ...environments.door, TESTCONTAINERS_RYUK_DISABLED: 'true' },
      TESTCONTAINERS_HOST_OVERRIDE: new URL(engine.addr).hostname,
    };
    const program = join(clients, 'testcontainers.mjs');
    const { code, out, err } = await run(process.execPath, [program, newer, image, engine.id], env);
    t.is(code, 0, out + err);
    t.deepEqual(out.split('\n'), ['page 200 hello', '', 'exec 3 web', 'the client has read the page', 'stopped', '']);
  },
);

test.serial('a program that uses dockerode creates, starts, attaches, follows and removes', async (t) => {
  const { door: environment } = t.context.environments;
  const docker = new Docker({ socketPath: (environment.DOCKER_HOST ?? '').replace('unix://', '') });
  t.is(String(await docker.ping()), 'OK');
  const events = await docker.getEvents({ filters: { type: ['container'], event: ['start', 'die'] } });
  const container = await docker.createContainer({
    ...{ name: 'node', Image: image, Cmd: ['cat'], Tty: false, OpenStdin: true, StdinOnce: true },
    ...{ AttachStdin: true, AttachStdout: true, HostConfig: { NanoCpus: 1e8 } },
  });
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, hijack: true });
  const output: Buffer[] = [];
  const sink = { write: (bytes: Buffer) => output.push(bytes) } as unknown as NodeJS.WritableStream;
  docker.modem.demuxStream(stream, sink, sink);
  await container.start();
  const waited = container.wait();
  stream.end('spoken\n');
  t.is((await waited).StatusCode, 0);
  t.is(Buffer.concat(output).toString(), 'spoken\n');
  const { State, Node } = (await container.inspect()) as Docker.ContainerInspectInfo & { Node: { Name: string } };
  t.is(State.Status, 'exited');
  const actions: string[] = [];
  for await (const bytes of events as unknown as AsyncIterable<Buffer>) {
    for (const line of bytes.toString().trim().split('\n')) {
      const { Action, Actor } = JSON.parse(line);
      actions.push(Action);
      t.is(Actor.Attributes['node.name'], Node.Name);
    }
    if (actions.includes('die')) break;
  }
  t.deepEqual(actions, ['start', 'die']);
  t.regex((await container.logs({ stdout: true })).toString(), /spoken/);
  await container.remove();
  await t.throwsAsync(container.inspect(), { message: /No such container/ });
});

/** What is written before and after somebody attaches, without an order among streams. */
const speaker = ['sh', '-c', 'echo out; echo err >&2; read line; echo got $line'];

test.serial('what was written before comes with an attach and over a WebSocket, as from one engine', async (t) => {
  const { environments, lab } = t.context;
  const { ca, cert, key } = lab.client;
  const tls = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
  const path = (environments.door.DOCKER_HOST ?? '').replace('unix://', '');
  const { hostname, port } = new URL(lab.engines.at(-1)?.addr ?? '');
  const places = [
    { docker: new Docker({ socketPath: path }), url: `ws+unix://${path}:`, options: {} },
    {
      docker: new Docker({ host: hostname, port, protocol: 'https', ...tls }),
      url: `wss://${hostname}:${port}`,
      options: tls,
    },
  ];
  for (const { docker, url, options } of places) {
    const container = await docker.createContainer({ Image: image, Cmd: speaker, OpenStdin: true, StdinOnce: true });
    await container.start();
    const logged = await eventually(
      async () => (await container.logs({ stdout: true, stderr: true })).toString(),
      (text) => text.includes('out') && text.includes('err'),
      20_000,
    );
    t.regex(logged, /out/, url);
    const before = await container.attach({ logs: true, stream: false, stdout: true, stderr: true });
    const framed = await buffer(before);
    t.deepEqual(
      framed
        .toString('latin1')
        .match(/out|err|got/g)
        ?.sort(),
      ['err', 'out'],
      url,
    );

    const socket = new WebSocket(`${url}/v1.41/containers/${container.id}/attach/ws?logs=1&stream=1&stdin=1`, options);
    let text = '';
    socket.on('message', (bytes: Buffer, isBinary: boolean) => {
      text += isBinary ? bytes : 'no bytes';
    });
    const closed = new Promise((resolve, reject) => socket.once('close', resolve).once('error', reject));
    socket.once('open', () => socket.send('hello\n'));
    await closed;
    t.deepEqual(text.split('\n').sort(), ['', 'err', 'got hello', 'out'], url);
    await container.remove({ force: true });
  }
});
