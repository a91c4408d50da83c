import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Stage } from '../controllers/jobs/stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { terminal } from './terminal.ts';

/** A terminal, and behind its server a leader that the test plays. */
async function open(t: ExecutionContext) {
  const opened = await terminal(t);
  const job = async (name: string) => JSON.parse((await opened.type(`job inspect ${name}`)).out);
  return { ...opened, job, stage: new Stage(opened.cluster) };
}

const cells = (table: string) =>
  table
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/\s{2,}/));

/** Times are as they are. */
const timeless = (text: string) =>
  text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/now|in \d+[smhd]|\d+[smhd] ago/g, 'AGE')
    .replace(/\b\d+s\b/g, 'TOOK');

test('a job is created from its options, and says when it runs', async (t) => {
  const { type, job } = await open(t);
  const once = await type('job create report -d --retries 2 -e A=1 demo/busybox:1 sh -c date');
  t.deepEqual(once, { code: 0, out: 'Job report created: run 1 is active\n', err: '' });
  t.like(await job('report'), { retries: 2, image: { args: ['sh', '-c', 'date'], environment: { A: '1' } } });
  const schedule = ['--schedule', '30 2 * * *', '--time-zone', 'Europe/Berlin', '--concurrency', 'replace'];
  const numbers = '--completions 4 --parallelism 2 --timeout 60 --keep 5'.split(' ');
  const { out } = await type(['job', 'create', 'nightly', ...schedule, ...numbers, 'demo/busybox:1']);
  t.is(timeless(out), 'Job nightly created: its next run is at TIME, AGE\n');
  t.like(await job('nightly'), {
    ...{ schedule: '30 2 * * *', time_zone: 'Europe/Berlin', concurrency: 'replace' },
    ...{ completions: 4, parallelism: 2, timeout: 60, keep: 5 },
  });
});

test('options change what was saved, or what a file says', async (t) => {
  const { type, job } = await open(t);
  await type('image save worker --memory 64 -e A=1 -e B=2 demo/busybox:1');
  t.is((await type('job create saved -d --from worker -e B=3')).code, 0);
  t.like((await job('saved')).image, { name: 'demo/busybox:1', memory: 64, environment: { A: '1', B: '3' } });
  const file = join(temporaryFolder(t), 'job.json');
  await writeFile(file, JSON.stringify({ image: { name: 'demo/busybox:1', memory: 32 }, retries: 1, keep: 3 }));
  t.is((await type(`job create filed -d -f ${file} --retries 4 --cpus 0.5`)).code, 0);
  t.like(await job('filed'), { image: { memory: 32, cpus: 0.5 }, retries: 4, keep: 3 });
  await writeFile(file, JSON.stringify({ from: 'worker', keep: 2 }));
  t.is((await type(`job create both -d -f ${file} --memory 16`)).code, 0);
  t.like(await job('both'), { image: { memory: 16, environment: { A: '1' } }, keep: 2 });
  t.is((await type(`job update filed -f ${file}`)).code, 0);
  t.like(await job('filed'), { image: { memory: 64 }, retries: 4, keep: 2 });
});

test('a change leaves what it does not name', async (t) => {
  const { type, job } = await open(t);
  await type('job create nightly --schedule @daily --timeout 60 --memory 64 -e A=1 demo/busybox:1 date');
  const changed = await type('job update nightly --keep 2 -e B=2');
  t.is(timeless(changed.out), 'Job nightly changed: its next run is at TIME, AGE\n');
  const image = { memory: 64, args: ['date'], environment: { A: '1', B: '2' } };
  t.like(await job('nightly'), { schedule: '@daily', timeout: 60, keep: 2, image });
  const without = await type('job update nightly --no-schedule --no-timeout');
  t.is(without.out, 'Job nightly changed: it runs on request\n');
  t.like(await job('nightly'), { schedule: undefined, timeout: undefined, keep: 2, image });
  t.like(await type('job update none -e A=1'), { code: 3, err: 'satsuma: No job found with name none\n' });
});

test('jobs and their runs are tables for people, and JSON for scripts', async (t) => {
  const { type, stage } = await open(t);
  t.is((await type('job ls')).out, 'NAME  STATE  SCHEDULE  LAST RUN  NEXT RUN  MISSED\n');
  stage.play = () => 3;
  await type('job create broken -d demo/busybox:1');
  await type(['job', 'create', 'nightly', '--schedule', '30 2 * * *', 'demo/busybox:1']);
  await stage.ended('broken');
  t.deepEqual(cells(timeless((await type('job ls')).out)), [
    ['NAME', 'STATE', 'SCHEDULE', 'LAST RUN', 'NEXT RUN', 'MISSED'],
    ['broken', 'idle', '1 failed'],
    ['nightly', 'idle', '30 2 * * * (UTC)', 'AGE'],
  ]);
  t.deepEqual(cells(timeless((await type('job runs broken')).out)), [
    ['RUN', 'STATE', 'CAUSE', 'BEGAN', 'TOOK', 'SUCCEEDED', 'FAILURES', 'REASON'],
    ['1', 'failed', 'create', 'AGE', 'TOOK', '0 of 1', '1', 'task 1: it ended with exit code 3'],
  ]);
  t.is(JSON.parse((await type('job ls --json')).out).length, 2);
  t.is(JSON.parse((await type('job runs broken --json')).out)[0].state, 'failed');
  t.is(JSON.parse((await type('job ps broken --json')).out).tasks[0].exit_code, 3);
});

test('the tasks of a run: how each try ended, and why others were not started', async (t) => {
  const { type, stage } = await open(t);
  stage.play = ({ attempt }) => (attempt === 1 ? 3 : undefined);
  await type('job create pair -d --retries 1 --type host --label host:a demo/busybox:1');
  await type('job create giant -d --memory 9000 demo/busybox:1');
  await stage.until(async () => (await stage.run('pair')).attempts.length === 2);
  await stage.until(async () => (await stage.run('giant')).waiting['1'] !== undefined);
  const [first, second] = (await stage.run('pair')).attempts.map(({ containerId }) => containerId?.slice(0, 12) ?? '');
  const [headline, ...table] = cells(timeless((await type('job ps pair')).out));
  t.deepEqual(headline, ['pair: run 1, running, 0 of 1 succeeded']);
  t.deepEqual(table, [
    ['TASK', 'ATTEMPT', 'STATE', 'EXIT CODE', 'ENGINE', 'CONTAINER', 'BEGAN', 'TOOK', 'REASON'],
    ['1', '1', 'failed', '3', 'a', first, 'AGE', 'TOOK', 'it ended with exit code 3'],
    ['1', '2', 'running', 'a', second, 'AGE', 'TOOK'],
  ]);
  t.deepEqual(cells((await type('job ps giant 1')).out).at(-1), [
    ...['1', 'waiting', 'no room: 9000 MB of memory wanted, 8192 of 8192 free (2 engines)'],
  ]);
});

test('logs are what tasks wrote, under a line for each where there are several', async (t) => {
  const { type, stage, cluster } = await open(t);
  await type('job create one -d demo/busybox:1');
  await stage.ended('one');
  t.deepEqual(await type('job logs one'), { code: 0, out: 'slot 1 attempt 1\n', err: '' });
  stage.play = ({ slot }) => (slot === 1 ? 0 : undefined);
  await type('job create two -d --completions 2 --parallelism 2 demo/busybox:1');
  await stage.until(async () => (await stage.run('two')).attempts.some(({ end }) => end));
  await stage.until(async () => (await stage.run('two')).attempts.length === 2);
  const { engineId, containerId = '' } = (await stage.run('two')).attempts[1] ?? {};
  cluster.engines.find(({ id }) => id === engineId)?.logs.set(containerId, ['so far\n']);
  t.is(
    (await type('job logs two 1')).out,
    '--- task 1, attempt 1, succeeded\nslot 1 attempt 1\n--- task 2, attempt 1, running\nso far\n',
  );
  await type('job create nightly --schedule @daily demo/busybox:1');
  t.like(await type('job logs nightly'), { code: 3, err: 'satsuma: job nightly has had no run yet\n' });
  t.like(await type('job logs one 2'), { code: 3, out: '' });
});

test('who waits for a run sees it come along, and its exit code is that of the run', async (t) => {
  const { type, stage, cluster } = await open(t);
  const isRunning = () => cluster.cache.jobRuns.all().some(({ value }) => value.endedAt === undefined);
  const played = async (line: string) => {
    const typed = type(line);
    await stage.until(isRunning);
    await stage.until(() => !isRunning());
    return await typed;
  };
  const { code, out } = await played('job create fine --type host --label host:a demo/busybox:1');
  t.is(code, 0);
  t.regex(out, /^Job fine created: run 1 is active\nfine: run 1, running, 0 of 1 succeeded\n/);
  t.regex(out, /task 1, attempt 1 on a: succeeded\nfine: run 1, succeeded, 1 of 1 succeeded\n$/);
  stage.play = () => 3;
  const failed = await played('job run fine');
  t.regex(failed.out, /^Run 2 of job fine begins\n/);
  t.like(failed, { code: 1, err: 'satsuma: run 2 of job fine failed: task 1: it ended with exit code 3\n' });
});

test('a run is begun, and ended before its time', async (t) => {
  const { type, stage } = await open(t);
  stage.play = () => undefined;
  await type('job create nightly --schedule @daily demo/busybox:1');
  t.is((await type('job run -d nightly')).out, 'Run 1 of job nightly begins\n');
  t.like(await type('job run -d nightly'), { code: 4, err: 'satsuma: run 1 of job nightly is under way\n' });
  await stage.until(() => stage.running().length === 1);
  const { out } = await type('job cancel nightly 1');
  t.is(out, 'Run 1 of job nightly is being cancelled: its containers are stopped\n');
  t.is(cells((await type('job runs nightly')).out)[1]?.[1], 'running (to be cancelled)');
  await stage.ended('nightly');
  t.like(await type('job cancel nightly 1'), { code: 4, err: 'satsuma: run 1 of job nightly has ended\n' });
  t.like(await type('job cancel nightly 2'), {
    ...{ code: 3, err: 'satsuma: job nightly has no run 2: the last 10 that ended are kept\n' },
  });
});

test('rm waits until nothing is left, unless it is told not to', async (t) => {
  const { type, stage, cluster } = await open(t);
  await type('job create one -d demo/busybox:1');
  await type('job create two -d demo/busybox:1');
  t.is((await type('job rm -d one')).out, 'Job one is being removed\n');
  const removed = type('job rm one two');
  await stage.until(() => cluster.cache.jobs.all().length === 0);
  t.deepEqual(await removed, { code: 0, out: 'Job one removed\nJob two removed\n', err: '' });
  t.like(await type('job rm one'), { code: 3, err: 'satsuma: No job found with name one\n' });
});

test('what is wrong is said in one line, and help has examples', async (t) => {
  const { type } = await open(t);
  const { code, err } = await type('job create bad --schedule @often --time-zone Mars --keep 0 demo/busybox:1');
  t.is(code, 2);
  t.regex(
    err,
    /^satsuma: "schedule" is not a cron expression: .*; "time_zone" must be the IANA name .*; "keep" must be/,
  );
  t.like(await type('job create bad'), {
    code: 2,
    err: 'satsuma: no image given: satsuma job create NAME [options] IMAGE [args...]\n',
  });
  t.is((await type('job create bad --completions many demo/busybox:1')).code, 2);
  t.like(await type('job create bad --restart always demo/busybox:1'), {
    ...{
      code: 2,
      err: 'satsuma: "image.restart_policy" is not allowed: "retries" sets how often a task is retried\n',
    },
  });
  const help = await type('job --help');
  t.is(help.code, 0);
  for (const each of ['create', 'ls', 'runs', 'ps', 'logs', 'inspect', 'update', 'run', 'cancel', 'rm']) {
    t.regex(help.out, new RegExp(`^ {2}${each}[ ,]`, 'm'));
  }
  t.regex(
    (await type('job create --help')).out,
    /satsuma job create nightly --schedule '30 2 \* \* \*' --time-zone Europe\/Berlin[\s\\]+busybox date/,
  );
});

test('a drain is not over while a task of a job runs on the engine', async (t) => {
  const { type, stage, cluster } = await open(t);
  stage.play = () => (isOver ? 0 : undefined);
  let isOver = false;
  await type('job create long -d --type host --label host:a demo/busybox:1');
  await stage.until(async () => (await stage.run('long')).attempts[0]?.containerId !== undefined);
  let isSaid = false;
  const draining = type('drain a', {
    onWrite: (out) => {
      isSaid ||= /task long\.1\.1 \(attempt 1\): it is still running/.test(out);
    },
  });
  await stage.until(async () => isSaid);
  t.is(cluster.engines[0]?.containers.size, 1);
  isOver = true;
  await stage.until(async () => (await stage.run('long')).endedAt !== undefined);
  const { code, out } = await draining;
  t.is(code, 0);
  t.regex(out, /engine a: empty\n$/);
});
