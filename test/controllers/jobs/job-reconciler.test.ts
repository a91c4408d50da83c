import test, { type ExecutionContext } from 'ava';
import { cancelRun, createJob, removeJob, startRun, updateJob } from '../../../src/commands/jobs/change-job.ts';
import { showRun } from '../../../src/commands/jobs/show-job.ts';
import { reasonOf, stateOf } from '../../../src/decisions/jobs/run-state.ts';
import type { JobRun } from '../../../src/model/job.ts';
import { StateCache } from '../../../src/state/state-cache.ts';
import { type ClusterOptions, startCluster } from '../../fixtures/harness.ts';
import { skewed } from '../../fixtures/turned-clock.ts';
import { goesOn, once, Stage } from './stage.ts';

async function stage(t: ExecutionContext, options: ClusterOptions = { engines: 2 }): Promise<Stage> {
  return new Stage(await startCluster(t, options));
}

const ended = (run: JobRun) =>
  run.attempts.map(({ slot, attempt, end }) => [slot, attempt, end?.state, end?.exitCode, end?.reason]);

test('a job without a schedule runs once, and what it came to is kept when its container is gone', async (t) => {
  const play = await stage(t);
  await play.create('report');
  const run = await play.ended('report');
  t.is(stateOf(run), 'succeeded');
  t.deepEqual(ended(run), [[1, 1, 'succeeded', 0, undefined]]);
  t.deepEqual((await showRun(play.cluster, 'report', 1)).logs, ['slot 1 attempt 1\n']);
  await play.cleared();
  for (let passes = 0; passes < 3; passes++) await play.pass();
  t.deepEqual(play.successes, [1]);
});

test('so many tasks at a time, until so many have succeeded', async (t) => {
  const play = await stage(t);
  let most = 0;
  play.play = () => {
    most = Math.max(most, play.running().length);
    return 0;
  };
  await play.create('batch', { completions: 7, parallelism: 3 });
  t.is(stateOf(await play.ended('batch')), 'succeeded');
  t.deepEqual([...play.successes].sort(), [1, 2, 3, 4, 5, 6, 7]);
  t.is(most, 3);
});

test('a task is told which one it is, unless its image config says otherwise', async (t) => {
  const play = await stage(t);
  play.play = goesOn;
  const image = { ...once.image, environment: { A: '1', SATSUMA_JOB: 'mine' } };
  await play.create('batch', { image, completions: 2, parallelism: 2 });
  await play.until(() => play.running().length === 2);
  const reported = play.cluster.engines
    .flatMap((engine) => [...engine.containers.values()])
    .map((container) => container.image.environment ?? {})
    .sort((a, b) => Number(a.SATSUMA_TASK) - Number(b.SATSUMA_TASK));
  const same = { A: '1', SATSUMA_JOB: 'mine', SATSUMA_RUN: '1', SATSUMA_TASKS: '2', SATSUMA_ATTEMPT: '1' };
  t.deepEqual(reported, [
    { ...same, SATSUMA_TASK: '1' },
    { ...same, SATSUMA_TASK: '2' },
  ]);
});

test('a task that fails is tried again, later and later, and no more often than that', async (t) => {
  const play = await stage(t);
  play.play = () => 3;
  await play.create('broken', { retries: 2 });
  const run = await play.ended('broken');
  t.is(stateOf(run), 'failed');
  const reason = 'it ended with exit code 3';
  t.deepEqual(
    ended(run),
    [1, 2, 3].map((attempt) => [1, attempt, 'failed', 3, reason]),
  );
  t.is(reasonOf(run), `task 1: ${reason}`);
  const times = run.attempts.map(({ startedAt, end }) => [Date.parse(startedAt), Date.parse(end?.at ?? '')]);
  t.true((times[1]?.[0] ?? 0) - (times[0]?.[1] ?? 0) >= 1_000);
  t.true((times[2]?.[0] ?? 0) - (times[1]?.[1] ?? 0) >= 2_000);
});

test('each try runs on an engine where none failed before, while there is one', async (t) => {
  const play = await stage(t, { engines: 3 });
  play.play = () => 3;
  await play.create('broken', { retries: 2 });
  const { attempts } = await play.ended('broken');
  t.deepEqual(attempts.map(({ engineId }) => engineId).sort(), ['a', 'b', 'c']);
});

test('a try that works makes up for one that did not', async (t) => {
  const play = await stage(t);
  play.play = ({ slot, attempt }) => (slot === 2 && attempt === 1 ? 1 : 0);
  await play.create('shaky', { completions: 3, parallelism: 3, retries: 1 });
  t.is(stateOf(await play.ended('shaky')), 'succeeded');
  t.deepEqual([...play.successes].sort(), [1, 2, 3]);
});

test('when one task has failed for good, the others are stopped', async (t) => {
  const play = await stage(t);
  play.play = ({ slot }) => (slot === 1 ? 1 : undefined);
  await play.create('pair', { completions: 2, parallelism: 2 });
  const run = await play.ended('pair');
  t.is(stateOf(run), 'failed');
  t.deepEqual(
    ended(run).map(([slot, , state]) => [slot, state]),
    [
      [1, 'failed'],
      [2, 'cancelled'],
    ],
  );
  await play.cleared();
});

test('a task that takes too long is killed, and has failed', async (t) => {
  const play = await stage(t);
  play.play = goesOn;
  await play.create('slow', { timeout: 5 });
  const run = await play.ended('slow');
  t.is(stateOf(run), 'failed');
  t.deepEqual(ended(run), [[1, 1, 'failed', 137, 'it ran for longer than 5 s']]);
  const [attempt] = run.attempts;
  t.true(Date.parse(attempt?.stop?.at ?? '') - Date.parse(attempt?.startedAt ?? '') >= 5_000);
});

test('a server that is started anew gives a task no more time than it has left', async (t) => {
  const play = await stage(t);
  const { cluster } = play;
  play.play = goesOn;
  await play.create('slow', { timeout: 50 });
  await play.until(async () => (await play.run('slow')).attempts.length === 1);
  cluster.clock.turn(30_000);
  const cache = new StateCache(cluster.store, 1, cluster.logger, cluster.clock);
  await cache.start();
  t.teardown(() => cache.stop());
  const next = new Stage(cluster, { ...cluster, cache });
  next.play = goesOn;
  await next.lead();
  await next.pass(0);
  t.is((await next.run('slow')).attempts[0]?.stop, undefined);
  await next.pass(20_000);
  t.true((await next.run('slow')).attempts[0]?.stop?.isKill);
});

for (const hours of [-1, 1]) {
  test(`a leader whose wall clock is off by ${hours} h gives a task the time that it has, and as much between two tries`, async (t) => {
    const play = await stage(t);
    const { cluster } = play;
    play.play = goesOn;
    await play.create('slow', { timeout: 50, retries: 1 });
    await play.until(async () => (await play.run('slow')).attempts.length === 1);
    const clock = skewed(cluster.clock, hours);
    const next = new Stage(cluster, { ...cluster, clock });
    next.play = goesOn;
    await next.lead();
    await next.pass(30_000);
    t.is((await next.run('slow')).attempts[0]?.stop, undefined, 'not sooner');
    await next.pass(20_000);
    t.true((await next.run('slow')).attempts[0]?.stop?.isKill, 'and not later');
    await next.until(async () => (await next.run('slow')).attempts[0]?.end !== undefined, 0);
    // The one before leads again, and reads what the other wrote.
    await play.lead();
    await play.until(async () => (await play.run('slow')).attempts.length === 2);
  });
}

test('what a job has to do before a leader takes over is not done anew, nor left out, whatever time it has', async (t) => {
  const play = await stage(t);
  await play.create('hourly', { schedule: '0 * * * *' });
  const leaders = [0, -1, 1].map((hours) => {
    const clock = skewed(play.cluster.clock, 0, hours);
    return new Stage(play.cluster, { ...play.cluster, clock });
  });
  for (let term = 0; term < 6; term++) {
    const leader = leaders[term % 3] as Stage;
    await leader.lead();
    await leader.pass(3_600_000 - (play.cluster.clock.now() % 3_600_000) + 500);
    await leader.ended('hourly', term + 1);
  }
  const runs = play.cluster.cache.jobRuns.all().map(({ value }) => value.scheduledFor ?? '');
  t.is(new Set(runs).size, 6);
  t.is(play.cluster.cache.jobs.get('hourly')?.value.missed, undefined);
});

test('a run that is cancelled stops what it runs, and starts nothing more', async (t) => {
  const play = await stage(t);
  play.play = goesOn;
  await play.create('long', { completions: 3, parallelism: 2 });
  await play.until(() => play.running().length === 2);
  await cancelRun(play.cluster, 'long', 1);
  const run = await play.ended('long');
  t.is(stateOf(run), 'cancelled');
  t.deepEqual(
    run.attempts.map(({ end }) => end?.state),
    ['cancelled', 'cancelled'],
  );
  await play.cleared();
  await t.throwsAsync(cancelRun(play.cluster, 'long', 1), { message: 'run 1 of job long has ended' });
});

test('what cannot be started has failed, and what has no room waits', async (t) => {
  const play = await stage(t);
  await play.create('typo', { image: { ...once.image, name: 'demo/none:1' } });
  await play.create('giant', { image: { ...once.image, memory: 100_000 } });
  t.is(stateOf(await play.ended('typo')), 'failed');
  await play.until(async () => (await play.run('giant')).waiting['1'] !== undefined);
  const giant = await play.run('giant');
  t.is(stateOf(giant), 'running');
  t.is(giant.waiting['1']?.code, 'unschedulable');
  t.deepEqual(giant.attempts, []);
});

test('a task that its engine refuses to start says so, however long that takes and whoever looks meanwhile', async (t) => {
  const play = await stage(t, { engines: 1 });
  const [engine] = play.cluster.engines;
  engine?.fail('startContainer', 'engine_refused');
  engine?.latencyMs.set('startContainer', 60);
  engine?.latencyMs.set('removeContainer', 20);
  await play.create('missing');
  const run = await play.ended('missing');
  t.is(reasonOf(run), 'task 1: engine a: startContainer fails with engine_refused');
});

test('a task for which no engine has what it needs has failed, and does not wait for room', async (t) => {
  const play = await stage(t);
  for (const engine of play.cluster.engines) engine.fail('startContainer', 'engine_lacks');
  await play.create('gpu');
  t.regex(reasonOf(await play.ended('gpu')) ?? '', /^task 1: engine [a-z]: startContainer fails with engine_lacks$/);
});

test('a task that one engine fails to start runs on another one, in the same try', async (t) => {
  const play = await stage(t);
  for (const engine of play.cluster.engines) {
    engine.fail('startContainer', 'engine_failed', { times: 1 });
    engine.latencyMs.set('startContainer', 40);
    engine.latencyMs.set('createContainer', 40);
  }
  play.cluster.engines[1]?.heal();
  await play.create('moves');
  const run = await play.ended('moves');
  t.deepEqual(ended(run), [[1, 1, 'succeeded', 0, undefined]]);
});

test('a container that somebody removed is a try that failed', async (t) => {
  const play = await stage(t);
  play.play = goesOn;
  await play.create('victim', { retries: 1 });
  await play.until(() => play.running().length === 1);
  await play.until(async () => (await play.run('victim')).attempts.length === 1);
  for (const engine of play.cluster.engines)
    for (const id of engine.containers.keys()) await engine.removeContainer(id);
  play.play = () => 0;
  const run = await play.ended('victim');
  t.deepEqual(
    ended(run).map(([, , state, , reason]) => [state, reason]),
    [
      ['failed', 'its container was removed'],
      ['succeeded', undefined],
    ],
  );
});

test('a task whose engine is lost is tried elsewhere after half a minute, and the lost one goes when it is back', async (t) => {
  const play = await stage(t, { engines: 3 });
  play.play = goesOn;
  await play.create('move', { retries: 1 });
  await play.until(async () => (await play.run('move')).attempts.length === 1);
  const engineId = (await play.run('move')).attempts[0]?.engineId ?? '';
  const lost = play.cluster.pool.client({ id: engineId });
  lost.fail('any', 'engine_unreachable');
  await play.pass();
  await play.pass(27_000);
  t.is((await play.run('move')).attempts[0]?.end, undefined);
  await play.pass(5_000);
  await play.until(async () => (await play.run('move')).attempts[0]?.end !== undefined);
  t.like((await play.run('move')).attempts[0]?.end, { state: 'failed', reason: 'its engine was lost' });
  await play.until(() => play.running().length === 2);
  play.play = ({ attempt }) => (attempt === 2 ? 0 : undefined);
  t.is(stateOf(await play.ended('move')), 'succeeded');
  lost.heal();
  const { value, version } = play.cluster.cache.engine(engineId);
  await play.cluster.store.write([
    { kind: 'engine', id: engineId, value: { ...value, condition: 'ok' }, ifVersion: version },
  ]);
  await play.cleared();
  t.deepEqual(play.successes, [1]);
});

test('forbid: one run at a time', async (t) => {
  const play = await stage(t);
  play.play = goesOn;
  await play.create('single');
  await t.throwsAsync(startRun(play.cluster, 'single'), { message: 'run 1 of job single is under way' });
  await play.until(() => play.running().length === 1);
  play.play = () => 0;
  await play.ended('single');
  t.is(await startRun(play.cluster, 'single'), 2);
  t.is(stateOf(await play.ended('single', 2)), 'succeeded');
});

test('allow: both; and a request that comes again is the run that it began', async (t) => {
  const play = await stage(t);
  play.play = goesOn;
  await play.create('many', { concurrency: 'allow' });
  t.is(await startRun(play.cluster, 'many', { operationId: 'operation' }), 2);
  t.is(await startRun(play.cluster, 'many', { operationId: 'operation' }), 2);
  await play.until(() => play.running().length === 2);
});

test('replace: the run before ends first', async (t) => {
  const play = await stage(t);
  play.play = goesOn;
  let most = 0;
  await play.create('latest', { concurrency: 'replace' });
  await play.until(() => play.running().length === 1);
  t.is(await startRun(play.cluster, 'latest'), 2);
  await play.until(async () => {
    most = Math.max(most, play.running().length);
    return play.running().some((name) => name.startsWith('latest.2.'));
  });
  t.is(most, 1);
  const first = await play.run('latest');
  t.is(stateOf(first), 'cancelled');
  t.is(reasonOf(first), 'run 2 took its place');
});

test('so many runs are kept, and their logs with them', async (t) => {
  const play = await stage(t);
  await play.create('often', { keep: 2 });
  await play.ended('often');
  for (const number of [2, 3, 4]) {
    t.is(await startRun(play.cluster, 'often'), number);
    await play.ended('often', number);
  }
  await play.until(() => play.cluster.cache.jobRuns.all().length === 2);
  t.deepEqual(
    (await play.cluster.store.list('task-log')).map(({ id }) => id),
    ['often@3@1@1', 'often@4@1@1'],
  );
});

test('a run stays what it was when its job is changed', async (t) => {
  const play = await stage(t);
  play.play = ({ attempt }) => (attempt === 1 ? 1 : 0);
  await play.create('changed', { retries: 1 });
  await updateJob(play.cluster, 'changed', { retries: 0 });
  t.is(stateOf(await play.ended('changed')), 'succeeded');
  await startRun(play.cluster, 'changed');
  t.is(stateOf(await play.ended('changed', 2)), 'failed');
});

test('a job that is removed leaves nothing, and its name is free', async (t) => {
  const play = await stage(t);
  play.play = goesOn;
  await play.create('gone');
  await play.until(() => play.running().length === 1);
  await removeJob(play.cluster, 'gone');
  await t.throwsAsync(startRun(play.cluster, 'gone'), { message: 'job gone is being removed' });
  await t.throwsAsync(createJob(play.cluster, 'gone', once), { message: 'job gone is being removed' });
  await play.until(() => play.cluster.cache.jobs.all().length === 0);
  t.deepEqual(play.containers(), []);
  t.deepEqual(await play.cluster.store.list('job-run'), []);
  t.deepEqual(await play.cluster.store.list('task-log'), []);
  play.play = () => 0;
  await play.create('gone');
  t.is(stateOf(await play.ended('gone')), 'succeeded');
});
