import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import test from 'ava';
import { cgroupParent } from '../../example/lab/cgroups.ts';
import { openLab, removeLab, startLab } from '../../example/lab/lab.ts';
import { findFirstProcess } from '../../example/lab/namespaces.ts';
import { findProcesses, waitUntil } from '../../example/lab/processes.ts';
import { folderOf } from '../../example/lab/state.ts';
import { answers, createContainer, isRunning } from './lab-containers.ts';

/** TypeScript or compiled, as this file is. */
const programOf = (name: string): URL =>
  new URL(`../../example/lab/${name}${extname(import.meta.url)}`, import.meta.url);
const labModule = programOf('lab').href;
const main = programOf('main').pathname;

test.serial('down leaves no process, link, mount, cgroup or file, and may be repeated', async (t) => {
  const name = 'test-down';
  const lab = await startLab({ name, engines: 2, image: true });
  t.teardown(() => removeLab(name));
  await createContainer(lab, 1, 'one', { port: 8080 });
  await createContainer(lab, 2, 'two');
  const link = `/sys/class/net/satsuma${lab.engines[0]?.addr.split('.')[2]}/ifindex`;
  const index = readFileSync(link, 'utf8');
  await lab.down();
  await lab.down();
  t.deepEqual(remainsOf(name), []);
  // A lab of somebody else may have the name by now, but not the index.
  t.false(existsSync(link) && readFileSync(link, 'utf8') === index);
  t.false(await removeLab(name));
  await t.throwsAsync(openLab(name), { code: 'no_such_lab' });
});

test.serial('labs of different names run beside each other', async (t) => {
  const names = ['test-a', 'test-b'];
  t.teardown(() => Promise.all(names.map(removeLab)));
  const [a, b] = await Promise.all(names.map((name) => startLab({ name, engines: 1, attached: true })));
  if (a === undefined || b === undefined) return t.fail();
  t.not(a.engines[0]?.addr, b.engines[0]?.addr);
  await a.down();
  t.true(await answers(b, 1));
});

test.serial('an attached lab ends with its owner, and is started again over what is left', async (t) => {
  const name = 'test-owner';
  t.teardown(() => removeLab(name));
  const options = JSON.stringify({ name, engines: 1, attached: true });
  const script = `
    const { startLab } = await import(${JSON.stringify(labModule)});
    await startLab(${options});
    console.log('up');
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', script], { stdio: 'pipe' });
  await once(owner.stdout, 'data');
  t.true(findFirstProcess(folderOf(name)) !== undefined);
  owner.kill('SIGKILL');
  t.true(await waitUntil(() => processesOf(name).length === 0, 30_000));
  const lab = await startLab({ name, engines: 1, attached: true });
  t.true(await answers(lab, 1));
});

for (const afterLine of ['network', 'answers']) {
  test.serial(`an up that is killed after "${afterLine}" leaves nothing running, and can be repeated`, async (t) => {
    const name = 'test-killed';
    t.teardown(() => removeLab(name));
    const up = spawn(process.execPath, [...process.execArgv, main, 'up', '--engines', '2', '--name', name], {
      stdio: 'pipe',
    });
    await lineWith(up, afterLine);
    up.kill('SIGKILL');
    t.true(await waitUntil(() => processesOf(name).length === 0, 30_000));
    const lab = await startLab({ name, engines: 1, attached: true });
    t.true(await answers(lab, 1));
    await lab.down();
    t.deepEqual(remainsOf(name), []);
  });
}

test.serial('a host that is killed as a whole comes back with its disk and its address', async (t) => {
  const name = 'test-host';
  t.teardown(() => removeLab(name));
  const lab = await startLab({ name, engines: 1, image: true, attached: true });
  await createContainer(lab, 1, 'one');
  await lab.killHost(1);
  t.is((await lab.conditions())[0]?.daemon, 'off');
  await t.throwsAsync(lab.pause(1), { code: 'engine_failed', message: /The host of test-host-1 is gone/ });
  await lab.start(1);
  t.true(await answers(lab, 1));
  t.false(await isRunning(lab, 1, 'one'));
});

test.serial('an engine that cannot start fails the start with its own words', async (t) => {
  const name = 'test-broken';
  t.teardown(() => removeLab(name));
  const lab = await startLab({ name, engines: 1, attached: true });
  await lab.kill(1);
  await writeFile(join(lab.dir, '1/etc/daemon.json'), '{"no-such-option": 1}');
  await t.throwsAsync(lab.start(1), { code: 'engine_failed', message: /test-broken-1 ended[\s\S]*no-such-option/ });
});

test.serial('a count of engines that is none is refused, with nothing made', async (t) => {
  for (const engines of [0, -1, 1.5, 201, Number.NaN]) {
    await t.throwsAsync(startLab({ name: 'test-count', engines }), { code: 'bad_request' });
  }
  t.deepEqual(remainsOf('test-count'), []);
});

function processesOf(name: string): number[] {
  return findProcesses((args) => args.some((arg) => arg.startsWith(folderOf(name))));
}

/** What is there of a lab, in words: empty when it is gone. */
function remainsOf(name: string): string[] {
  const dir = folderOf(name);
  const cgroup = cgroupParent(dir, 1).split('/')[1] ?? '';
  const hierarchies = ['.', ...readdirSync('/sys/fs/cgroup')].map((folder) => join('/sys/fs/cgroup', folder, cgroup));
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(dir));
  return [
    ...processesOf(name).map((pid) => `process ${pid}`),
    ...hierarchies.filter((path) => existsSync(path)),
    ...mounts,
    ...(existsSync(dir) ? [dir] : []),
  ];
}

async function lineWith(child: ChildProcess, word: string): Promise<void> {
  let said = '';
  for await (const chunk of child.stderr ?? []) {
    said += String(chunk);
    if (said.includes(word)) return;
  }
  throw new Error(`It ended without saying "${word}": ${said}`);
}
