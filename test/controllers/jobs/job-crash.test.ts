import test, { type ExecutionContext } from 'ava';
import { stateOf } from '../../../src/decisions/jobs/run-state.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { type CrashPoint, Life, mortal, outlive } from '../../fixtures/mortal.ts';
import { type Play, Stage } from './stage.ts';

const firstTryFails: Play = ({ slot, attempt }) => (slot === 1 && attempt === 1 ? 1 : 0);

/** A run of two tasks, the first of which fails once, under a leader that stops at the point and one that does not. */
async function runThrough(t: ExecutionContext, point: CrashPoint): Promise<boolean> {
  const cluster = await startCluster(t, { engines: 1 });
  const life = new Life(point);
  const first = new Stage(cluster, mortal(cluster, life));
  first.play = firstTryFails;
  await first.create('pair', { completions: 2, parallelism: 2, retries: 1 });
  await first.lead();
  const isOver = async () => {
    const isLeft = first.containers().length > 0 || cluster.cache.reservations().length > 0;
    return !isLeft && (await first.run('pair')).endedAt !== undefined;
  };
  for (let count = 0; count < 40 && !life.isOver && !(await isOver()); count++) {
    await Promise.race([first.pass(), life.ended]);
  }
  await outlive(cluster, life);
  const second = new Stage(cluster);
  second.play = firstTryFails;
  await second.lead();
  await second.until(isOver);
  const run = await second.run('pair');
  const where = JSON.stringify({ point, run });
  t.is(stateOf(run), 'succeeded', where);
  t.deepEqual([...first.successes, ...second.successes].sort(), [1, 2], `each task succeeded once: ${where}`);
  const tries = run.attempts.map(({ slot, attempt, end }) => [slot, attempt, end?.state, end?.exitCode]);
  t.deepEqual(
    tries.sort(),
    [
      [1, 1, 'failed', 1],
      [1, 2, 'succeeded', 0],
      [2, 1, 'succeeded', 0],
    ],
    where,
  );
  const logs = await cluster.store.list('task-log');
  t.deepEqual(
    logs.map(({ id, value }) => [id, value.text]),
    [
      ['pair@1@1@1', 'slot 1 attempt 1\n'],
      ['pair@1@1@2', 'slot 1 attempt 2\n'],
      ['pair@1@2@1', 'slot 2 attempt 1\n'],
    ],
    where,
  );
  return life.isOver;
}

for (const when of ['before', 'after'] as const) {
  test(`a leader that stops ${when} any of its calls: the run ends as it would have, and no task succeeds twice`, async (t) => {
    t.timeout(60_000);
    let call = 1;
    while (await runThrough(t, { call, when })) call += 1;
    t.true(call > 20, `${call} calls`);
  });
}

test('a lead that changes hands again and again does nothing twice', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const stages = [new Stage(cluster), new Stage(cluster), new Stage(cluster)];
  await stages[0]?.create('batch', { completions: 12, parallelism: 4, retries: 1 });
  const isOver = () => cluster.cache.jobRuns.get('batch@1')?.value.endedAt !== undefined;
  for (let term = 0; term < 100 && !isOver(); term++) {
    const stage = stages[term % 3] as Stage;
    const before = stages[(term + 2) % 3] as Stage;
    stage.play = firstTryFails;
    await stage.lead();
    // Whoever led goes on with what it has begun, and is told by the store that it leads no more.
    const late = before.pass(0).catch((error: Error) => t.regex(error.message, /another server/));
    for (let count = 0; count < 1 + (term % 4) && !isOver(); count++) await stage.pass();
    await late;
  }
  const run = cluster.cache.jobRuns.get('batch@1')?.value;
  t.is(run && stateOf(run), 'succeeded');
  const successes = stages.flatMap((stage) => stage.successes).sort((a, b) => a - b);
  t.deepEqual(
    successes,
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
  t.is(run?.attempts.length, 13);
});

test('a scheduled time has one run, wherever its leader stops', async (t) => {
  for (const when of ['before', 'after'] as const) {
    for (let call = 1; call <= 6; call++) {
      const cluster = await startCluster(t, { engines: 1 });
      const life = new Life({ call, when });
      const first = new Stage(cluster, mortal(cluster, life));
      await first.create('hourly', { schedule: '0 * * * *' });
      await first.lead();
      const comesIn = 3_600_000 - (cluster.clock.now() % 3_600_000);
      await Promise.race([first.pass(comesIn + 500), life.ended]);
      await outlive(cluster, life);
      const second = new Stage(cluster);
      await second.until(() => cluster.cache.jobRuns.all().length > 0);
      await second.ended('hourly');
      for (let passes = 0; passes < 3; passes++) await second.pass();
      t.is(cluster.cache.jobRuns.all().length, 1);
      t.deepEqual([...first.successes, ...second.successes], [1]);
    }
  }
});
