import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const main = resolve('dist/src/main.js');
const patienceMs = 30_000;
let lab: Lab;
let server: SatsumaServer;
const folder = mkdtempSync(join(tmpdir(), 'satsuma-test-'));

test.before(async () => {
  lab = await startLab({ name: 'front', engines: 1, image: true, attached: true });
  server = await startSatsuma(lab, folder, { deadlines: { connect: 2, list: 5 } });
  await registerAll(server, lab);
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function typed(program: string, args: readonly string[], input: string): Promise<Outcome> {
  const env = { PATH: process.env.PATH, SATSUMA_HOST: `http://${server.address}` };
  const child = spawn(program, args, { env });
  const said = { out: '', err: '' };
  child.stdout.on('data', (bytes: Buffer) => {
    said.out += bytes;
  });
  child.stderr.on('data', (bytes: Buffer) => {
    said.err += bytes;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((end) => child.once('close', end));
  return { code, ...said };
}

const satsuma = (words: readonly string[], input = '') => typed(process.execPath, [main, ...words], input);

/** docker's own command line, on the same engine. */
function docker(words: readonly string[], input = ''): Promise<Outcome> {
  const { ca, cert, key } = lab.client;
  const address = (lab.engines[0]?.addr ?? '').replace('https:', 'tcp:');
  const tls = ['--tlsverify', '--tlscacert', ca, '--tlscert', cert, '--tlskey', key];
  return typed('docker', ['-H', address, ...tls, ...words], input);
}

/** A command on a terminal of its own, as a person has it: what is typed there, and what is shown. */
async function onTerminal(words: readonly string[], typing: (show: () => string) => AsyncGenerator<string>) {
  const command = [process.execPath, main, ...words].map((word) => `'${word}'`).join(' ');
  const env = { PATH: process.env.PATH, TERM: 'xterm', SATSUMA_HOST: `http://${server.address}` };
  const script = `stty rows 33 cols 101; ${command}; echo "ended with $?"`;
  const child = spawn('script', ['-qec', script, '/dev/null'], { env });
  let shown = '';
  child.stdout.on('data', (bytes: Buffer) => {
    shown += bytes;
  });
  const ended = new Promise((end) => child.once('close', end));
  for await (const keys of typing(() => shown)) child.stdin.write(keys);
  await ended;
  return shown;
}

async function seen(show: () => string, text: string): Promise<void> {
  const isThere = await eventually(async () => new RegExp(text).test(show()), Boolean, patienceMs);
  if (!isThere) throw new Error(`${text} is not in ${JSON.stringify(show())}`);
}

const stateOf = async (name: string) => (await server.call('GET', `container/${name}?consistent=true`)).data.state;
const names = async () =>
  (await server.call('GET', 'containers?all=true&consistent=true')).data.map((each: { name: string }) => each.name);

test.serial('a shell on a terminal has its size, takes Ctrl-C itself, and ends with its code', async (t) => {
  const shown = await onTerminal(
    ['run', '-it', '--rm', '--name', 'shell', 'demo/busybox:1', 'sh'],
    async function* (show) {
      await seen(show, '# ');
      yield 'stty size; sleep 100\r';
      await seen(show, '33 101');
      yield '\x03';
      yield 'echo still $((40+2))\r';
      await seen(show, 'still 42');
      yield 'exit 7\r';
    },
  );
  t.regex(shown, /ended with 7/);
  t.false((await names()).includes('/shell'), 'it is gone when the command ends');
});

test.serial('nothing is lost of a program that ends at once, and its exit code is told', async (t) => {
  // Each time the container ends while its client may still be connecting.
  for (let round = 0; round < 10; round++) {
    const script = `seq 1 2000; echo err >&2; exit ${round}`;
    const words = ['run', '--rm', '-a', 'stdout', '-a', 'stderr', 'demo/busybox:1', 'sh', '-c', script];
    const { code, out, err } = await satsuma(words);
    t.is(code, round, err);
    t.is(out, Array.from({ length: 2000 }, (_, index) => `${index + 1}\n`).join(''));
    t.is(err, 'err\n');
  }
});

test.serial('standard input ends, and what is written after that comes with the exit code', async (t) => {
  const script = 'cat; sleep 1; echo late; exit 6';
  const { code, out, err } = await satsuma(['run', '-i', '--rm', 'demo/busybox:1', 'sh', '-c', script], 'early\n');
  t.deepEqual([code, out, err], [6, 'early\nlate\n', '']);
});

test.serial('only the streams that are asked for are attached to', async (t) => {
  const words = ['run', '--rm', '-a', 'stderr', 'demo/busybox:1', 'sh', '-c', 'echo out; echo err >&2; exit 2'];
  t.deepEqual(await satsuma(words), { code: 2, out: '', err: 'err\n' });
});

test.serial('without -i, -t and -a it runs in the background', async (t) => {
  const { code, out } = await satsuma(['run', '--name', 'behind', 'demo/busybox:1', 'sleep', '1000']);
  t.is(code, 0);
  t.regex(out, /^[0-9a-f]{64}\n$/);
  t.is(await stateOf('behind'), 'running');
  t.is((await satsuma(['rm', '-f', 'behind'])).code, 0);
});

for (const [what, program] of [
  ['missing', '/nope'],
  ['not in the path', 'nope'],
  ['a folder', '/etc'],
] as const) {
  test.serial(`a program that is ${what} ends with docker’s exit code, and leaves no container`, async (t) => {
    const before = await names();
    const theirs = await docker(['run', '--rm', 'demo/busybox:1', program]);
    const ours = await satsuma(['run', '-a', 'stdout', 'demo/busybox:1', program]);
    t.is(ours.code, theirs.code, `${theirs.err} and ${ours.err}`);
    t.regex(ours.err, /^satsuma: .*exec: /);
    t.deepEqual(await names(), before);
  });
}

test.serial('the detach keys leave the container alone, which can be attached to again', async (t) => {
  const words = ['run', '-it', '--name', 'left', '--detach-keys', 'ctrl-x', 'demo/busybox:1', 'sh'];
  const shown = await onTerminal(words, async function* (show) {
    await seen(show, '# ');
    yield '\x18';
  });
  t.regex(shown, /read escape sequence/);
  t.regex(shown, /ended with 0/);
  t.is(await stateOf('left'), 'running');
  const again = await onTerminal(['attach', 'left'], async function* (show) {
    yield 'echo here $((1+1))\r';
    await seen(show, 'here 2');
    yield 'exit 4\r';
  });
  t.regex(again, /ended with 4/);
  t.is(await stateOf('left'), 'exited');
  // As docker has it: started again, in the foreground.
  const started = await onTerminal(['start', '-ai', 'left'], async function* (show) {
    await seen(show, '# ');
    yield 'exit 5\r';
  });
  t.regex(started, /ended with 5/);
  t.is((await satsuma(['rm', 'left'])).code, 0);
});

test.serial('a signal is passed on to the container', async (t) => {
  const script = 'trap "echo got it; exit 5" USR1; echo begun; while :; do sleep 0.2; done';
  const env = { PATH: process.env.PATH, SATSUMA_HOST: `http://${server.address}` };
  const words = [main, 'run', '--rm', '-a', 'stdout', 'demo/busybox:1', 'sh', '-c', script];
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes;
  });
  t.true(await eventually(async () => out.includes('begun'), Boolean, patienceMs));
  const ended = new Promise((end) => child.once('close', (code, signal) => end(signal ?? code)));
  child.kill('SIGUSR1');
  t.is(await ended, 5, out);
  t.is(out, 'begun\ngot it\n');
});

test.serial('the third Ctrl-C leaves a program alone that takes no notice', async (t) => {
  const script = 'trap "" INT; echo begun; while :; do sleep 0.2; done';
  const env = { PATH: process.env.PATH, SATSUMA_HOST: `http://${server.address}` };
  const words = [main, 'run', '--name', 'deaf', '-a', 'stdout', 'demo/busybox:1', 'sh', '-c', script];
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes;
  });
  t.true(await eventually(async () => out.includes('begun'), Boolean, patienceMs));
  const ended = new Promise((end) => child.once('close', (code, signal) => end(signal ?? code)));
  const keys = setInterval(() => child.kill('SIGINT'), 200);
  t.is(await ended, 130);
  clearInterval(keys);
  t.is(await stateOf('deaf'), 'running');
  t.is((await satsuma(['rm', '-f', 'deaf'])).code, 0);
});

test.serial(
  'what is made for a client that vanishes holds its place, and is removed when nobody starts it',
  async (t) => {
    const image = { name: 'demo/busybox:1', type: 'label', container_name: 'orphan', memory: 64, args: ['sleep', '1'] };
    const { status, data } = await server.call('POST', 'container?start=false', image);
    t.is(status, 201, JSON.stringify(data));
    t.is(await stateOf('orphan'), 'created');
    t.like(await server.call('POST', 'container?start=false', image), { status: 409 });
    t.is((await server.call('POST', 'container/orphan/start')).status, 200);
    t.is((await server.call('POST', 'container/orphan/wait')).data.exit_code, 0);
    t.is((await server.call('DELETE', 'container/orphan')).status, 202);
  },
);

test.serial('a program that is detached from goes on, and one that cannot be run is told', async (t) => {
  const box = ['run', '--name', 'box', 'demo/busybox:1', 'sleep', '10000'];
  t.is((await satsuma(box)).code, 0);
  const script = 'sleep 1; echo done > /tmp/done';
  t.deepEqual(await satsuma(['exec', '-d', 'box', 'sh', '-c', script]), { code: 0, out: '', err: '' });
  const isDone = async () => (await satsuma(['exec', 'box', 'cat', '/tmp/done'])).out === 'done\n';
  t.true(await eventually(isDone, Boolean, patienceMs));
  for (const program of ['nope', '/nope', '/etc']) {
    const theirs = await docker(['exec', '-d', 'box', program]);
    const { code, err } = await satsuma(['exec', '-d', 'box', program]);
    t.is(code, 1, `${program}: ${err}`);
    t.is(theirs.code, code, `${program}: ${theirs.err}`);
    t.regex(err, /exec: /);
  }
  t.is((await satsuma(['rm', '-f', 'box'])).code, 0);
});
