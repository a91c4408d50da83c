import test, { type ExecutionContext } from 'ava';
import { Stage } from '../controllers/jobs/stage.ts';
import { openDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1', args: ['date'] };
const whole = { ...image, type: 'label', restart_policy: {} };
const nightly = { name: 'nightly', image, schedule: '30 2 * * *', time_zone: 'Europe/Berlin' };

/** A door, and behind it a leader that the test plays. */
async function open(t: ExecutionContext) {
  const door = await openDoor(t, { engines: 2 });
  return { ...door, stage: new Stage(door.cluster) };
}

test('a job without a schedule is created with its first run, which is shown to its end', async (t) => {
  const { call, stage } = await open(t);
  const { status, body } = await call('POST', '/apiv1/job', { name: 'report', image, retries: 1 });
  t.is(status, 201);
  t.like(body.data, { name: 'report', image: whole, completions: 1, parallelism: 1, retries: 1, keep: 10 });
  t.like(body.data.status, { state: 'running', running: [1], next_run: null, missed: null });
  t.like(body.data.status.last_run, { run: 1, state: 'running', cause: 'create', ended_at: null });
  stage.play = ({ attempt }) => (attempt === 1 ? 3 : 0);
  await stage.ended('report');
  const { data } = (await call('GET', '/apiv1/job/report/runs/1')).body;
  t.like(data, { job: 'report', run: 1, state: 'succeeded', completions: 1, succeeded: 1, failures: 1, waiting: [] });
  t.like(data.tasks[0], { slot: 1, attempt: 1, state: 'failed', exit_code: 3, log: 'slot 1 attempt 1\n' });
  t.is(data.tasks[0].reason, 'it ended with exit code 3');
  t.like(data.tasks[1], { slot: 1, attempt: 2, state: 'succeeded', exit_code: 0, log: 'slot 1 attempt 2\n' });
  t.regex(data.tasks[1].engine, /^[ab]$/);
  t.like((await call('GET', '/apiv1/job/report')).body.data.status, { state: 'idle', running: [] });
});

test('a job with a schedule waits for its time, and says when that is', async (t) => {
  const { call } = await open(t);
  const { data } = (await call('POST', '/apiv1/job', nightly)).body;
  t.like(data, { schedule: '30 2 * * *', time_zone: 'Europe/Berlin', concurrency: 'forbid' });
  t.like(data.status, { state: 'idle', running: [], last_run: null });
  t.regex(data.status.next_run, /T0[01]:30:00\.000Z$/);
  t.true(Date.parse(data.status.next_run) > Date.now());
  t.deepEqual((await call('GET', '/apiv1/job/nightly/runs')).body.data, []);
});

test('jobs are listed by name, and runs the latest first', async (t) => {
  const { call, stage } = await open(t);
  t.deepEqual((await call('GET', '/apiv1/jobs')).body, { ok: true, data: [] });
  await call('POST', '/apiv1/job', nightly);
  await call('POST', '/apiv1/job', { name: 'amber', image });
  const { data } = (await call('GET', '/apiv1/jobs')).body;
  t.deepEqual(
    data.map(({ name }: { name: string }) => name),
    ['amber', 'nightly'],
  );
  t.deepEqual(data[0], (await call('GET', '/apiv1/job/amber')).body.data);
  await stage.ended('amber');
  await call('POST', '/apiv1/job/amber/run');
  const runs = (await call('GET', '/apiv1/job/amber/runs')).body.data;
  t.deepEqual(
    runs.map(({ run, state, cause }: Record<string, unknown>) => [run, state, cause]),
    [
      [2, 'running', 'request'],
      [1, 'succeeded', 'create'],
    ],
  );
});

test('a run is asked for, one at a time unless the job says otherwise', async (t) => {
  const { call } = await open(t);
  await call('POST', '/apiv1/job', nightly);
  const first = await call('POST', '/apiv1/job/nightly/run', {});
  t.like(first, { status: 201, body: { data: { job: 'nightly', run: 1, cause: 'request', tasks: [] } } });
  const second = await call('POST', '/apiv1/job/nightly/run');
  t.like(second, { status: 409, body: { code: 'run_active', data: 'run 1 of job nightly is under way' } });
  await call('PUT', '/apiv1/job/nightly', { concurrency: 'allow' });
  t.is((await call('POST', '/apiv1/job/nightly/run')).body.data.run, 2);
});

test('under a key, a job is created once and a run begun once', async (t) => {
  const { call } = await open(t);
  const key = (value: string) => ({ 'idempotency-key': value });
  const job = { name: 'many', image, concurrency: 'allow' };
  const created = await call('POST', '/apiv1/job', job, key('one'));
  t.deepEqual((await call('POST', '/apiv1/job', job, key('one'))).body, created.body);
  const begun = await call('POST', '/apiv1/job/many/run', undefined, key('two'));
  t.deepEqual((await call('POST', '/apiv1/job/many/run', undefined, key('two'))).body, begun.body);
  t.is((await call('GET', '/apiv1/job/many/runs')).body.data.length, 2);
});

test('a run is cancelled once, and one that has ended cannot be', async (t) => {
  const { call, stage } = await open(t);
  stage.play = () => undefined;
  await call('POST', '/apiv1/job', { name: 'long', image });
  await stage.until(() => stage.running().length === 1);
  const cancelled = await call('POST', '/apiv1/job/long/runs/1/cancel');
  t.like(cancelled, { status: 200, body: { data: { state: 'running', ending: 'cancelled' } } });
  t.is(cancelled.body.data.reason, 'it was cancelled by request');
  t.is((await call('POST', '/apiv1/job/long/runs/1/cancel', {})).status, 200);
  await stage.ended('long');
  t.like((await call('GET', '/apiv1/job/long/runs/1')).body.data, { state: 'cancelled' });
  const late = await call('POST', '/apiv1/job/long/runs/1/cancel');
  t.like(late, { status: 409, body: { code: 'run_ended', data: 'run 1 of job long has ended' } });
});

test('a change leaves what it does not name; null takes a schedule or a timeout away', async (t) => {
  const { call } = await open(t);
  await call('POST', '/apiv1/job', { ...nightly, timeout: 60, retries: 2 });
  const changed = await call('PUT', '/apiv1/job/nightly', { name: 'nightly', schedule: '0 * * * *', keep: 3 });
  t.is(changed.status, 200);
  const { data } = changed.body;
  t.like(data, { schedule: '0 * * * *', time_zone: 'Europe/Berlin', timeout: 60, retries: 2, keep: 3, image: whole });
  t.regex(data.status.next_run, /:00:00\.000Z$/);
  const without = (await call('PUT', '/apiv1/job/nightly', { schedule: null, timeout: null })).body.data;
  t.false('schedule' in without || 'timeout' in without);
  t.is(without.status.next_run, null);
  const other = await call('PUT', '/apiv1/job/nightly', { image: { ...image, args: ['true'] } });
  t.like(other.body.data, { image: { ...whole, args: ['true'] }, keep: 3 });
});

test('a change to what a job is already writes nothing', async (t) => {
  const { call, cluster } = await open(t);
  const before = (await call('POST', '/apiv1/job', { ...nightly, timeout: 60 })).body.data;
  const version = async () => (await cluster.store.read('job', 'nightly'))?.version;
  const first = await version();
  const same = await call('PUT', '/apiv1/job/nightly', { ...nightly, timeout: 60 });
  t.is(same.body.data.updated_at, before.updated_at);
  t.is(await version(), first);
  await call('PUT', '/apiv1/job/nightly', { keep: 3 });
  t.not(await version(), first);
});

test('a job runs from a saved image config, as it was saved at that time', async (t) => {
  const { call } = await open(t);
  await call('POST', '/apiv1/image', { name: 'worker', image: { ...image, memory: 64 } });
  const { data } = (await call('POST', '/apiv1/job', { name: 'batch', from: 'worker' })).body;
  t.deepEqual(data.image, { ...whole, memory: 64 });
  await call('PUT', '/apiv1/image/worker', { image: { ...image, memory: 128 } });
  t.is((await call('GET', '/apiv1/job/batch')).body.data.image.memory, 64);
  t.is((await call('PUT', '/apiv1/job/batch', { from: 'worker@2' })).body.data.image.memory, 128);
});

test('a job is removed with all its runs, once nothing of it runs; its name is taken until then', async (t) => {
  const { call, stage } = await open(t);
  stage.play = () => undefined;
  await call('POST', '/apiv1/job', { name: 'gone', image });
  await stage.until(() => stage.running().length === 1);
  const { status, body } = await call('DELETE', '/apiv1/job/gone');
  t.is(status, 202);
  t.is(body.data, 'Job gone is being removed: what it runs is stopped');
  t.is((await call('GET', '/apiv1/job/gone')).body.data.status.state, 'removing');
  for (const [method, url, payload] of [
    ['POST', '/apiv1/job/gone/run', {}],
    ['PUT', '/apiv1/job/gone', { keep: 1 }],
  ] as const) {
    t.like(await call(method, url, payload), { status: 409, body: { code: 'job_removed' } });
  }
  t.like(await call('POST', '/apiv1/job', { name: 'gone', image }), { status: 409, body: { code: 'job_exists' } });
  await stage.cleared();
  await stage.until(async () => (await call('GET', '/apiv1/job/gone')).status === 404);
  t.is((await call('POST', '/apiv1/job', { name: 'gone', image })).body.data.status.last_run.run, 1);
});
