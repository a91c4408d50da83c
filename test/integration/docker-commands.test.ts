import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { commandsIn } from '../docs/shell-lines.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startSatsuma } from './satsuma-server.ts';

const main = resolve('dist/src/main.js');
const page = readFileSync('docs/docker-commands.md', 'utf8');
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'words', engines: 2, image: true, attached: true });
});

test.after.always(() => lab?.down());

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 180_000 };
    execFile(program, [...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, out, err });
    });
  });
}

/** The rows of a table of the page: docker's command and Satsuma's, without their program. */
function rowsBelow(heading: string): { readonly docker: readonly string[]; readonly satsuma: readonly string[] }[] {
  const section = page.split('\n## ').find((each) => each.startsWith(heading)) ?? '';
  const lines = section.split('\n');
  return lines.flatMap((line) => {
    const [, docker, satsuma] = /^\| `docker ([^`]+)` \| `satsuma ([^`]+)` \|/.exec(line) ?? [];
    if (docker === undefined || satsuma === undefined) return [];
    return [{ docker: wordsOf(docker), satsuma: wordsOf(satsuma) }];
  });
}

function wordsOf(text: string): string[] {
  const typed = text.replace('IMAGE', 'demo/busybox:1 httpd -f -p 80').replace('ENGINE', 'words-1');
  return [...(commandsIn(typed)[0] ?? [])];
}

/** A server with the first engine of the lab; docker has the second one for itself. */
async function terminals(t: ExecutionContext) {
  const server = await startSatsuma(lab, temporaryFolder(t));
  t.teardown(() => server.end());
  await server.call('POST', 'engine', lab.engines[0]);
  const { ca, cert, key } = lab.client;
  const address = (lab.engines[1]?.addr ?? '').replace('https:', 'tcp:');
  const tls = ['--tlsverify', '--tlscacert', ca, '--tlscert', cert, '--tlskey', key];
  return {
    satsuma: (words: readonly string[]) => run(process.execPath, [main, ...words], { SATSUMA_HOST: server.address }),
    docker: (words: readonly string[]) => run('docker', ['-H', address, ...tls, ...words]),
  };
}

test.serial('what docker does, Satsuma does with the words that the page says', async (t) => {
  const { docker, satsuma } = await terminals(t);
  const rows = rowsBelow('# Docker');
  t.true(rows.length >= 20);
  for (const row of rows) {
    const [theirs, ours] = await Promise.all([docker(row.docker), satsuma(row.satsuma)]);
    const line = `${row.docker.join(' ')}: ${theirs.err}, ${row.satsuma.join(' ')}: ${ours.err}`;
    t.is(theirs.code, 0, line);
    t.is(ours.code, 0, line);
    // An id on a line for each.
    if (row.docker.includes('-q')) t.is(ours.out.split('\n').length, theirs.out.split('\n').length, line);
  }
  const names = (await satsuma(['ps', '-a', '-q'])).out;
  t.is(names, '', 'what was run is removed');
});

/** Options in the help of docker, or of Satsuma. */
function optionsIn(help: string): string[] {
  return [...help.matchAll(/^ {2,}(?:-\w, )?(--[a-z0-9-]+)/gm)].flatMap(([, name]) => name ?? []);
}

test.serial('run has the options of docker run, or the page says why not', async (t) => {
  const theirs = optionsIn((await run('docker', ['run', '--help'])).out);
  const ours = new Set(optionsIn((await run(process.execPath, [main, 'run', '--help'])).out));
  const [, section = ''] = page.split('## Options of `docker run` that `satsuma run` does not have');
  const [table = ''] = section.split('\n## ');
  const explained = new Set([...table.matchAll(/`(--[a-z0-9-]+)`/g)].map(([, name]) => name));
  t.true(theirs.length > 80, theirs.join());
  t.deepEqual(
    theirs.filter((name) => !ours.has(name) && !explained.has(name)),
    [],
  );
  t.deepEqual(
    [...explained].filter(
      (name) => name !== undefined && ours.has(name) && !['--label', '--container-label'].includes(name),
    ),
    ['--cpus', '--pull'].filter((name) => explained.has(name)),
  );
});

test.serial('what is asked for by docker’s words is what the engine has', async (t) => {
  const { satsuma } = await terminals(t);
  const words = [
    ...['run', '-d', '-t', '-i', '--name', 'whole', '-u', '1000:1000', '-w', '/www', '--init', '--cap-drop', 'ALL'],
    ...[
      '--cap-add',
      'CHOWN',
      '--read-only',
      '--tmpfs',
      '/run:size=1m',
      '--shm-size',
      '8m',
      '--ulimit',
      'nofile=64:128',
    ],
    ...[
      '--dns',
      '10.0.0.53',
      '--add-host',
      'db:10.0.0.5',
      '--mount',
      'type=volume,src=data,dst=/data',
      ...['--mount', 'type=tmpfs,dst=/tmp/t,tmpfs-size=1m,tmpfs-mode=1750'],
      ...['--mount', 'type=volume,src=labelled,dst=/n,volume-driver=local,volume-label=team=web'],
      ...['--cpu-shares', '300', '--cgroupns', 'private', '--cpuset-mems', '0', '--mac-address', '02:42:ac:11:00:98'],
      '--pid',
      'host',
    ],
    ...['--stop-signal', 'SIGINT', '--stop-timeout', '3', '--log-opt', 'max-size=1m', '--log-driver', 'json-file'],
    ...['-m', '64m', '--memory-swap', '128m', '--pids-limit', '50', '--container-label', 'team=web', '--expose', '81'],
    ...['--health-cmd', 'true', '--health-interval', '1m30s', 'demo/busybox:1', 'sleep', '60'],
  ];
  const { code, err } = await satsuma(words);
  t.is(code, 0, err);
  const { body } = await lab.request(1, { path: '/containers/whole/json' });
  const { Config, HostConfig, NetworkSettings } = JSON.parse(body);
  t.like(Config, {
    ...{ User: '1000:1000', WorkingDir: '/www', Tty: true, OpenStdin: true, StopSignal: 'SIGINT', StopTimeout: 3 },
    Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 90e9 },
  });
  t.is(Config.Labels.team, 'web');
  t.true(Object.hasOwn(Config.ExposedPorts, '81/tcp'));
  t.like(HostConfig, {
    ...{ Init: true, CapDrop: ['ALL'], ReadonlyRootfs: true, Tmpfs: { '/run': 'size=1m' }, ShmSize: 8 * 2 ** 20 },
    ...{ Dns: ['10.0.0.53'], ExtraHosts: ['db:10.0.0.5'], PidMode: 'host', Memory: 64 * 2 ** 20 },
    ...{ MemorySwap: 128 * 2 ** 20, PidsLimit: 50, LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } } },
    ...{ Ulimits: [{ Name: 'nofile', Soft: 64, Hard: 128 }] },
  });
  t.like(HostConfig.Mounts[0], { Type: 'volume', Source: 'data', Target: '/data' });
  t.like(HostConfig.Mounts[1], { TmpfsOptions: { SizeBytes: 2 ** 20, Mode: 0o1750 } });
  t.like(HostConfig.Mounts[2], { VolumeOptions: { DriverConfig: { Name: 'local' }, Labels: { team: 'web' } } });
  t.like(HostConfig, { CpuShares: 300, CgroupnsMode: 'private', CpusetMems: '0' });
  t.is(Config.MacAddress ?? NetworkSettings.Networks.bridge.MacAddress, '02:42:ac:11:00:98');
  t.is((await satsuma(['rm', '-f', 'whole'])).code, 0);
});

test.serial('services are made, changed and removed with the words of Swarm mode', async (t) => {
  const { satsuma } = await terminals(t);
  const rows = rowsBelow("Swarm mode's commands");
  t.true(rows.length >= 13);
  for (const row of rows) {
    const words = row.satsuma.join(' ');
    // The other engine, to which replicas can go.
    if (words.startsWith('drain')) {
      const { id = '', addr = '' } = lab.engines[1] ?? {};
      t.is((await satsuma(['engine', 'add', id, addr])).code, 0);
    }
    // So that nobody waits for what a replica may do yet.
    const hasty = words.startsWith('service create') ? ['--monitor', '0', '--shutdown-delay', '0'] : [];
    const { code, err } = await satsuma([...row.satsuma.slice(0, 2), ...hasty, ...row.satsuma.slice(2)]);
    t.is(code, 0, `${words}: ${err}`);
  }
});

test.serial('the same mistakes are mistakes', async (t) => {
  const { docker, satsuma } = await terminals(t);
  const isBad = async (words: string) => {
    const [theirs, ours] = await Promise.all([docker(words.split(' ')), satsuma(words.split(' '))]);
    t.not(theirs.code, 0, words);
    t.not(ours.code, 0, words);
    t.not(ours.err, '', words);
  };
  for (const words of ['inspect nobody', 'stop nobody', 'start nobody', 'rm nobody', 'logs nobody', 'kill nobody']) {
    await isBad(words);
  }
  for (const words of ['nonsense', 'ps --nonsense', 'ps extra', 'run', 'stop', 'run -p x demo/busybox:1'])
    await isBad(words);
  const run = 'run -d --name web demo/busybox:1 sleep 1000';
  t.deepEqual([(await docker(run.split(' '))).code, (await satsuma(run.split(' '))).code], [0, 0]);
  await isBad(run);
  await isBad('rm web');
  for (const each of [docker, satsuma]) await each(['rm', '-f', 'web']);
});
