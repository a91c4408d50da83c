import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const main = resolve('dist/src/main.js');
let lab: Lab;
let server: SatsumaServer;
const folder = mkdtempSync(join(tmpdir(), 'satsuma-test-'));

test.before(async () => {
  lab = await startLab({ name: 'exec', engines: 1, image: true, attached: true });
  server = await startSatsuma(lab, folder, { deadlines: { connect: 2, list: 5 } });
  await registerAll(server, lab);
  const image = { name: 'demo/busybox:1', type: 'label', container_name: 'box', args: ['sleep', '10000'] };
  const { status, data } = await server.call('POST', 'container', image);
  if (status !== 201) throw new Error(`${status} ${data}`);
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
  rmSync(folder, { recursive: true });
});

const exec = (body: object) => server.call('POST', 'container/box/exec', body);

interface Outcome {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

/** A program with this standard input; left out, none. */
async function typed(program: string, args: readonly string[], input: Buffer | string = ''): Promise<Outcome> {
  const env = { PATH: process.env.PATH, SATSUMA_HOST: `http://${server.address}` };
  const child = spawn(program, args, { env });
  const out: Buffer[] = [];
  let err = '';
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => {
    err += bytes;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((end) => child.once('close', end));
  return { code, out: Buffer.concat(out), err };
}

const satsuma = (words: readonly string[], input?: Buffer | string) => typed(process.execPath, [main, ...words], input);

test('both streams come apart, with the exit code of the program', async (t) => {
  const script = 'echo out; echo err >&2; echo $A in $PWD as $(id -u); exit 3';
  const { status, data } = await exec({
    cmd: ['sh', '-c', script],
    ...{ env: { A: 'b c' }, user: '1000', working_dir: '/bin' },
  });
  t.is(status, 200, JSON.stringify(data));
  t.deepEqual(data, { exit_code: 3, stdout: 'out\nb c in /bin as 1000\n', stderr: 'err\n', truncated: false });
});

test('output that comes after the end of the input is not lost, nor is the exit code', async (t) => {
  const script = 'cat > /dev/null; sleep 1; echo late; exit 5';
  const { data } = await exec({ cmd: ['sh', '-c', script], stdin: 'x'.repeat(500_000) });
  t.deepEqual(data, { exit_code: 5, stdout: 'late\n', stderr: '', truncated: false });
});

test('what is long is cut and said to be, and the program is not held up', async (t) => {
  const { data } = await exec({ cmd: ['sh', '-c', 'head -c 20000000 /dev/zero; echo done >&2'] });
  t.like(data, { exit_code: 0, stderr: 'done\n', truncated: true });
  t.is(data.stdout.length, 1024 * 1024);
});

/** docker's own command line, on the same engine. */
function docker(words: readonly string[]): Promise<Outcome> {
  const { ca, cert, key } = lab.client;
  const address = (lab.engines[0]?.addr ?? '').replace('https:', 'tcp:');
  return typed('docker', [
    ...['-H', address, '--tlsverify', '--tlscacert', ca, '--tlscert', cert, '--tlskey', key],
    ...words,
  ]);
}

for (const [what, words] of [
  ['a program that is missing', ['box', '/nope']],
  ['a program that is not in the path', ['box', 'nope']],
  ['a program that is a folder', ['box', '/etc']],
  ['a user that is not there', ['-u', 'nobody-knows-me', 'box', 'id']],
  ['a folder that is not there', ['-w', '/nope', 'box', 'id']],
  ['a program that fails', ['box', 'false']],
] as const) {
  test(`${what} ends with docker’s exit code and sentence`, async (t) => {
    const [theirs, ours] = await Promise.all([docker(['exec', ...words]), satsuma(['exec', ...words])]);
    t.is(ours.code, theirs.code, `${theirs.out}${theirs.err} and ${ours.out}${ours.err}`);
    t.is(`${ours.out}${ours.err}`.trim(), `${theirs.out}${theirs.err}`.trim());
  });
}

test('in a container that is nobody’s nothing runs', async (t) => {
  t.like(await server.call('POST', 'container/nobody/exec', { cmd: ['id'] }), { status: 404 });
  t.is((await satsuma(['exec', 'nobody', 'id'])).code, 3);
});

test('the command line writes each stream as it is, and ends as the program does', async (t) => {
  const bytes = 'printf "\\377\\000\\001"; echo err >&2; exit 9';
  const { code, out, err } = await satsuma(['exec', '-e', 'A=1', 'box', 'sh', '-c', bytes]);
  t.deepEqual([code, [...out], err], [9, [255, 0, 1], 'err\n']);
});

test('what does not end in its time is 504', async (t) => {
  const { status, code, details } = await exec({ cmd: ['sh', '-c', 'echo begun; sleep 100'], timeout: 1 });
  t.deepEqual([status, code, details.stdout], [504, 'engine_timeout', 'begun\n']);
});
