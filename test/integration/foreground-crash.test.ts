import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

/** A run in the foreground whose client or server dies between the creation and the start, and whose engine cannot start it. */
const main = resolve('dist/src/main.js');
const withinMs = 90_000;
/** How often a client may be too quick to be killed before its container is started. */
const maxRounds = 20;
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'fgcrash', engines: 2, image: true, attached: true });
});

test.after.always(() => lab?.down());

const settings = { lease: 2, deadlines: { connect: 2, list: 5, create: 10, start: 5 } };

async function open(t: ExecutionContext): Promise<{ server: SatsumaServer; dir: string }> {
  const dir = temporaryFolder(t);
  const server = await startSatsuma(lab, dir, settings);
  t.teardown(() => server.end('SIGKILL'));
  await registerAll(server, lab);
  return { server, dir };
}

interface Found {
  readonly Id: string;
  readonly State: string;
}

/** On both engines, by name. */
async function containersOf(name: string): Promise<Found[]> {
  const filters = encodeURIComponent(JSON.stringify({ name: [`^/${name}$`] }));
  const path = `/containers/json?all=true&filters=${filters}`;
  const answers = await Promise.all([1, 2].map((n) => lab.request(n, { path })));
  return answers.flatMap(({ body }) => JSON.parse(body) as Found[]);
}

function run(t: ExecutionContext, { address }: SatsumaServer, ...words: string[]) {
  const env = { PATH: process.env.PATH, SATSUMA_HOST: `http://${address}` };
  const child = spawn(process.execPath, [main, 'run', ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stdout.on('data', (bytes: Buffer) => {
    said.out += bytes;
  });
  child.stderr.on('data', (bytes: Buffer) => {
    said.err += bytes;
  });
  const ended = new Promise<number | null>((end) => child.once('close', end));
  return { child, said, ended };
}

/** Kills as soon as the container is there, until it was not started yet then, and is gone. Returns its name. */
async function killedInBetween(
  t: ExecutionContext,
  server: () => Promise<SatsumaServer>,
  kill: (child: ChildProcess, server: SatsumaServer) => void,
): Promise<string> {
  for (let round = 1; round <= maxRounds; round++) {
    const name = `cut-${round}`;
    const now = await server();
    const { child, ended } = run(
      t,
      now,
      '-a',
      'stdout',
      '--memory',
      '64',
      '--name',
      name,
      'demo/busybox:1',
      'sleep',
      '1000',
    );
    await eventually(
      () => containersOf(name),
      ({ length }) => length > 0,
      withinMs,
    );
    kill(child, now);
    await ended;
    const [killed] = await containersOf(name);
    await server();
    // A start that was on its way to the engine is carried out, and then it stays.
    const [found] = await eventually(
      () => containersOf(name),
      ([each]) => each?.State !== 'created',
      withinMs,
    );
    if (killed?.State === 'created' && !found) return name;
    if (found)
      for (const n of [1, 2]) await lab.request(n, { method: 'DELETE', path: `/containers/${found.Id}?force=true` });
  }
  throw new Error('each container was started before anybody could be killed');
}

async function expectFreed(t: ExecutionContext, server: SatsumaServer, name: string): Promise<void> {
  const held = async () => {
    const engines = (await server.call('GET', 'engines')).data as { reserved_memory: number }[];
    return engines.reduce((sum, each) => sum + each.reserved_memory, 0);
  };
  t.is(await eventually(held, (mb) => mb === 0, withinMs), 0, 'its place is free again');
  t.is((await server.call('GET', `container/${name}`)).status, 404);
}

test.serial('nothing is left of a container whose client was killed before it was started', async (t) => {
  const { server } = await open(t);
  const name = await killedInBetween(
    t,
    async () => server,
    (child) => child.kill('SIGKILL'),
  );
  await expectFreed(t, server, name);
});

test.serial('nothing is left of a container whose server was killed before it was started', async (t) => {
  const { server: first, dir } = await open(t);
  let server = first;
  const name = await killedInBetween(
    t,
    async () => {
      if (server.child.exitCode !== null || server.child.signalCode !== null) {
        server = await startSatsuma(lab, dir, settings);
        t.teardown(() => server.end('SIGKILL'));
      }
      return server;
    },
    (_, { child }) => child.kill('SIGKILL'),
  );
  await expectFreed(t, server, name);
});

test.serial('an engine on which the port is taken unseen is passed over, in the foreground too', async (t) => {
  const { server } = await open(t);
  const words = ['-a', 'stdout', '--rm', '-p', '8123:80', '--name', 'web', 'demo/busybox:1'];
  const plan = await server.call('POST', 'plan', {
    ...{ name: 'demo/busybox:1', type: 'label' },
    bind_ports: [{ proto: 'tcp', port: 8123, container_port: 80 }],
  });
  const first = lab.engines.findIndex(({ id }) => id === plan.data.candidates[0].engine) + 1;
  // On the network of the host: no list tells of its port.
  const body = JSON.stringify({
    ...{ Image: 'demo/busybox:1', Cmd: ['httpd', '-f', '-p', '8123'] },
    HostConfig: { NetworkMode: 'host' },
  });
  const headers = { 'content-type': 'application/json' };
  const made = await lab.request(first, { method: 'POST', path: '/containers/create', body, headers });
  const { Id } = JSON.parse(made.body) as Found;
  t.teardown(() => lab.request(first, { method: 'DELETE', path: `/containers/${Id}?force=true` }));
  await lab.request(first, { method: 'POST', path: `/containers/${Id}/start` });
  const { said, ended } = run(t, server, ...words, 'sh', '-c', 'echo here; exit 7');
  t.is(await ended, 7, said.err);
  t.is(said.out, 'here\n');
  t.deepEqual(
    await eventually(
      () => containersOf('web'),
      ({ length }) => length === 0,
      withinMs,
    ),
    [],
  );
});
