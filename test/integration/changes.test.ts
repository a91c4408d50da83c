import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { setRuntimes } from './lab-runtimes.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const run = promisify(execFile);
const main = resolve('dist/src/main.js');
const patienceMs = 30_000;
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'change', engines: 1, image: true, attached: true });
});

test.after.always(() => lab?.down());

async function start(t: ExecutionContext): Promise<SatsumaServer> {
  const server = await startSatsuma(lab, temporaryFolder(t));
  t.teardown(() => server.end());
  await registerAll(server, lab);
  return server;
}

async function place(t: ExecutionContext, server: SatsumaServer, name: string, changes: object = {}): Promise<string> {
  const image = { name: 'demo/busybox:1', type: 'label', container_name: name, args: ['sleep', '1000'], ...changes };
  const { status, data } = await server.call('POST', 'container', image);
  if (status !== 201) throw new Error(`${status} ${data}`);
  t.teardown(() => lab.request(1, { method: 'DELETE', path: `/containers/${data.id}?force=true` }));
  return data.id;
}

const act = (server: SatsumaServer, name: string, action: string, body?: object) =>
  server.call('POST', `container/${name}/${action}`, body);

async function satsuma(server: SatsumaServer, ...words: string[]): Promise<string> {
  const env = { SATSUMA_HOST: `http://${server.address}` };
  return (await run(process.execPath, [main, ...words], { env })).stdout;
}

async function claimsOf(server: SatsumaServer, name: string): Promise<Record<string, number>> {
  const { data } = await server.call('GET', `container/${name}`);
  const claims: { key: string; amount: number }[] = data.placement?.claims ?? [];
  return Object.fromEntries(claims.map(({ key, amount }) => [key, amount]));
}

async function document(name: string) {
  const { body } = await lab.request(1, { path: `/containers/${name}/json` });
  return JSON.parse(body);
}

test.serial('limits are changed on the engine and in the ledger, or in neither', async (t) => {
  const server = await start(t);
  await place(t, server, 'small', { memory: 64, cpus: 0.25 });
  const changed = await act(server, 'small', 'update', {
    ...{ memory: 96, cpus: 0.5, pids_limit: 50 },
    restart_policy: { name: 'on-failure', maximum_retry: 3 },
  });
  t.is(changed.status, 200, JSON.stringify(changed));
  t.like(changed.data.image, { memory: 96, cpus: 0.5, restart_policy: { name: 'on-failure', maximum_retry: 3 } });
  t.like(await claimsOf(server, 'small'), { memory: 96, cpu: 500 });
  const { HostConfig } = await document('small');
  t.like(HostConfig, { Memory: 96 * 2 ** 20, NanoCpus: 5e8, PidsLimit: 50, RestartPolicy: { Name: 'on-failure' } });
  t.like(await act(server, 'small', 'update', { memory: 96, memory_swap: 32 }), { status: 400, code: 'invalid' });
  t.like(await claimsOf(server, 'small'), { memory: 96 });
  t.like(await act(server, 'small', 'update', { memory: 900_000 }), { status: 409, code: 'claim_taken' });
  t.is(await satsuma(server, 'update', '-m', '128m', 'small'), 'small\n');
  t.like(await claimsOf(server, 'small'), { memory: 128 });
});

/** A runtime that does as runc does, but that an update waits for `release`. The engine has this folder as /etc/docker. */
async function runtimeOfHeldUpdates(): Promise<{ readonly path: string; readonly release: () => Promise<void> }> {
  const folder = join(lab.dir, '1', 'etc');
  const wait = 'case " $* " in *" update "*) until [ -e /etc/docker/released ]; do sleep 0.1; done;; esac';
  await writeFile(join(folder, 'held-updates'), `#!/bin/sh\n${wait}\nexec runc "$@"\n`, { mode: 0o755 });
  return { path: '/etc/docker/held-updates', release: () => writeFile(join(folder, 'released'), '') };
}

test.serial('a server that is killed in the middle of changes leaves what the engine has', async (t) => {
  const dir = temporaryFolder(t);
  const first = await startSatsuma(lab, dir);
  t.teardown(() => first.end('SIGKILL'));
  await registerAll(first, lab);
  const { path, release } = await runtimeOfHeldUpdates();
  await setRuntimes(lab, 1, { held: path }, 'held');
  await place(t, first, 'torn', { memory: 64 });
  await setRuntimes(lab, 1, { held: path });
  const named = await place(t, first, 'named');
  const asked = [act(first, 'torn', 'update', { memory: 128 }).catch(() => undefined)];
  const updating = ({ memory }: Record<string, number>) => memory === 128;
  await eventually(() => claimsOf(first, 'torn'), updating, patienceMs);
  await lab.pause(1);
  t.teardown(() => lab.resume(1).catch(() => undefined));
  asked.push(act(first, 'named', 'rename', { name: 'renamed' }).catch(() => undefined));
  const renaming = (claims: Record<string, number>) => 'name/named' in claims && 'name/renamed' in claims;
  await eventually(() => claimsOf(first, named), renaming, patienceMs);
  await first.end('SIGKILL');
  await Promise.all(asked);
  await lab.resume(1);
  await release();
  const second = await startSatsuma(lab, dir);
  t.teardown(() => second.end());
  const isSettled = async () => {
    const { HostConfig, Id } = await document('torn');
    const { memory } = await claimsOf(second, Id);
    const id = (await document('named').catch(() => undefined))?.Id ?? (await document('renamed')).Id;
    const names = Object.keys(await claimsOf(second, id)).filter((key) => key.startsWith('name/'));
    const { Name } = await document(id);
    return memory === HostConfig.Memory / 2 ** 20 && names.length === 1 && names[0] === `name${Name}`;
  };
  t.true(await eventually(isSettled, Boolean, patienceMs));
});

test.serial('a rename is refused with what is in the way, also by what others run', async (t) => {
  const server = await start(t);
  const id = await place(t, server, 'shop');
  await place(t, server, 'kiosk');
  t.like(await act(server, 'shop', 'rename', { name: 'kiosk' }), { status: 409, code: 'name_taken' });
  t.like(await act(server, 'shop', 'rename', { name: 'store' }), { status: 200, data: { name: '/store' } });
  t.is((await document(id)).Name, '/store');
  t.is(await satsuma(server, 'rename', 'store', 'shop'), '');
  t.like(await claimsOf(server, id), { 'name/shop': 1, 'name/store': undefined });
});

test.serial('a wait tells the exit code of each, and outlives nothing', async (t) => {
  const server = await start(t);
  await place(t, server, 'brief', { args: ['sh', '-c', 'sleep 1; exit 3'] });
  await place(t, server, 'briefer', { args: ['sh', '-c', 'exit 4'] });
  t.is(await satsuma(server, 'wait', 'brief', 'briefer'), '3\n4\n');
  await place(t, server, 'long');
  const removed = act(server, 'long', 'wait?condition=removed');
  const next = act(server, 'long', 'wait?condition=next-exit');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await act(server, 'long', 'kill');
  t.is((await next).data.exit_code, 137);
  await server.call('DELETE', 'container/long');
  t.is((await removed).status, 200);
  await place(t, server, 'frozen');
  const lost = act(server, 'frozen', 'wait');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await lab.pause(1);
  t.teardown(() => lab.resume(1));
  t.like(await lost, { status: 502, code: 'engine_unreachable' });
  await lab.resume(1);
});

test.serial('files that changed are listed, exported and committed', async (t) => {
  const server = await start(t);
  const script =
    'mkdir /made; head -c 30000000 /dev/urandom > /made/file; sha256sum < /made/file; rm /bin/tac; sleep 1000';
  await place(t, server, 'files', { args: ['sh', '-c', script] });
  const isMade = async () => (await satsuma(server, 'logs', 'files')).includes('-');
  t.true(await eventually(isMade, Boolean, patienceMs));
  const diff = async () => await satsuma(server, 'diff', 'files');
  const lines = await eventually(diff, (text) => text.includes('D /bin/tac'), patienceMs);
  t.true(lines.includes('A /made/file\n') && lines.includes('C /bin\n'), lines);
  const dir = temporaryFolder(t);
  const file = join(dir, 'files.tar');
  await satsuma(server, 'export', '-o', file, 'files');
  const { stdout } = await run('sh', ['-c', `tar -xOf ${file} made/file | sha256sum`]);
  t.is(stdout, await satsuma(server, 'logs', 'files'));
  t.true(readFileSync(file).length > 30_000_000);
  const id = (await satsuma(server, 'commit', '-m', 'made', '-c', 'CMD ["true"]', 'files', 'demo/made:1')).trim();
  t.teardown(() => lab.request(1, { method: 'DELETE', path: '/images/demo/made:1?force=true' }));
  const image = JSON.parse((await lab.request(1, { path: '/images/demo/made:1/json' })).body);
  t.like(image, { Id: id, Comment: 'made', Config: { Cmd: ['true'] } });
});

test.serial('an export that breaks off is no whole archive', async (t) => {
  const server = await start(t);
  await place(t, server, 'heavy', { args: ['sh', '-c', 'head -c 200000000 /dev/zero > /file; echo done; sleep 1000'] });
  const isDone = async () => (await satsuma(server, 'logs', 'heavy')).includes('done');
  t.true(await eventually(isDone, Boolean, patienceMs));
  const response = await fetch(`http://${server.address}/apiv1/container/heavy/export`);
  t.is(response.status, 200);
  const reader = response.body?.getReader();
  await reader?.read();
  await server.end('SIGKILL');
  await t.throwsAsync(async () => {
    for (let isOver = false; !isOver; ) isOver = (await reader?.read())?.done ?? true;
  });
});

test.serial('what a policy refuses is not made, also where only the engine knows what it is', async (t) => {
  const server = await start(t);
  t.is((await server.call('POST', 'policy', { name: 'team', rules: { bind_mounts: ['/usr:ro'] } })).status, 201);
  const image = { name: 'demo/busybox:1', type: 'label', args: ['sleep', '1000'], policy: 'team' };
  // Docker takes the names of fields in any letter case.
  await createRaw('folded', { hostconfig: { privileged: true } });
  t.true((await document('folded')).HostConfig.Privileged);
  await lab.request(1, { method: 'DELETE', path: '/containers/folded?force=true' });
  const volume = { name: 'hosts', options: { type: 'none', o: 'bind', device: '/' } };
  const engine = (await server.call('GET', 'engines')).data[0].id;
  t.is((await server.call('POST', 'volume', { ...volume, engine })).status, 201);
  t.teardown(() => lab.request(1, { method: 'DELETE', path: '/volumes/hosts' }));
  const networks: { Name: string; Id: string }[] = JSON.parse((await lab.request(1, { path: '/networks' })).body);
  const host = networks.find(({ Name }) => Name === 'host')?.Id ?? '';
  const before = (await lab.request(1, { path: '/containers/json?all=1' })).body;
  for (const [changes, rule] of [
    [{ volumes: ['hosts:/host'] }, 'bind_mounts'],
    [{ mounts: [{ type: 'volume', source: 'hosts', target: '/host' }] }, 'bind_mounts'],
    [{ network_mode: host }, 'host_namespaces'],
    [{ network_mode: host.slice(0, 12) }, 'host_namespaces'],
    [{ volumes: ['/usr/../:/host:ro'] }, 'bind_mounts'],
    [{ volumes: ['/var/run/docker.sock:/docker.sock'] }, 'bind_mounts'],
    [{ privileged: true }, 'privileged'],
    [{ docker: { HostConfig: { CgroupnsMode: 'host' } } }, 'host_namespaces'],
  ] as const) {
    const refused = await server.call('POST', 'container', { ...image, ...changes });
    t.like(refused, { status: 403, code: 'forbidden', details: { policy: 'team', rule } }, JSON.stringify(changes));
  }
  t.deepEqual(idsIn((await lab.request(1, { path: '/containers/json?all=1' })).body), idsIn(before));
  await place(t, server, 'within', { policy: 'team', volumes: ['/usr/share:/share:ro', 'own:/own'] });
  const { HostConfig } = await document('within');
  t.like(HostConfig, { Binds: ['/usr/share:/share:ro', 'own:/own'], Privileged: false });
});

async function createRaw(name: string, body: object): Promise<void> {
  const created = await lab.request(1, {
    ...{ method: 'POST', path: `/containers/create?name=${name}`, headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ Image: 'demo/busybox:1', ...body }),
  });
  if (created.status !== 201) throw new Error(created.body);
}

function idsIn(list: string): string[] {
  return (JSON.parse(list) as { Id: string }[]).map(({ Id }) => Id).sort();
}
