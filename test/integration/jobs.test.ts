import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

interface Task {
  readonly slot: number;
  readonly attempt: number;
  readonly state: string;
  readonly reason?: string;
  readonly exit_code: number | null;
  readonly log: string;
}

let lab: Lab;
let server: SatsumaServer;
test.before(async () => {
  lab = await startLab({ name: 'jobs', engines: 2, image: true, attached: true });
  server = await startSatsuma(lab, lab.dir);
  await registerAll(server, lab);
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
});

const shell = (script: string, more: object = {}) => ({ name: 'demo/busybox:1', args: ['sh', '-c', script], ...more });

const ended = async (job: string) =>
  (
    await eventually(
      () => server.call('GET', `job/${job}/runs/1`),
      ({ data }) => data.ended_at !== null,
      30_000,
    )
  ).data;

/** Containers of the job, whatever their state, by the engines' own word. */
async function containers(job: string): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`satsuma.job=${job}`] }));
  const path = `/containers/json?all=true&filters=${filters}`;
  const lists = await Promise.all(lab.engines.map((_, index) => lab.request(index + 1, { path })));
  return lists.flatMap(({ body }) => (JSON.parse(body) as { Id: string }[]).map(({ Id }) => Id));
}

const tries = (tasks: readonly Task[]) =>
  tasks.map(({ slot, attempt, state, exit_code, log }) => [slot, attempt, state, exit_code, log]);

test.serial(
  'a run of several tasks, one of which works the second time: exit codes and logs outlive the containers',
  async (t) => {
    const script = 'echo task $SATSUMA_TASK of $SATSUMA_TASKS; test $SATSUMA_TASK$SATSUMA_ATTEMPT != 21 || exit 7';
    const job = { name: 'batch', image: shell(script), completions: 3, parallelism: 2, retries: 1, timeout: 30 };
    t.is((await server.call('POST', 'job', job)).status, 201);
    const run = await ended('batch');
    t.is(run.state, 'succeeded');
    t.deepEqual(tries(run.tasks).sort(), [
      [1, 1, 'succeeded', 0, 'task 1 of 3\n'],
      [2, 1, 'failed', 7, 'task 2 of 3\n'],
      [2, 2, 'succeeded', 0, 'task 2 of 3\n'],
      [3, 1, 'succeeded', 0, 'task 3 of 3\n'],
    ]);
    const left = await eventually(
      () => containers('batch'),
      (ids) => ids.length === 0,
      30_000,
    );
    t.deepEqual(left, []);
  },
);

test.serial('a run that fails says why, and one that takes too long is killed', async (t) => {
  await server.call('POST', 'job', { name: 'broken', image: shell('exec 2>&1; echo so far; no-such-thing') });
  await server.call('POST', 'job', { name: 'slow', image: shell('echo begun; sleep 100'), timeout: 1 });
  const broken = await ended('broken');
  t.like(broken, { state: 'failed', reason: 'task 1: it ended with exit code 127', failures: 1 });
  t.regex(broken.tasks[0].log, /^so far\n.*no-such-thing: not found\n$/);
  const slow = await ended('slow');
  t.like(slow, { state: 'failed', reason: 'task 1: it ran for longer than 1 s' });
  t.like(slow.tasks[0], { exit_code: 137, log: 'begun\n' });
});

test.serial('a task whose command is missing always has the sentence of its engine', async (t) => {
  const names = Array.from({ length: 6 }, (_, index) => `missing-${index}`);
  for (const name of names) {
    const image = { name: 'demo/busybox:1', args: ['/nope'] };
    t.is((await server.call('POST', 'job', { name, image })).status, 201);
  }
  for (const name of names) {
    const { state, tasks } = await ended(name);
    t.is(state, 'failed');
    t.regex(tasks[0].reason, /\/nope.*no such file or directory/);
  }
});

test.serial('a schedule makes runs, each for a time of its own, until it is taken away', async (t) => {
  const job = { name: 'tick', image: shell('true'), schedule: '* * * * * *', concurrency: 'allow', keep: 50 };
  await server.call('POST', 'job', job);
  const runs = async () => (await server.call('GET', 'job/tick/runs')).data;
  await eventually(runs, (list) => list.length >= 3, 30_000);
  t.is((await server.call('PUT', 'job/tick', { schedule: null })).status, 200);
  const list = await eventually(runs, (each) => each.every(({ ended_at }: { ended_at: unknown }) => ended_at), 30_000);
  t.true(list.length >= 3);
  const times = list.map(({ scheduled_for }: { scheduled_for: string }) => scheduled_for);
  t.is(new Set(times).size, times.length, 'one run for each time');
  for (const { state, cause, scheduled_for, created_at } of list) {
    t.like({ state, cause }, { state: 'succeeded', cause: 'schedule' });
    const lateMs = Date.parse(created_at) - Date.parse(scheduled_for);
    t.true(lateMs >= 0 && lateMs < 5_000, `${lateMs} ms late`);
  }
});

test.serial('a run whose server is killed is ended by the next one, and each task succeeds once', async (t) => {
  const onFirst = { type: 'host', labels: ['host:jobs-1'], volumes: ['done:/done'] };
  const script = 'sleep 1; echo $SATSUMA_TASK.$SATSUMA_ATTEMPT >> /done/list; test $SATSUMA_TASK$SATSUMA_ATTEMPT != 11';
  const job = { name: 'killed', image: shell(script, onFirst), completions: 4, parallelism: 2, retries: 1 };
  await server.call('POST', 'job', job);
  const isHalfway = ({ data }: { data: { tasks: Task[]; succeeded: number } }) =>
    data.succeeded >= 1 && data.tasks.some(({ state }) => state === 'running');
  const { data: before } = await eventually(() => server.call('GET', 'job/killed/runs/1'), isHalfway, 30_000);
  t.is(before.state, 'running');
  await server.end('SIGKILL');
  // Some end while nobody is there.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  server = await startSatsuma(lab, lab.dir);
  const run = await ended('killed');
  t.is(run.state, 'succeeded', JSON.stringify(run));
  const succeeded = (run.tasks as Task[]).filter(({ state }) => state === 'succeeded').map(({ slot }) => slot);
  t.deepEqual(succeeded.sort(), [1, 2, 3, 4]);
  const left = await eventually(
    () => containers('killed'),
    (ids) => ids.length === 0,
    30_000,
  );
  t.deepEqual(left, []);
  await server.call('POST', 'job', { name: 'told', image: shell('sort /done/list', onFirst) });
  const { tasks } = await ended('told');
  t.is(tasks[0].log, '1.1\n1.2\n2.1\n3.1\n4.1\n', 'each once, and the one that failed again');
});
